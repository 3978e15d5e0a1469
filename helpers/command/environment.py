"""The course's own .venv: made on the first start, mended when it has to be, else left alone.

Standard library alone: this runs before anything is installed.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.command import torch_build
from helpers.command.trouble import NO_NETWORK, SetupError, explain
from helpers.command.trouble import ROOT as ROOT

LEARNER = ("requirements.txt",)
TESTER = ("requirements.txt", "tests/requirements.txt")  # the last one draws in those before it


def venv_python(root: Path) -> Path:
    """Where the Python of the course's venv stands, or would stand."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def identity(root: Path) -> list[str] | None:
    """What a venv is tied to: its place and the Python it was made from; None if either is gone."""
    python = venv_python(root)
    base = Path(os.path.realpath(python))
    with contextlib.suppress(OSError):
        if os.name == "nt":  # there, a venv's python.exe is a copy: what it needs, its settings say
            settings = (root / ".venv/pyvenv.cfg").read_text(encoding="utf-8")
            base = Path(re.search(r"(?m)^home *= *(.+?)\s*$", settings)[1], "python.exe")
        if python.is_file() and os.path.lexists(base):
            return [str(root / ".venv"), str(base)]
    return None


def digests(root: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The digest of each requirement file, together with those before it."""
    texts = [(root / name).read_bytes() for name in names]
    return {
        name: hashlib.sha256(b"\0".join(texts[: number + 1])).hexdigest()
        for number, name in enumerate(names)
    }


def runs(python: Path) -> bool:
    """Whether a venv that someone else made can be built on: it has pip and is new enough."""
    probe = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 10))"]
    try:
        return subprocess.run(probe, capture_output=True).returncode == 0
    except OSError:
        return False


def state(root: Path, names: tuple[str, ...]) -> str:
    """Say whether .venv is "ready", "outdated" (pip will mend it) or "broken" (make it anew)."""
    try:
        stamp = json.loads((root / ".venv/course.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "outdated" if runs(venv_python(root)) else "broken"
    except ValueError:
        return "broken"
    if not stamp or stamp["venv"] != identity(root):
        return "broken"
    wanted = digests(root, names).items()
    return "ready" if wanted <= stamp["installed"].items() else "outdated"


def write_stamp(root: Path, text: str) -> None:
    """Set down, in one step, how far the set-up has come: "{}" says that it is under way."""
    part = root / ".venv/course.json.tmp"
    part.write_text(text, encoding="utf-8")
    os.replace(part, root / ".venv/course.json")


def create(root: Path) -> None:
    """Make an empty .venv in place of whatever is left of an old one."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise SetupError(
            "This Python can't make a venv: run 'sudo apt install python3-venv' (Debian, Ubuntu) "
            "or install Python from python.org, and run this again."
        )
    import venv

    folder, old = root / ".venv", root / ".venv.tmp"
    shutil.rmtree(old, ignore_errors=True)
    if folder.is_dir():
        os.replace(folder, old)  # first aside: half a folder must never pass for a whole one
        shutil.rmtree(old, ignore_errors=True)
    folder.mkdir()
    write_stamp(root, "{}")
    try:
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError as error:
        raise SetupError(explain((error.output or b"").decode(errors="replace"))) from error


def show_progress(words: str) -> None:
    """Write words over the last ones, where someone looks; else nothing."""
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns - 1  # a full line would begin a new one
        print("\r" + words[:columns].ljust(columns), end="", flush=True)


def pip(root: Path, title: str, *arguments: str, warn: bool = True) -> tuple[int, str]:
    """Let .venv's pip do something: its exit code and all it said, of which a line is seen."""
    said = []
    with subprocess.Popen(
        [str(venv_python(root)), "-m", "pip", "--disable-pip-version-check", *arguments],
        env=surroundings(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout:
            said.append(line)
            if warn and line.startswith("WARNING"):  # such as: no network, trying again
                print(f"\n{line.strip()}", file=sys.stderr, flush=True)
            show_progress(f"{title}: {line.strip()}")
    return process.returncode, "".join(said)


def install(root: Path, names: tuple[str, ...]) -> None:
    """Let pip install the last of the named files, and stamp .venv when all went well.

    What pip says is one line that changes; its warnings are shown, and all of it if it fails.
    """
    stamp = root / ".venv/course.json"
    before = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    write_stamp(root, "{}")
    title = f"Installing {names[-1]}"
    print(f"{title} ...", end="", flush=True)
    small = torch_build.wanted((root / LEARNER[0]).read_text(encoding="utf-8"))
    if small and not torch_build.has_own_source(pip(root, title, "config", "list")[1]):
        pip(root, title, "install", *torch_build.options(small), warn=False)
    code, said = pip(root, title, "install", "-r", str(root / names[-1]))
    if code:
        print("\n" + said.strip(), file=sys.stderr, flush=True)
        advice = explain(said)
        if advice == NO_NETWORK:  # pip fetches everything first, so what stood still stands
            write_stamp(root, before) if before else stamp.unlink()
        raise SetupError(advice)
    show_progress("")
    print(f"\r{title} ... done." if sys.stdout.isatty() else " done.", flush=True)
    installed = json.loads(before or "{}").get("installed", {}) | digests(root, names)
    write_stamp(root, json.dumps({"venv": identity(root), "installed": installed}))


def ensure(root: Path, names: tuple[str, ...]) -> None:
    """Make .venv hold what the named files ask for; costs next to nothing when it does already."""
    try:
        found = state(root, names)
        if found == "broken":
            print("Setting up .venv (once, about 2 minutes) ...", flush=True)
            create(root)
        if found != "ready":
            install(root, names)
    except OSError as error:
        raise SetupError(explain(str(error))) from error


def surroundings(root: Path) -> dict[str, str]:
    """The environment of what runs in .venv: its own packages and kernel, whatever the user has."""
    venv = root / ".venv"
    first = {
        "PATH": [venv_python(root).parent],
        # Jupyter looks here before anywhere else: a user's own "python3" kernel must not win.
        "JUPYTER_PATH": [root / "helpers/command/jupyter", venv / "share/jupyter"],
        # Defaults for this start: no question about news, and no word of newer versions, over the
        # first page. What the user has set stays, and wins.
        "JUPYTER_CONFIG_PATH": [root / "helpers/command/jupyter"],
    }
    foreign = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
    env = {name: value for name, value in os.environ.items() if name not in foreign}
    for name, folders in first.items():
        env[name] = os.pathsep.join([*map(str, folders), *filter(None, [env.get(name)])])
    return env | {"VIRTUAL_ENV": str(venv), "JUPYTER_PREFER_ENV_PATH": "1", "PIP_USER": "0"}
