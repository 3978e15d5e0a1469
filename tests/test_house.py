"""The house: seven rooms, and which may look into which."""

import ast
from pathlib import Path

import pytest

from helpers.notebooks import source

HELPERS = source.ROOT / "helpers"
MAY_IMPORT = {
    "command": set(),  # runs before anything is installed: so does what reads the record
    "notebooks": set(),
    "views": set(),
    "exercises": {"command", "views"},
    "derivations": {"exercises", "views"},
    "lessons": {"derivations", "exercises", "views"},
    "grading": {"command", "exercises", "notebooks"},
}


def imports(path):
    """The modules of the course that a file imports, `helpers.room.module` each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module in ("helpers", "helpers.lessons"):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == "helpers")


def test_there_are_seven_rooms():
    rooms = {path.parent.name for path in HELPERS.glob("*/__init__.py")}
    assert rooms == set(MAY_IMPORT)
    assert {path.name for path in HELPERS.glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_looks_only_into_those_below_it(room):
    allowed = MAY_IMPORT[room] | {room}
    for path in (HELPERS / room).rglob("*.py"):
        foreign = {name for name in imports(path) if name.split(".")[1] not in allowed}
        assert not foreign, f"{path.relative_to(HELPERS)} imports {foreign}"


def test_lessons_import_three_names_and_never_one_another():
    doors = {"helpers.derivations", "helpers.exercises", "helpers.views"}
    for path in (HELPERS / "lessons").rglob("*.py"):
        lesson = ".".join(["helpers", *path.relative_to(HELPERS).parts[:2]])
        for name in imports(path):
            own = name == lesson or name.startswith(f"{lesson}.")
            assert own or name in doors, f"{path.relative_to(HELPERS)} imports {name}"


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_says_what_lives_there(room):
    text = ast.get_docstring(ast.parse((HELPERS / room / "__init__.py").read_text("utf-8")))
    assert len(text.splitlines()) >= 3 or room == "lessons"


@pytest.mark.parametrize("lesson", source.lessons())
def test_a_lesson_has_its_five_files(lesson):
    folder = HELPERS / "lessons" / lesson[3:]
    files = {path.name for path in folder.glob("*.py")}
    five = {"__init__.py", "oracles.py", "explorers.py", "pictures.py", "mistakes.py"}
    assert five <= files


def test_modules_are_short():
    for path in HELPERS.rglob("*.py"):
        most = 400 if "lessons" in Path(path).parts else 200
        assert len(path.read_text("utf-8").splitlines()) <= most, path.relative_to(HELPERS)
