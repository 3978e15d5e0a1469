"""The lessons in their order, and what each says of itself to the README and to the one before."""

import re
from dataclasses import dataclass
from pathlib import Path

from helpers.notebooks.files import write_atomically

ROOT = Path(__file__).resolve().parents[2]
HEAD = re.compile(r"# %% \[markdown\](?P<marker>.*)\n# # (?P<number>\d+) · (?P<title>.+)")
LAST = (
    "this was the last notebook. Go back to the one whose checks were hardest won, and try to "
    "write its functions on an empty page."
)


class SourceError(Exception):
    """A lesson source that cannot be built; the message names file, line and what to do."""


@dataclass(frozen=True)
class Head:
    """A lesson's title; what a learner writes in it; and how the sentence "[Title] …" goes on in
    the lesson before."""

    title: str
    writes: str
    teaser: str


def lessons(root: Path = ROOT) -> list[str]:
    """The names of all lessons, NN_slug, in order."""
    return sorted(path.stem for path in (root / "solutions").glob("[0-9][0-9]_*.py"))


def head(name: str, root: Path = ROOT) -> Head | None:
    """What a lesson's first cell says of it, in its heading and its marker; None where it does not.

    Raises SourceError where it says only a part.
    """
    path = root / "solutions" / f"{name}.py"
    found = HEAD.match(path.read_text(encoding="utf-8"))
    said = dict(re.findall(r'(\w+)="([^"]*)"', found["marker"])) if found else {}
    if not said:
        return None
    for key in ("writes", "teaser"):
        if not said.get(key):
            raise SourceError(f'solutions/{path.name}:1: say {key}="…" in the first cell marker')
    return Head(found["title"].strip(), said["writes"], said["teaser"])


def titled(name: str, said: Head | None) -> str:
    """A lesson's number and title, as in "4 · Dropout"; without what its head says, its name."""
    return f"{int(name[:2])} · {said.title}" if said else name


def leading_on(name: str, root: Path) -> str:
    """The last cell of a lesson: which notebook comes after it."""
    after = next((one for one in lessons(root) if one > name and head(one, root)), None)
    if not after:
        return f"**Next:** {LAST}"
    ahead = head(after, root)
    return f"**Next:** [{ahead.title}]({after}.ipynb) {ahead.teaser}"


def contents_table(root: Path = ROOT) -> str:
    """The lessons as a table in Markdown, for the README; raises SourceError."""
    from helpers.notebooks import address  # reads TOML, which Python 3.10 cannot do by itself

    names = lessons(root)
    ways = {name: address.listed(name, root) for name in names}
    linked = any(ways.values())
    rows = [
        "| | notebook | you write |" + " open it in |" * linked,
        "|---|---|---|" + "---|" * linked,
    ]
    for name in names:
        if one := head(name, root):
            link = f"[{one.title}](notebooks/{name}.ipynb)"
            more = f" {ways[name]} |" * linked
            rows.append(f"| {int(name[:2])} | {link} | {one.writes} |{more}")
    return "\n".join(rows)


def list_lessons(root: Path, write: bool) -> bool:
    """Whether the README's table of lessons is as they are; written anew where it is not.

    The table stands between two marks; a README without them, or none at all, is left alone, and
    so is that of a hand-out, which has no sources to make the table from.
    """
    if not lessons(root):
        return True
    path = root / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"(?<=<!-- lessons -->\n).*(?=<!-- /lessons -->)", text, flags=re.DOTALL)
    listed = f"\n{contents_table(root)}\n\n".join(parts)
    if len(parts) == 2 and listed != text and write:
        write_atomically(path, listed)
    return len(parts) != 2 or listed == text
