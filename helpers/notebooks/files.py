"""Write files whole: whoever looks finds the old one or the new one, never a half."""

import os
import shutil
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` in one step; text as UTF-8 with its line ends as they are.

    Raises OSError when it cannot be written; the old file then stands as it was.
    """
    path = path.resolve()  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def aside(path: Path, root: Path) -> Path:
    """A place in kept/ for a notebook, under a name that is free."""
    stem, number = f"{path.parent.name}-{path.stem}", 1
    while (place := root / "kept" / f"{stem}-{number}.ipynb").exists():
        number += 1
    return place


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Put a folder of these files, {name: bytes}, in the place of what is there, in one step.

    Raises OSError when it cannot be written; the old folder then stands as it was.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    held = tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent)
    new, old = Path(held, "new"), Path(held, "old")
    try:
        new.mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        if folder.exists():
            os.replace(folder, old)
        os.replace(new, folder)
    except BaseException:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        raise
    finally:
        shutil.rmtree(held, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what an interrupted write left behind."""
    for leftover in folder.glob(".*.ipynb.*.tmp"):
        leftover.unlink(missing_ok=True)
