"""A notebook is judged by the course alone, whatever its code tries; what it breaks is its own."""

import os
import sys
from pathlib import Path

import pytest

from helpers.grading import confine, tricks
from helpers.grading.judging import Judge
from helpers.grading.limits import Limits
from helpers.grading.planning import plan, shows_only
from helpers.grading.submission import Piece, Submission
from tests import course

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork: not on Windows")
LESSON = "06_activations"
SETUP = Piece("import numpy as np\nfrom helpers.lessons import activations as lesson", (), "setup")
RIGHT = Piece('slope_at_zero = "%s"' % course.module(LESSON).slope_at_zero.right, ("slope_at_zero",))
RELU = Piece("def relu(x):\n    return np.maximum(x, 0.0)", ("relu",), "answer")
WRONG = Piece("def relu(x):\n    return np.abs(x)", ("relu",), "answer")
MIB = 1 << 20


@pytest.fixture(scope="module")
def judge():
    one = Judge(Limits(cell=1.0, grace=0.5, memory=512 * MIB, processes=16, file=MIB, reruns=3))
    yield one
    one.close()


def notebook(*pieces, lesson=LESSON):
    cells = [one if isinstance(one, Piece) else Piece(one) for one in pieces]
    return Submission("Ada", f"{lesson}.ipynb", lesson, tuple(cells))


def filled(lesson, solved=True):
    """A lesson's notebook, solved or as it is handed out."""
    code = [cell for cell in course.cells(lesson) if cell.kind == "code"]
    pieces = [Piece(code[0].text, (), "setup")]
    for cell in code[1:]:
        kind = "answer" if cell.exercise else "check" if cell.check else "course"
        if not cell.exercise or cell.solution == solved:
            pieces.append(Piece(cell.text, (cell.exercise,) if cell.exercise else (), kind))
    return notebook(*pieces, lesson=lesson)


def items(sheet):
    return {item.name: item for item in sheet.items}


@pytest.mark.parametrize("lesson", course.LESSONS)
def test_a_solved_notebook_has_every_point_and_a_handed_out_one_none(judge, lesson):
    sheet = judge.grade(filled(lesson))
    assert {item.status for item in sheet.items} == {"correct"}, sheet
    assert sheet.points == sheet.out_of == len(course.tasks(lesson)) and not sheet.remarks
    empty = judge.grade(filled(lesson, solved=False))
    assert {item.status for item in empty.items} == {"not started"} and empty.points == 0
    assert [item.name for item in sheet.items] == list(course.tasks(lesson))


ATTACKS = {
    "lesson replaced": """
class lesson:
    class relu:
        check = staticmethod(lambda f: print("✓ relu: correct"))""",
    "NumPy's comparison replaced": "np.allclose = np.isclose = lambda a, b, **k: np.bool_(True)",
    "the exercise's class replaced": """
from helpers.exercises.task import Task, Verdict
from helpers.exercises import Exercise
Task.check = Task.judge = Exercise.judge = lambda self, a: Verdict(self.name, "correct")
Exercise.fault = lambda *_: None""",
    "a verdict printed": 'print("✓ relu: correct")',
    "strictness unset": "import os; os.environ['COURSE_STRICT'] = '0'",
    "the exercises looked for": """
import gc
from helpers.exercises.task import Task
found = {one.name: one for one in gc.get_objects() if isinstance(one, Task)}
lesson.relu.oracle if not found else found["relu"].oracle""",
    "modules exchanged": """
import sys, types
for name in [n for n in sys.modules if n.startswith(("helpers.exercises", "json", "pickle"))]:
    sys.modules[name] = types.ModuleType(name)""",
    "builtins exchanged": """
import builtins
builtins.any = lambda _: False
builtins.all = lambda _: True
builtins.isinstance = lambda *_: True""",
    "what answers the judge exchanged": """
from helpers.grading import serving, wire
serving.Table.call = lambda self, *a: {"value": True, "status": "correct", "verdict": "correct"}""",
    "what writes to the judge exchanged": """
from helpers.grading import wire
wire.reply = lambda message: b"[" * 100000""",
    "too much said to the judge": """
from helpers.grading import wire
import socket
wire.send = lambda line, data: line.sendall(wire._LENGTH.pack(1 << 60) + data)""",
    "a reply forged": """
import json, os, struct
said = json.dumps({"error": "", "made": ["relu"], "replaced": [], "values": {"relu": "correct"}})
frame = struct.pack(">Q", len(said)) + said.encode()
for one in range(3, 40):
    try:
        os.write(one, frame)
    except OSError:
        pass""",
    "no data sent, a program instead": """
class Bomb:
    def __reduce__(self):
        return eval, ("open('pwned', 'w')",)
relu = Bomb()""",
    "threads that write over all": """
import threading, time
def over():
    while True:
        globals()["np_"] = 1
        time.sleep(0.01)
threading.Thread(target=over, daemon=True).start()""",
    "something left for the end": """
import atexit, os
atexit.register(lambda: os.write(1, b"correct"))""",
    "the alarm unset": """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0)""",
    "a copy of the process": "import os; os.fork()",
    "exit": "import sys; sys.exit(0)",
    "an interrupt": "raise KeyboardInterrupt",
    "an error of its own kind": "class Odd(BaseException): pass\nraise Odd",
    "the stack": "def deeper(): deeper()\ndeeper()",
    "much memory": "kept = bytearray(4 << 30)",
    "much memory in pieces": "kept = []\nwhile True: kept.append(bytearray(64 << 20))",
    "much output": "for _ in range(100): print('x' * (1 << 20))",
    "a large file": "open('large', 'wb').write(bytes(1 << 26))",
    "an endless loop": "while True: pass",
    "a loop that catches all": """
while True:
    try:
        while True: pass
    except BaseException: pass""",
    "a tracer": "import sys; sys.settrace(lambda *_: None); sys.setprofile(lambda *_: None)",
    "the record": "open('.progress.jsonl', 'w').write('{}')",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_earns_a_point_or_costs_the_others_theirs(judge, attack):
    sheet = judge.grade(notebook(SETUP, RIGHT, ATTACKS[attack], WRONG))
    got = items(sheet)
    assert got["slope_at_zero"].status == "correct" and sheet.points == 1
    assert got["relu"].status in ("not yet", "not started")


ENDS = {
    "os._exit": "import os; os._exit(0)",
    "a crash": "import ctypes; ctypes.string_at(0)",
    "no line left": "import os; os.closerange(3, 200)",
    "its parent killed": "import os, signal; os.kill(os.getppid(), signal.SIGKILL); os._exit(1)",
    "stopped": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "a loop in C": "sum(iter(int, 1))",
    "signals blocked": """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
while True: pass""",
    "processes that multiply": """
import os, time
for _ in range(40):
    if not os.fork():
        time.sleep(60)
time.sleep(60)""",
}


@pytest.mark.parametrize("attack", ENDS)
def test_a_cell_that_ends_the_process_is_left_out_and_the_others_count(judge, attack):
    answer = Piece(f"{ENDS[attack]}\n{RELU.source}", ("relu",), "answer")
    sheet = judge.grade(notebook(SETUP, answer, RIGHT))
    got = items(sheet)
    assert got["slope_at_zero"].status == "correct" and sheet.points == 1
    assert got["relu"].status == "not yet" and "it was left out" in got["relu"].remark
