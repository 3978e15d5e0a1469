"""Killed at any moment, on a full disk: every file is the old one or the new one, whole."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.notebooks import build, handout, solutions, source, update
from helpers.notebooks.files import write_atomically
from tests.test_build import GOOD, project
from tests.test_update import course, older

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: not on Windows")
KILLS = 70  # for each of the three kinds of writing


# A process started afresh, with one thread and no lock that anyone holds, forks a worker for every
# line that it is sent. (To start each worker afresh would take two seconds of imports a kill.)
NURSERY = """
import os, signal, sys, threading
from tqdm import tqdm
tqdm.set_lock(threading.RLock())  # its usual one is shared: who is killed with it blocks the next
from tests.test_faults import {work} as work_on
work = work_on(*sys.argv[1:])
for _ in sys.stdin:
    worker = os.fork()
    if not worker:
        try:
            signal.alarm(60)  # should whoever is to kill it be gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            while True:
                work()
        finally:
            os._exit(1)
    print(worker, flush=True)
    print(os.waitpid(worker, 0)[1], flush=True)
"""


def kill_often(work, check, *arguments, kills=KILLS):
    """Kill a worker at `work(*arguments)` at random moments; `check` looks at what it left."""
    luck = random.Random(0)
    command = [sys.executable, "-c", NURSERY.format(work=work.__name__), *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, cwd=source.ROOT, **pipes) as nursery:
        for _ in range(kills):
            nursery.stdin.write("another\n")
            worker = int(nursery.stdout.readline())
            time.sleep(luck.uniform(0.001, 0.06))
            os.kill(worker, signal.SIGKILL)
            assert int(nursery.stdout.readline()) == signal.SIGKILL  # it was still at work
            check()


def whole(path, *allowed):
    assert path.read_bytes() in allowed, f"{path.name} is neither the old one nor the new one"


def showing_and_hiding(folder):
    def both():
        solutions.main(["hide", "--to", folder])
        solutions.main(["show", "--to", folder])

    return both


def test_showing_and_hiding_solutions_killed(tmp_path):
    lesson = source.lessons()[0]
    path = tmp_path / f"{lesson}.ipynb"
    hidden = (source.ROOT / "notebooks" / path.name).read_bytes()
    path.write_bytes(hidden)
    assert solutions.main(["show", "--to", str(tmp_path)]) == 0
    shown = path.read_bytes()

    kill_often(showing_and_hiding, lambda: whole(path, hidden, shown), tmp_path)


TEXTS = (GOOD, GOOD.replace("a promise", "two promises"))


def without_a_kernel(*_):
    """In place of build.execute: a build writes only after it."""


def building(root):
    build.execute = without_a_kernel

    def both():
        for text in TEXTS:
            project(Path(root), text)
            build.main([], Path(root))

    return both


def test_the_build_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "execute", without_a_kernel)
    root, built = project(tmp_path), []
    paths = [root / folder / "01_small.ipynb" for folder in ("solutions", "notebooks")]
    for text in TEXTS:
        project(tmp_path, text)
        assert build.main([], root) == 0
        built.append([path.read_bytes() for path in paths])

    def check():
        for index, path in enumerate(paths):
            whole(path, *(one[index] for one in built))

    kill_often(building, check, root)
    project(tmp_path, TEXTS[1])
    assert build.main([], root) == 0 and build.main(["--check"], root) == 0
    assert not list(root.rglob("*.tmp"))  # what the killed ones left is swept


PACKED = {"a": random.Random(0).randbytes(300_000), "b": b"text"}


def handing_out(path):
    handout.contents, handout.leaks = (lambda _: PACKED), (lambda *_: [])
    return lambda: handout.main([path])


def test_the_handout_killed(tmp_path):
    path = tmp_path / "course.zip"
    path.write_bytes(old := handout.archive({"a": b"old"}, "course"))
    new = handout.archive(PACKED, "course")
    kill_often(handing_out, lambda: whole(path, old, new), path)


def updating(root):
    new = Path(root, "course-2")
    fresh = (new / "notebooks/01_small.ipynb").read_bytes()

    def again():
        write_atomically(new / "notebooks/01_small.ipynb", fresh)
        update.main(["--from", str(Path(root, "course"))], new)

    return again


def test_the_update_from_an_older_hand_out_killed(tmp_path):
    old = older(tmp_path) / "notebooks/01_small.ipynb"
    new = course(tmp_path / "course-2") / "notebooks/01_small.ipynb"
    before, fresh = old.read_bytes(), new.read_bytes()
    assert update.main(["--from", str(old.parent)], tmp_path / "course-2") == 0
    carried = new.read_bytes()
    new.write_bytes(fresh)

    def check():
        whole(new, fresh, carried)
        whole(old, before)
        for kept in (tmp_path / "course-2/kept").iterdir():
            assert kept.suffix == ".tmp" or kept.read_bytes() == before

    kill_often(updating, check, tmp_path, kills=40)
    assert update.main(["--from", str(old.parent)], tmp_path / "course-2") == 0
    assert new.read_bytes() == carried
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("command", ["show", "build", "handout"])
def test_on_a_full_disk_the_old_file_stays(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "execute", without_a_kernel)
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
