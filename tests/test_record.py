"""The record of a learner's progress: what is noted, when nothing is, and who may read it."""

import json
import os
import re
import subprocess
import sys
import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.command import progress, record
from helpers.command.record import ELSEWHERE, FILE, Record
from helpers.exercises import Exercise, Mistake, Progress
from helpers.notebooks import source
from tests import course


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which a record is kept, as if this were a notebook's kernel."""
    monkeypatch.setattr(record, "kept", lambda: True)
    monkeypatch.setattr(record, "HERE", Record(tmp_path))
    return tmp_path


def lesson(name="small"):
    """A lesson of one exercise and one answer in words, as in a fresh kernel."""
    wrong = Mistake("off by one", 42, "One less.")
    value = Exercise("value", lambda: 41, mistakes=[wrong], hints=["Count.", "Count on."])
    return value, Progress(
        {"__name__": f"helpers.lessons.{name}", "value": value}, {"why": ["It says so."]}
    )


def notebook(path, title="1 · Small"):
    cells = [
        new_markdown_cell(f"# {title}\n\nWords."),
        new_code_cell("value = ...", metadata={"exercise": "value"}),
        new_code_cell("value = 41", metadata={"exercise": "value", "tags": ["solution"]}),
        new_markdown_cell("Why?", metadata={"exercise": "why"}),
    ]
    nbformat.write(new_notebook(cells=cells), path)


def lines(folder):
    return (folder / FILE).read_text("utf-8").split()


def test_verdicts_mistakes_and_hints_are_noted_and_found_by_the_next_kernel(folder):
    value, _ = lesson()
    value.check(42)
    value.hint(), value.hint()
    value.check(41)
    one = Record(folder).of("small")["value"]
    assert (one.status, one.mistakes, one.hints) == ("correct", ["off by one"], 2)
    fresh, again = lesson()
    assert not fresh.checked
    assert again().rows == (("value", "correct", "when you last checked it"),)
    fresh.check(42)
    assert again().rows == (("value", "not yet", "off by one"),)


def test_what_is_known_is_not_written_again(folder):
    value, _ = lesson()
    value.check(...)
    assert not (folder / FILE).exists()
    value.check(42)
    before = (folder / FILE).read_bytes()
    value.check(42)
    lesson()[0].check(42)
    assert (folder / FILE).read_bytes() == before


def test_a_tick_stays_until_it_is_taken_away_with_and_without_a_record(folder, monkeypatch):
    def two():
        return Progress({"__name__": "helpers.lessons.two"}, {"a": ["It says a."], "b": ["b."]})

    def ticked(table):
        return [name for name, status, _ in table.ticks if status == "written"]

    shown = two()
    assert ticked(shown("a")) == ["a"]
    assert 'lesson.progress("a", "b")' in shown().ticks[1][2]  # the cell's text: it says both
    assert ticked(shown("b")) == ticked(shown()) == ticked(two()()) == ["a", "b"]
    table = shown(untick="a")
    assert ticked(table) == ticked(two()()) == ["b"] and 'untick="b"' in table.ticks[1][2]
    assert "conv9: not an answer in words" in shown(untick=["b", "conv9"]).note
    assert ticked(two()()) == []
    monkeypatch.setattr(record, "kept", lambda: False)
    shown = two()
    assert (ticked(shown("a")), ticked(shown("b")), ticked(two()())) == (["a"], ["a", "b"], [])


def test_the_table_shows_the_course_and_which_lesson_is_open(folder):
    notebook(folder / "01_small.ipynb")
    notebook(folder / "02_other.ipynb", "2 · Other")
    (folder / "03_torn.ipynb").write_text('{"cells": [')
    value, shown = lesson()
    value.check(41)
    lesson("other")[1]("why")
    table = shown()
    assert table.course == (
        ("1 · Small: 1 of 1 correct, 0 of 1 written", True),
        ("2 · Other: 0 of 1 correct, 1 of 1 written", False),
    )
    assert "→ 1 · Small" in str(table) and "→ 2" not in str(table)
    assert "→ 1 · Small" in table._repr_html_() and "2 · Other" in table._repr_html_()
    said = re.findall(r'role="status">(.*?)</div>', table._repr_html_())
    assert said == ["<b>1 of 1 correct, 0 of 1 written</b>"]  # not all rows at each run


