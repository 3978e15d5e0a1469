"""A newer version brought into a clone by git, with a learner's changed notebooks out of its way.

What was changed on both sides is copied to kept/ and noted in a file there, put back as the course
had it, carried into the newer version, and the note removed. Whoever finds the note goes on: they
put the notebooks back where git had not moved yet, else they carry them over.
"""

import json
import re
import subprocess
from pathlib import Path

from helpers.notebooks.bring import bring, keep, say
from helpers.notebooks.files import write_atomically
from helpers.notebooks.plain import OPEN, Refused, opened

UPDATE = "python -m helpers update"
NOTE = "kept/.update.json"
NOTEBOOK = re.compile(r"(notebooks|solutions)/[^/]+\.ipynb")


def git(root: Path, *words: str) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True)
    except FileNotFoundError:
        raise Refused("git is not installed, and it is what brings the newer version") from None


def ask(root: Path, refusal: str, *words: str) -> str:
    """What git says; raises Refused with the refusal and git's own words where it cannot."""
    done = git(root, *words)
    if done.returncode:
        own = done.stderr.decode(errors="replace").strip()
        raise Refused(f"{refusal}\n`git {' '.join(words)}` says: {own}")
    return done.stdout.decode(errors="surrogateescape").strip()


def names(root: Path, *commits: str) -> set[str]:
    """The files that differ between commits, or between one and what is on the disk."""
    words = ("diff", "--name-only", "-z", "--no-renames", *commits)
    return set(filter(None, ask(root, "git cannot compare.", *words).split("\0")))


def committed(path: Path, commit: str = "HEAD") -> bytes | None:
    """A file as git has it, None where it does not."""
    if not path.parent.is_dir():
        return None
    try:
        done = git(path.parent, "show", f"{commit}:./{path.name}")
    except Refused:
        return None
    return None if done.returncode else done.stdout


def pull(root: Path) -> int:
    """Bring in what is newer, with the learner's work; returns the exit code. Raises Refused."""
    refused = take_up(root)
    if refused:
        return 1
    anew = f"clone the course anew beside this one and run there: {UPDATE} --from ../{root.name}"
    ask(root, "The newer version cannot be fetched; nothing is changed.", "fetch", "--quiet")
    upstream = ask(root, f"This clone follows no other; {anew}", "rev-parse", "@{upstream}")
    commit = ask(root, "git finds no version here.", "rev-parse", "HEAD")
    if not git(root, "merge-base", "--is-ancestor", upstream, commit).returncode:
        print("This is the newest version.")
        return 0
    if git(root, "merge-base", "--is-ancestor", commit, upstream).returncode:
        raise Refused(f"You have commits of your own, so nothing is changed; {anew}")
    incoming = names(root, commit, upstream)
    changed = sorted((incoming & names(root, commit)) - arrived(root, upstream, incoming))
    if others := [path for path in changed if not NOTEBOOK.fullmatch(path)]:
        raise Refused(
            f"{', '.join(others)}: changed by you and by the newer version, so nothing is changed. "
            f"Keep a copy elsewhere, let `git checkout HEAD -- {' '.join(others)}` put back what "
            "the course had, and run this again"
        )
    for path in sorted(incoming):
        if path.endswith(".ipynb") and opened(root / path):
            raise Refused(OPEN.format(path))
    put_by(root, commit, changed)
    words = ("merge", "--quiet", "--ff-only", upstream)
    try:
        ask(root, "The newer version does not come in; all is as it was.", *words)
    except Refused:
        put_back(root)
        raise
    return 1 if carry_over(root, incoming) else 0


