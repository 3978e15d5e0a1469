"""Write files whole: whoever looks finds the old one or the new one, never a half."""

import hashlib
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
            (new / name).parent.mkdir(parents=True, exist_ok=True)
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


def inventory(files: dict[str, bytes]) -> bytes:
    """A list of the files of a folder, by which `foreign` knows them again."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in files.items()]
    return "\n".join([*lines, ""]).encode()


def foreign(folder: Path, inventory: str) -> list[str]:
    """What a folder holds that is not as the file of this name, its inventory, says."""
    listed = {}
    if (folder / inventory).is_file():
        for line in (folder / inventory).read_text("utf-8", "replace").splitlines():
            digest, _, name = line.partition("  ")
            listed[name] = digest
    found = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }  # fmt: skip
    if listed:
        found.pop(inventory, None)
    return [
        name for name, path in found.items()
        if path.is_symlink()
        or listed.get(name) != hashlib.sha256(path.read_bytes()).hexdigest()
    ]  # fmt: skip


def refusal(folder: Path, inventory: str, command: str) -> str:
    """Why a command may not write its folder here, or "": it replaces nothing but its own."""
    why = ""
    if folder.exists() and not folder.is_dir():
        why = "is no folder"
    elif folder.is_dir() and (others := foreign(folder, inventory)):
        why = f"holds what no earlier {command} left there ({others[0]}, …)"
    return f"{folder}: {why}; name another folder, nothing was written" if why else ""


def sweep(folder: Path) -> None:
    """Remove what an interrupted write left behind."""
    for leftover in folder.glob(".*.ipynb.*.tmp"):
        leftover.unlink(missing_ok=True)