def test_every_lesson_has_its_line():
    found = record.lessons(source.ROOT / "notebooks")
    assert [one.slug for one in found] == [name[3:] for name in course.LESSONS]
    for one, name in zip(found, course.LESSONS, strict=True):
        written = set(course.module(name).progress.written)
        assert one.exercises == dict.fromkeys(course.tasks(name), False) | dict.fromkeys(
            written, True
        )


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_record_where_another_than_a_learner_runs_it(name, monkeypatch):
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: type("Shell", (), {"kernel": 1})())
    for one in ELSEWHERE:
        monkeypatch.delenv(one, raising=False)
    assert record.kept()
    monkeypatch.setenv(name, "1")
    assert not record.kept()


def test_no_record_outside_a_kernel(monkeypatch):
    for one in ELSEWHERE:
        monkeypatch.delenv(one, raising=False)
    assert not record.kept()


def test_a_check_never_stumbles_over_a_record_that_cannot_be_written_or_read(folder):
    (folder / FILE).mkdir()
    value, shown = lesson()
    assert value.check(41).status == "correct"
    assert value.hint().lines and shown().rows == (("value", "correct", ""),)


def test_torn_and_foreign_lines_spoil_none_but_themselves(folder):
    (folder / FILE).write_text('\n[1]\n{"lesson": 3}\nnull\n{"lesson": "small", "exerc')
    lesson()[0].check(41)
    assert Record(folder).of("small")["value"].status == "correct"


def test_kernels_at_once_lose_nothing(tmp_path):
    many = "for i in range(200): one.note('small', f'{name}{i}', status='correct', mistake='é' * i)"
    program = f"""
import sys
from pathlib import Path
from helpers.command.record import Record
name, one = sys.argv[1], Record(Path(sys.argv[2]))
{many}
"""
    command = [sys.executable, "-c", program]
    running = [
        subprocess.Popen([*command, name, str(tmp_path)], cwd=source.ROOT) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(Record(tmp_path).of("small")) == 400


def test_a_note_takes_less_than_5_ms(folder):
    took = []
    for number in range(200):
        start = time.perf_counter()
        record.note("small", f"e{number}", status="not yet", mistake="off by one")
        took.append(time.perf_counter() - start)
    assert len(lines(folder)) > 200
    assert sorted(took)[len(took) // 2] < 0.005


def test_a_real_kernel_keeps_it_beside_the_notebook_in_one_thread_of_torch(tmp_path):
    program = f"""
import sys
sys.path.insert(0, {str(source.ROOT)!r})
import torch
torch.set_num_threads(2)
from helpers.lessons import dropout as lesson
lesson.when_to_use.check("b")
print(torch.get_num_threads())
"""
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env.pop("OMP_NUM_THREADS", None)
    client = NotebookClient(
        new_notebook(cells=[new_code_cell(program)]),
        resources={"metadata": {"path": str(tmp_path)}},
    )
    cells = client.execute(env=env).cells
    assert cells[0].outputs[0].text == "1\n"
    assert Record(tmp_path).of("dropout")["when_to_use"].mistakes == ["b"]


def test_the_command_shows_the_course_and_exports_it_naming_nobody(tmp_path, capsys):
    notebook(tmp_path / "01_small.ipynb")
    assert progress.main([str(tmp_path)]) == 0
    assert "Nothing is noted yet" in capsys.readouterr().out
    one = Record(tmp_path)
    one.note("small", "value", status="not yet", mistake="off by one")
    one.note("small", "value", hints=1)
    target = tmp_path / "mine.json"
    assert progress.main([str(tmp_path), "--export", str(target)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 · Small: 0 of 1 correct, 0 of 1 written",
        "    value: not yet (off by one; 1 hint)",
    ]
    value = {"name": "value", "written": False, "status": "not yet"}
    why = {"name": "why", "written": True, "status": "not started", "mistakes": [], "hints": 0}
    rows = [value | {"mistakes": ["off by one"], "hints": 1}, why]
    wanted = {"lessons": [{"lesson": "small", "title": "1 · Small", "exercises": rows}]}
    assert json.loads(target.read_text("utf-8")) == wanted


def test_the_command_says_where_there_are_no_lessons_and_where_it_cannot_write(tmp_path, capsys):
    assert progress.main([str(tmp_path)]) == 1
    assert "there are no lessons" in capsys.readouterr().err
    notebook(tmp_path / "01_small.ipynb")
    assert progress.main([str(tmp_path), "--export", str(tmp_path / "no" / "mine.json")]) == 1
    assert "mine.json" in capsys.readouterr().err


def test_git_ignores_it():
    said = subprocess.run(["git", "check-ignore", f"notebooks/{FILE}"], cwd=source.ROOT)
    assert said.returncode == 0
