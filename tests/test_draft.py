"""A new lesson by `python -m helpers lesson`: whole or not at all, and it passes as it is."""

import ast
import os
import re
import shutil
import subprocess
import sys

import pytest

from helpers import derivations, exercises, views
from helpers.notebooks import lesson, source

SLUG = "begun_by_the_test"


@pytest.mark.parametrize("door", [exercises, derivations, views])
def test_the_page_names_all_that_a_lesson_can_import(page, door):
    assert set(door.__all__) - set(re.findall(r"\w+", page)) == set()


def test_the_page_names_what_there_is(page):
    assert set(views.style.ROLES) <= set(re.findall(r"\w+", page))
    for hook in ("outcomes", "fault", "same", "agree", "judge"):
        assert f"`{hook}`" in page and hasattr(exercises.Exercise, hook)
    for name in re.findall(r"`style\.(\w+)", page):
        assert hasattr(views.style, name)


@pytest.fixture(scope="module")
def page():
    """The page on how to write a lesson; the build takes its file to hold no code."""
    tree = ast.parse((source.ROOT / "helpers/lessons/__init__.py").read_text(encoding="utf-8"))
    assert len(tree.body) == 1
    return ast.get_docstring(tree)


@pytest.mark.parametrize("name", source.lessons())
def test_a_lesson_is_no_longer_the_skeleton(name):
    lines = (source.ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert f"# {lesson.DRAFT}" not in lines, (
        f"solutions/{name}.py is still the skeleton: write the lesson, then take out the line "
        f"{lesson.DRAFT}"
    )


@pytest.fixture
def root(tmp_path):
    """A course of one lesson, with the skeleton."""
    shutil.copytree(source.ROOT / lesson.SKELETON, tmp_path / lesson.SKELETON)
    (tmp_path / "helpers" / "lessons" / "small").mkdir(parents=True)
    (tmp_path / "tests" / "lessons").mkdir(parents=True)
    (tmp_path / "solutions" / "01_small.py").write_text("# %%\n")
    return tmp_path


def paths(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


@pytest.mark.parametrize(
    "words, says",
    [
        (("1", "pooling", "Pooling"), "two digits"),
        (("010", "pooling", "Pooling"), "two digits"),
        (("x1", "pooling", "Pooling"), "two digits"),
        (("01", "pooling", "Pooling"), "01 is taken: solutions/01_small.py"),
        (("10", "small", "Pooling"), "small is taken: solutions/01_small.py"),
        (("10", "half_begun", "Pooling"), "half_begun is taken: helpers/lessons/half_begun"),
        (("10", "tested", "Pooling"), "tested is taken: tests/lessons/test_tested.py"),
        (("10", "max-pooling", "Pooling"), "names a Python module"),
        (("10", "Pooling", "Pooling"), "names a Python module"),
        (("10", "2d", "Pooling"), "names a Python module"),
        (("10", "lambda", "Pooling"), "names a Python module"),
        (("10", "../up", "Pooling"), "names a Python module"),
        (("10", "p" * 41, "Pooling"), "names a Python module"),
        (("10", "pooling", ""), "a title has 1 to 60 characters"),
        (("10", "pooling", "  "), "a title has 1 to 60 characters"),
        (("10", "pooling", "P" * 61), "a title has 1 to 60 characters"),
        (("10", "pooling", "Two\nlines"), "a title has 1 to 60 characters"),
        (("10", "pooling", 'A "quoted" one'), "a title has 1 to 60 characters"),
    ],
)
def test_what_cannot_be_a_lesson_is_refused_with_nothing_written(root, words, says, capsys):
    (root / "helpers" / "lessons" / "half_begun").mkdir()
    (root / "tests" / "lessons" / "test_tested.py").touch()
    before = paths(root)
    assert lesson.main(list(words), root) == 1
    assert says in capsys.readouterr().err
    assert paths(root) == before


def test_a_lesson_is_written_whole_or_not_at_all(root, monkeypatch, capsys):
    def full(path, text):
        if path.name == "02_pooling.py":
            raise OSError("No space left on device")
        path.write_text(text)

    before = paths(root)
    with monkeypatch.context() as trouble:
        trouble.setattr(lesson, "write_atomically", full)
        assert lesson.main(["02", "pooling", "Pooling"], root) == 1
    assert "No space left" in capsys.readouterr().err
    assert paths(root) == before
    assert lesson.main(["02", "pooling", "Pooling"], root) == 0
    assert "python -m helpers build 02" in capsys.readouterr().out


def test_a_name_that_says_the_same_as_a_placeholder_is_left_as_it_is(root):
    assert lesson.main(["02", "nn", "NN and LESSON_TITLE"], root) == 0
    text = (root / "solutions" / "02_nn.py").read_text(encoding="utf-8")
    assert "\n# # 2 · NN and LESSON_TITLE\n" in text


@pytest.mark.parametrize("word", ["!", "\\", "|", "[", "]", "`"])
def test_a_title_has_no_sign_that_means_something_where_it_is_written(word):
    with pytest.raises(lesson.Refused):
        lesson.refuse("98", "pooling", f"Pooling {word}", source.ROOT)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which a lesson has just been begun and built."""
    copy = tmp_path_factory.mktemp("copy") / "course"
    unwanted = shutil.ignore_patterns(".*_cache", ".git", ".venv", "__pycache__", "kept", "mine")
    shutil.copytree(source.ROOT, copy, ignore=unwanted)
    for words in (["lesson", "98", SLUG, "Begun by the test"], ["build", "98"]):
        done = run(copy, "helpers", *words)
        assert done.returncode == 0, done.stderr
    return copy


def run(folder, module, *words):
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", module, *words], cwd=folder, env=env, capture_output=True, text=True
    )


def test_a_lesson_just_begun_passes_every_test_but_the_one_that_says_so(course):
    kinds = ("house", "exercises", "breaking", "explorers", "notebooks", "rows", "handout", "draft")
    files = [f"tests/test_{kind}.py" for kind in kinds] + [f"tests/lessons/test_{SLUG}.py"]
    general = "rooms or room or doors or short or import or clean or secrets or is_in_it"
    words = ["-q", "-n", "0", "-p", "no:cacheprovider", "-k", f"{SLUG} or {general}"]
    done = run(course, "pytest", *words, *files)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    skeleton = f"tests/test_draft.py::test_a_lesson_is_no_longer_the_skeleton[98_{SLUG}]"
    assert len(failed) == 1 and skeleton in failed[0], done.stdout
    assert "is still the skeleton: write the lesson" in done.stdout
    assert int(done.stdout.rsplit(" passed", 1)[0].rsplit(" ", 1)[1]) > 50, done.stdout
