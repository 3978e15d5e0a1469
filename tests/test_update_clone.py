"""`update` in a clone: git brings the newer version; killed at any step, nothing is lost."""

import json
import os
import signal
import subprocess
import sys

import pytest

from helpers.notebooks import bring, clone, plain, source, update
from tests.test_update import NEW, OLD, course, texts, work

NOTEBOOK = "notebooks/01_small.ipynb"
ANSWER = "def double(x):\n    return x + x"


def git(folder, *words, code=0):
    identity = ["-c", "user.name=A", "-c", "user.email=a@localhost"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == code or code is None, done.stderr
    return done.stdout.strip()


def publish(teacher, text, **files):
    course(teacher, text)
    for name, content in files.items():
        (teacher / name).write_text(content)
    git(teacher, "add", "-A")
    git(teacher, "commit", "-qm", "a version")


@pytest.fixture
def both(tmp_path):
    """The teacher's course, with a newer version, and a learner's clone with work in the older."""
    teacher, learner = tmp_path / "teacher", tmp_path / "learner"
    teacher.mkdir()
    git(teacher, "init", "-q")
    publish(teacher, OLD, **{".gitignore": "kept/\n.progress.jsonl\n", "page": "one"})
    git(tmp_path, "clone", "-q", "teacher", "learner")
    publish(teacher, NEW, page="two")
    path = learner / NOTEBOOK
    path.write_bytes(plain.dump(work(plain.parse(path.read_bytes()))))
    return teacher, learner


def arrived(learner):
    there = texts(learner)
    assert ANSWER in there and "x = 3" in there and "Why? My reason." in there
    assert sum("mine = 1" in text for text in there) == 1
    assert there.count("my first note") == 1
    assert (learner / "page").read_text() == "two"
    assert not (learner / clone.NOTE).exists()


def test_the_newer_version_comes_with_the_learners_work_in_it(both, capsys):
    _, learner = both
    before = (learner / NOTEBOOK).read_bytes()
    git(learner, "pull", "-q", code=None)
    assert (learner / NOTEBOOK).read_bytes() == before  # git alone refuses
    assert update.main([], learner) == 0
    arrived(learner)
    assert [p.read_bytes() for p in (learner / "kept").iterdir()] == [before]
    said = capsys.readouterr().out
    assert "01_small: 2 answers and 2 cells of your own carried over" in said
    assert "look again at double" in said and "kept/notebooks-01_small-1.ipynb" in said
    assert git(learner, "status", "--porcelain") == f"M {NOTEBOOK}"
    state = (learner / NOTEBOOK).read_bytes()
    assert update.main([], learner) == 0
    assert capsys.readouterr().out == "This is the newest version.\n"
    assert (learner / NOTEBOOK).read_bytes() == state


def test_an_untouched_notebook_is_simply_new(both, capsys):
    _, learner = both
    git(learner, "checkout", "--", NOTEBOOK)
    assert update.main([], learner) == 0
    assert "01_small: new or reworded; you had written nothing in it" in capsys.readouterr().out
    assert not (learner / "kept").exists()


def test_work_that_is_staged_and_a_notebook_that_is_deleted_are_no_hindrance(both):
    _, learner = both
    git(learner, "add", NOTEBOOK)
    assert update.main([], learner) == 0
    arrived(learner)


def test_a_deleted_notebook_comes_again(both):
    _, learner = both
    (learner / NOTEBOOK).unlink()
    assert update.main([], learner) == 0
    assert "x = 3" in texts(learner)


def commits(teacher, learner):
    git(learner, "commit", "-qam", "mine")


def changes_a_page(teacher, learner):
    (learner / "page").write_text("mine")


def goes_offline(teacher, learner):
    teacher.rename(teacher.with_name("elsewhere"))


def follows_nothing(teacher, learner):
    git(learner, "branch", "--unset-upstream")


def has_a_file_in_the_way(teacher, learner):
    publish(teacher, NEW, extra="theirs")
    (learner / "extra").write_text("mine")


HINDRANCES = {
    commits: "clone the course anew beside this one",
    changes_a_page: "page: changed by you and by the newer version",
    goes_offline: "cannot be fetched; nothing is changed",
    follows_nothing: "This clone follows no other",
    has_a_file_in_the_way: "does not come in; all is as it was",
}


@pytest.mark.parametrize("hinder", HINDRANCES)
def test_where_git_cannot_everything_stays_as_it_was_and_the_way_out_is_said(hinder, both, capsys):
    hinder(*both)
    learner = both[1]
    before = (learner / NOTEBOOK).read_bytes()
    status = git(learner, "status", "--porcelain")
    assert update.main([], learner) == 1
    assert HINDRANCES[hinder] in capsys.readouterr().err
    assert (learner / NOTEBOOK).read_bytes() == before
    assert git(learner, "status", "--porcelain") == status
    assert not (learner / "kept").exists() or not list((learner / "kept").iterdir())


def test_work_that_is_committed_is_found_from_a_fresh_clone(both, tmp_path):
    _teacher, learner = both
    git(learner, "commit", "-qam", "mine")
    git(tmp_path, "clone", "-q", "teacher", "anew")
    assert update.main(["--from", str(learner)], tmp_path / "anew") == 0
    arrived(tmp_path / "anew")


def test_what_git_has_says_what_the_course_wrote_where_the_notebook_does_not(both):
    _, learner = both
    old = plain.parse((learner / NOTEBOOK).read_bytes())
    wrote = bring.course_texts(old)
    del old["metadata"]["course"]["texts"]
    assert bring.course_texts(old) is None
    committed = plain.parse(clone.committed(learner / NOTEBOOK))
    del committed["metadata"]["course"]["texts"]
    assert bring.course_texts(old, plain.dump(committed)) == wrote
    committed["cells"][0]["source"] = "a learner's commit"
    assert bring.course_texts(old, plain.dump(committed)) is None


def test_a_notebook_that_is_open_stops_all_before_anything_is_changed(both, monkeypatch, capsys):
    _, learner = both
    head = git(learner, "rev-parse", "HEAD")
    monkeypatch.setattr(clone, "opened", lambda path: path.name == "01_small.ipynb")
    assert update.main([], learner) == 1
    assert "open in Jupyter" in capsys.readouterr().err
    assert git(learner, "rev-parse", "HEAD") == head and not (learner / "kept").exists()


def test_where_the_last_step_fails_the_next_update_takes_it_up(both, monkeypatch, capsys):
    _, learner = both
    monkeypatch.setattr(bring, "opened", lambda path: True)  # opened since
    assert update.main([], learner) == 1
    assert "not all of yours is in it: run this again" in capsys.readouterr().out
    monkeypatch.undo()
    assert update.main([], learner) == 0
    arrived(learner)


# Git calls these while it works: there the course's process is killed, and git goes on or not.
KILLS = {
    "fetched, nothing moved": ("reference-transaction", "committed", "refs/remotes"),
    "the old notebook put back": ("post-checkout", "", ""),
    "before the version has moved": ("reference-transaction", "prepared", "refs/heads"),
    "the newer version is here": ("post-merge", "", ""),
}


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process group: not on Windows")
def test_killed_at_any_step_the_next_update_finds_everything(moment, both, capfd):
    _, learner = both
    hook, word, ref = KILLS[moment]
    path = learner / ".git/hooks" / hook
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ -z "{word}" ] || [ "$1" = "{word}" ] || exit 0\n'
                    f'[ -z "{ref}" ] || grep -q "{ref}" || exit 0\nkill -9 -$VICTIM\n')  # fmt: skip
    path.chmod(0o755)
    program = (
        "import os, sys, pathlib; os.environ['VICTIM'] = str(os.getpgid(0))\n"
        "from helpers.notebooks import update\n"
        "update.main([], pathlib.Path(sys.argv[1]))"
    )
    before = (learner / NOTEBOOK).read_bytes()
    killed = subprocess.run(
        [sys.executable, "-c", program, str(learner)], cwd=source.ROOT, start_new_session=True
    )
    assert killed.returncode == -signal.SIGKILL
    path.unlink()

    def stands():
        return [path.read_bytes() for path in (learner / NOTEBOOK, *learner.glob("kept/*.ipynb"))]

    assert before in stands()
    if locks := list((learner / ".git").rglob("*.lock")):  # left by git, which says so
        assert update.main([], learner) == 1
        assert ".lock" in capfd.readouterr().err and before in stands()
    for lock in locks:
        lock.unlink()
    assert update.main([], learner) == 0
    arrived(learner)


def test_what_was_written_between_a_kill_and_the_next_update_is_not_overwritten(both, capsys):
    _, learner = both
    before = (learner / NOTEBOOK).read_bytes()
    head = git(learner, "rev-parse", "HEAD")
    clone.put_by(learner, head, [NOTEBOOK])
    assert ANSWER not in texts(learner)
    later = plain.parse((learner / NOTEBOOK).read_bytes())
    later["cells"][0]["source"] += "\nwritten since"
    (learner / NOTEBOOK).write_bytes(plain.dump(later))
    assert update.main([], learner) == 0
    assert "written in since" in capsys.readouterr().out
    assert any("written since" in text for text in texts(learner))
    assert before in [path.read_bytes() for path in (learner / "kept").iterdir()]


def test_a_note_that_is_torn_says_what_to_do(both, capsys):
    _, learner = both
    (learner / "kept").mkdir()
    (learner / clone.NOTE).write_text(json.dumps([1]))
    assert update.main([], learner) == 1
    assert "Your notebooks are in kept/" in capsys.readouterr().err
