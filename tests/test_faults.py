"""Killed at any moment, on a full disk: every file is the old one or the new one, whole."""

import os
import random
import resource
import signal
import time
from pathlib import Path

import pytest

from helpers.notebooks import build, handout, solutions, source
from tests.test_build import GOOD, project

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: not on Windows")
KILLS = 70  # for each of the three kinds of writing


def forked(work):
    """Run `work` again and again in a child process; returns its id."""
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            while True:
                work()
        finally:
            os._exit(1)
    return child


def kill_often(work, check, kills=KILLS):
    """Kill a working child at random moments; `check` looks at what it left."""
    luck = random.Random(0)
    for _ in range(kills):
        child = forked(work)
        time.sleep(luck.uniform(0.001, 0.06))
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL  # it was still at work
        check()


def whole(path, *allowed):
    assert path.read_bytes() in allowed, f"{path.name} is neither the old one nor the new one"


def test_showing_and_hiding_solutions_killed(tmp_path):
    lesson = source.lessons()[0]
    path = tmp_path / f"{lesson}.ipynb"
    hidden = (source.ROOT / "notebooks" / path.name).read_bytes()
    path.write_bytes(hidden)
    assert solutions.main(["show", "--to", str(tmp_path)]) == 0
    shown = path.read_bytes()

    def both():
        solutions.main(["hide", "--to", str(tmp_path)])
        solutions.main(["show", "--to", str(tmp_path)])

    kill_often(both, lambda: whole(path, hidden, shown))


def test_the_build_killed(tmp_path, monkeypatch):
    # The kernel's part is left out: a build writes only after it.
    monkeypatch.setattr(build, "execute", lambda *_: None)
    texts, built = (GOOD, GOOD.replace("a promise", "two promises")), []
    root = project(tmp_path)
    paths = [root / folder / "01_small.ipynb" for folder in ("solutions", "notebooks")]
    for text in texts:
        project(tmp_path, text)
        assert build.main([], root) == 0
        built.append([path.read_bytes() for path in paths])

    def both():
        for text in texts:
            project(tmp_path, text)
            build.main([], root)

    def check():
        for index, path in enumerate(paths):
            whole(path, *(one[index] for one in built))

    kill_often(both, check)
    project(tmp_path, texts[1])
    assert build.main([], root) == 0 and build.main(["--check"], root) == 0
    assert not list(root.rglob("*.tmp"))  # what the killed ones left is swept


def test_the_handout_killed(tmp_path, monkeypatch):
    packed = {"a": os.urandom(300_000), "b": b"text"}
    monkeypatch.setattr(handout, "contents", lambda _: packed)
    monkeypatch.setattr(handout, "leaks", lambda *_: [])
    path = tmp_path / "course.zip"
    path.write_bytes(old := handout.archive({"a": b"old"}, "course"))
    new = handout.archive(packed, "course")
    kill_often(lambda: handout.main([str(path)]), lambda: whole(path, old, new))


@pytest.mark.parametrize("command", ["show", "build", "handout"])
def test_on_a_full_disk_the_old_file_stays(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "execute", lambda *_: None)
    root = project(tmp_path)
    lesson = source.lessons()[0]
    path = tmp_path / f"{lesson}.ipynb"
    path.write_bytes((source.ROOT / "notebooks" / path.name).read_bytes())
    archive = tmp_path / "course.zip"
    archive.write_bytes(handout.archive({"a": b"old"}, "course"))
    run = {
        "show": lambda: solutions.main(["show", "--to", str(tmp_path)]),
        "build": lambda: build.main([], root),
        "handout": lambda: handout.main([str(archive)]),
    }[command]
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, limits[1]))  # no file can grow past that
        code = run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert code == 1
    assert "File too large" in capsys.readouterr().err
    assert {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()} == before
    assert Path(root).exists()
