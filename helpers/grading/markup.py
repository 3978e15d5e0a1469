"""What the class page and the learners' pages share: the frame, bars, numbers, code.

Whatever comes from learners goes through `escape`, `prose_html` or `page.coloured`, all of which
leave no mark-up in it. The frame forbids scripts and other hosts besides.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

from helpers.grading.tally import STATUSES
from helpers.notebooks import page, site

PARTS = Path(__file__).with_name("pages")
SAID = {"correct": "right", "not yet": "wrong", "not started": "not started"}
WHOLE, EXAMPLE = (500, 20_000), (30, 1400)  # lines and letters of an answer that are shown
KEY = "".join(
    f'<li><svg aria-hidden="true"><rect width="22" height="12" class="{status.replace(" ", "-")}"/>'
    f"</svg>{SAID[status]}</li>\n"
    for status in STATUSES
)


def framed(title: str, text: str, headings: str = "") -> str:
    """A page that stands alone: its style is in it."""
    style = (site.PARTS / "style.css").read_text("utf-8")
    style += (PARTS / "grades.css").read_text("utf-8")
    frame = Template((PARTS / "frame.html").read_text("utf-8"))
    return frame.substitute(title=escape(title), style=style, headings=headings, text=text)


def packed(text: str) -> bytes:
    """A text as a file's bytes. JSON may hold half a character, which no file can: a "?" then."""
    return text.encode("utf-8", "replace")


def number(value: float) -> str:
    """A number of points in as few digits as it takes, two behind the point at most."""
    return f"{round(value, 2):g}"


def per_cent(part: float) -> str:
    return "under 1 %" if 0 < part < 0.005 else f"{100 * part:.0f} %"


def counted(counts: Mapping[str, int]) -> str:
    """{status: how many} in words: "212 right, 61 wrong, 27 not started"."""
    return ", ".join(f"{counts[status]} {SAID[status]}" for status in STATUSES)


def stack(counts: Mapping[str, int], said: bool = True) -> str:
    """{status: how many} as one bar; said: whether it says the numbers, too."""
    total, left, parts = sum(counts.values()) or 1, 0.0, []
    for status in STATUSES:
        width = 100 * counts[status] / total
        kind = status.replace(" ", "-")
        if width:
            parts.append(f'<rect x="{left:.2f}%" width="{width:.2f}%" height="14" class="{kind}"/>')
        left += width
    alt = f'role="img" aria-label="{counted(counts)}"' if said else 'aria-hidden="true"'
    return f'<svg class="stack" {alt}>{"".join(parts)}</svg>'


@lru_cache(maxsize=10_000)  # many learners write the same line
def code(text: str, most: tuple[int, int]) -> str:
    """Code in colours; of a long one its beginning, and how much is left out."""
    lines = text.strip("\n").splitlines()
    shown = "\n".join(lines[: most[0]])[: most[1]]
    left = len(lines) - len(shown.splitlines())
    more = f"{left} more line{'s' * (left > 1)}" if left else "more of this line"
    cut = "" if shown == "\n".join(lines) else f'<p class="note">… and {more}</p>\n'
    return page.coloured(shown) + cut


def folded(summary: str, html: str, unfolded: bool = False) -> str:
    state = " open" * unfolded
    return f"<details{state}>\n<summary>{summary}</summary>\n{html}</details>\n"