def arrived(root: Path, upstream: str, incoming: set[str]) -> set[str]:
    """The files that stand here as the newer version has them, as a merge that was stopped left
    them; git is told that they are meant, or it would take them for someone's changes."""
    here = {path for path in incoming & names(root, "HEAD") if (root / path).is_file()}
    tracked = ask(root, "git finds no files.", "ls-files", "-z").split("\0")
    here |= {path for path in incoming.difference(tracked) if (root / path).is_file()}
    same = {
        path for path in here
        if ask(root, f"{path}: git cannot read it.", "hash-object", "--", path)
        == git(root, "rev-parse", f"{upstream}:{path}").stdout.decode().strip()
    }  # fmt: skip
    if same:
        ask(root, "git cannot go on.", "add", "--force", "--", *sorted(same))
    return same


def put_by(root: Path, commit: str, changed: list[str]) -> None:
    """Copy what a learner changed to kept/, note it, and put back what the course had."""
    if not changed:
        return
    contents = {path: (root / path).read_bytes() for path in changed if (root / path).exists()}
    kept = {}
    for path, content in contents.items():
        kept[path] = keep(content, root / path, root).relative_to(root).as_posix()
    write_atomically(root / NOTE, json.dumps({"commit": commit, "kept": kept}, indent=1))
    for path, content in contents.items():
        if (root / path).read_bytes() != content:
            (root / NOTE).unlink()
            raise Refused(f"{path}: changed while we worked; nothing is changed, try again")
    try:
        ask(root, "git cannot put back what the course had; all is as it was.",
            "checkout", "--quiet", commit, "--", *changed)  # fmt: skip
    except Refused:
        put_back(root)
        raise


def noted(root: Path) -> tuple[str, dict[str, str]]:
    """The commit that an update began at, and where in kept/ the learner's notebooks stand."""
    try:
        note = json.loads((root / NOTE).read_text(encoding="utf-8"))
        return note["commit"], dict(note["kept"])
    except (ValueError, LookupError, TypeError):
        raise Refused(
            f"{NOTE} cannot be read. Your notebooks are in kept/: delete {NOTE}, run `{UPDATE}`, "
            f"then `{UPDATE} --from kept/NAME.ipynb` for each"
        ) from None


def put_back(root: Path) -> None:
    """Put the learner's notebooks back where they stood; not over what someone wrote since."""
    commit, kept = noted(root)
    # Whatever git was stopped at, a file is as it was in the old version or in the new one.
    since = names(root, commit) & names(root, "@{upstream}")
    for path, place in kept.items():
        content = (root / place).read_bytes()
        if path not in since or not (root / path).exists():
            write_atomically(root / path, content)
        if (root / path).read_bytes() == content:
            (root / place).unlink()
        else:
            print(f"{path}: written in since; what it was before is {place}")
    (root / NOTE).unlink()


def carry_over(root: Path, incoming: set[str] = frozenset()) -> int:
    """Carry what is noted into the version that is here; returns how many were refused."""
    commit, kept = noted(root) if (root / NOTE).exists() else ("", {})

    def one(path: str) -> str:
        if path.startswith("solutions/"):
            return f"{path}: new; the one that you had changed is {kept[path]}"
        before = committed(root / path, commit)
        return bring(root / path, (root / kept[path]).read_bytes(), root, before, kept[path])

    for path in sorted(incoming - set(kept)):
        if path.startswith("notebooks/"):
            here = "new or reworded" if (root / path).exists() else "no longer in the course"
            print(f"{Path(path).stem}: {here}; you had written nothing in it")
    if refused := say(lambda path=path: one(path) for path in sorted(kept)):
        print("The newer version is here, but not all of yours is in it: run this again.")
    else:
        (root / NOTE).unlink(missing_ok=True)
        print("The newer version is here. Restart the kernels of notebooks that are open.")
    return refused


def take_up(root: Path) -> int:
    """Go on with an update that was interrupted, if there is one; returns how many were refused."""
    if not (root / NOTE).exists():
        return 0
    print("An update was interrupted; it is taken up again.")
    if noted(root)[0] == ask(root, "git finds no version here.", "rev-parse", "HEAD"):
        put_back(root)
        return 0
    return carry_over(root)
