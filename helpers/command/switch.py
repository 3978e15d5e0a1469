"""The solutions switch in an environment of one's own: install it, remove it.

The same extension shows the pictures of explorers whose kernel is gone (static/reopened.js).

Not needed with `python -m helpers lab`, which names the folder in JUPYTER_PATH.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parent / "jupyter" / "labextensions" / "course-solutions"


def install() -> Path:
    """Copy the switch into this environment, in place of an older copy; return where it is."""
    return _put(SOURCE)


def uninstall() -> Path | None:
    """Remove the switch from this environment; return where it was, None if it was not there."""
    return _put(None) if os.path.lexists(_place()) else None


def _place() -> Path:
    return Path(sys.prefix, "share", "jupyter", "labextensions", SOURCE.name)


def _put(source: Path | None) -> Path:
    place = _place()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".course-", dir=place.parent) as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            if source:
                shutil.copytree(source, new)
            # Renamed, not copied, into place: never half an extension there.
            if os.path.lexists(place):
                place.rename(old)
            if source:
                new.rename(place)
    except OSError as error:
        why = error.strerror or error
        raise RuntimeError(f"cannot change {place} ({why}): use a virtual environment") from error
    return place


def main(argv: list[str]) -> int:
    """Run `install` or `remove`, say what was done, return the exit status."""
    actions = {"install": install, "remove": uninstall}
    if len(argv) != 1 or argv[0] not in actions:
        print("usage: python -m helpers toggle install|remove", file=sys.stderr)
        return 2
    try:
        place = actions[argv[0]]()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    done = "Installed in" if argv[0] == "install" else "Removed from"
    print(f"{done} {place}. Reload open pages." if place else "The switch was not installed here.")
    return 0
