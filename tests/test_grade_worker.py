"""A notebook is judged by the course alone, whatever its code tries; what it breaks is its own."""

import importlib
import pickle
import sys
from dataclasses import replace

import numpy as np
import pytest

from helpers.exercises import exercise as engine
from helpers.grading import confine, serving, tricks, wire
from helpers.grading.decoding import decode
from helpers.grading.judging import Judge
from helpers.grading.limits import Limits
from helpers.grading.planning import course_cells, plan
from helpers.grading.remote import Server
from helpers.grading.room import Running
from helpers.grading.submission import Piece, Submission
from helpers.grading.worker import grade
from helpers.notebooks import source
from tests import course

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork: not on Windows")
LESSON = "06_activations"
SETUP = Piece("import numpy as np\nfrom helpers.lessons import activations as lesson", (), "setup")
LETTER = course.module(LESSON).slope_at_zero.right
RIGHT = Piece(f"slope_at_zero = {LETTER!r}", ("slope_at_zero",), "answer")
RELU = Piece("def relu(x):\n    return np.maximum(x, 0.0)", ("relu",), "answer")
WRONG = Piece("def relu(x):\n    return np.abs(x)", ("relu",), "answer")
MIB = 1 << 20


@pytest.fixture(scope="module")
def judge():
    one = Judge(Limits(cell=20.0, memory=512 * MIB, processes=16, file=MIB, reruns=3))
    yield one
    one.close()


@pytest.fixture
def hasty(judge, monkeypatch):
    """The judge with a second for a cell."""
    limits = replace(judge.limits, cell=1.0, grace=0.5)
    monkeypatch.setattr(judge, "limits", limits)
    monkeypatch.setattr(judge.room, "limits", limits)
    return judge


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
def test_a_solved_notebook_has_every_point(judge, lesson):
    sheet = judge.grade(filled(lesson))
    assert {item.status for item in sheet.items} == {"correct"}, sheet
    assert sheet.points == sheet.out_of == len(course.tasks(lesson)) and not sheet.remarks
    assert [item.name for item in sheet.items] == list(course.tasks(lesson))


def test_a_handed_out_notebook_has_none(judge):
    sheet = judge.grade(filled(LESSON, solved=False))
    assert {item.status for item in sheet.items} == {"not started"} and sheet.points == 0


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
    "a loop that catches all": """
while True:
    try:
        while True: pass
    except BaseException: pass""",
    "a tracer": "import sys; sys.settrace(lambda *_: None); sys.setprofile(lambda *_: None)",
    "the record": "open('.progress.jsonl', 'w').write('{}')",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_earns_a_point_or_costs_the_others_theirs(hasty, attack):
    sheet = hasty.grade(notebook(SETUP, RIGHT, ATTACKS[attack], WRONG))
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
def test_a_cell_that_ends_the_process_is_left_out_and_the_others_count(hasty, attack):
    answer = Piece(f"{ENDS[attack]}\n{RELU.source}", ("relu",), "answer")
    sheet = hasty.grade(notebook(SETUP, answer, RIGHT))
    got = items(sheet)
    assert got["slope_at_zero"].status == "correct" and sheet.points == 1
    assert got["relu"].status == "not yet" and "it was left out" in got["relu"].remark


def test_an_endless_loop_is_told_and_costs_its_own_exercise(hasty):
    answer = Piece(f"while True: pass\n{RELU.source}", ("relu",), "answer")
    sheet = hasty.grade(notebook(SETUP, answer, "while True: pass", RIGHT))
    got = items(sheet)
    assert got["slope_at_zero"].points == 1 and got["relu"].status == "not yet"
    assert got["relu"].message.startswith("Its cell did not end within 1 seconds. Is there a loop")
    assert sheet.remarks == ("A cell did not end within 1 seconds: while True: pass",)


CALLS = {
    "ends": "import os; os._exit(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "never ends": "while True: pass",
    "never ends in C": "sum(iter(int, 1))",
}


@pytest.mark.parametrize("does", CALLS)
def test_a_call_that_ends_or_never_does_costs_its_own_exercise(judge, monkeypatch, does):
    monkeypatch.setattr(engine, "SECONDS", 0.5)
    answer = Piece(f"def relu(x):\n    {CALLS[does]}", ("relu",), "answer")
    got = items(judge.grade(notebook(SETUP, answer, RIGHT)))
    assert got["slope_at_zero"].status == "correct" and got["relu"].status == "not yet"
    said = "did not end within 1.5 seconds" if "never" in does else "ended the process that ran it"
    assert said in got["relu"].message


def through(answer):
    """An answer as the judge gets it from a learner's process, but for the process."""
    table = serving.Table()
    calls = {"call": table.call, "back": table.back}

    def ask(message, _):
        kind, *asked = pickle.loads(wire.pack(message))
        return wire.understood(wire.reply(calls[kind](*asked)))

    told = wire.encode(answer, table.enter)
    return Server(ask).answer(wire.understood(wire.reply(told)))


KINDS = {(lesson, type(course.tasks(lesson)[name])): name for lesson, name in course.every()}


@pytest.mark.parametrize(("lesson", "kind"), KINDS)  # one of each kind, in each lesson
def test_a_mistake_is_named_through_a_process_as_it_is_without(lesson, kind):
    task = course.tasks(lesson)[KINDS[lesson, kind]]
    if isinstance(task, course.Choice):
        wrong = next(letter for letter in task.options if letter != task.right)
        assert task.verdict_on(through(wrong)) == task.verdict_on(wrong)
        return
    known = task.mistakes[0]
    verdict = task.verdict_on(through(task.as_answer(known)))
    assert (verdict.mistake, verdict.status) == (known.name, "not yet")
    assert known.message.split("{")[0] in verdict.message


def test_what_is_said_of_a_stub_or_an_error_is_what_the_notebook_says():
    relu = course.tasks(LESSON)["relu"]

    def prints(x):
        print(x)

    def breaks(x):
        return x[0, 0, 0, 0, 0]

    def changes(x):
        x *= 2
        return x

    def prints_and_breaks(x):
        print(x)
        return x[0, 0, 0, 0, 0]

    def draws(x):
        import random

        return x * random.random()

    several = prints, breaks, prints_and_breaks, changes, draws, lambda x: ..., lambda x: [prints]
    for answer in (*several, 3, [prints], {"a": 1}, Judge):
        assert str(relu.verdict_on(through(answer))) == str(relu.verdict_on(answer))


def test_what_is_no_plain_data_or_would_fill_the_memory_is_wrong_and_costs_no_process():
    import torch

    relu = course.tasks(LESSON)["relu"]
    gives = torch.eye(2).to_sparse(), np.datetime64(1, "s"), np.zeros(2, "i,i"), b"ab"
    for value in (*gives, np.broadcast_to(1.0, (10**6, 10**6))):
        message = relu.verdict_on(through(lambda _, it=value: it)).message
        assert message.startswith("It holds object values"), value


def test_ctrl_c_in_a_call_stops_the_grading_and_is_no_error_of_the_learners(judge, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Running, "_ask", lambda *_: {})
    monkeypatch.setattr(wire, "receive", lambda *_: wire.reply({"function": {"number": 0}}))
    running = Running(None, judge.room)
    monkeypatch.setattr(wire, "send", pressed)
    with pytest.raises(KeyboardInterrupt):
        judge._verdict(course.tasks(LESSON)["relu"], running)


FORGED = {
    "lists without end": b"[" + b"[]," * wire.PARTS + b"1]",
    "rows without an entry": wire.reply(wire.encode(np.empty((10**9, 0)))),
}


@pytest.mark.parametrize("what", FORGED)
def test_no_reply_fills_the_judges_memory(what):
    with pytest.raises(wire.Gone, match="said too much"):
        decode(wire.understood(FORGED[what]))


def test_a_cell_that_cannot_be_read_is_told_as_the_notebook_tells_it(judge):
    sheet = judge.grade(notebook(SETUP, Piece("def relu(x:\n    ...", ("relu",), "answer")))
    message = items(sheet)["relu"].message
    assert message.startswith("The cell that defines `relu` stopped with SyntaxError: ")
    assert "So there is no `relu` yet." in message


def test_an_answer_may_stand_on_a_cell_further_down_and_that_is_told(judge):
    answer = Piece("def relu(x):\n    return larger(x)", ("relu",), "answer")
    got = items(judge.grade(notebook(SETUP, answer, "def larger(x): return np.maximum(x, 0)")))
    assert got["relu"].points == 1 and "once the cells below it have run" in got["relu"].remark


def test_the_last_answer_of_several_counts_and_a_stub_is_none(judge):
    letters = [letter for letter in course.module(LESSON).slope_at_zero.options if letter != LETTER]
    wrong = [replace(RIGHT, source=f"slope_at_zero = {letter!r}") for letter in letters]
    assert judge.grade(notebook(SETUP, RIGHT, *wrong)).points == 0
    stub = replace(RIGHT, source="slope_at_zero = ...")
    assert judge.grade(notebook(SETUP, *wrong, RIGHT, stub)).points == 1


def test_magics_that_change_no_answer_cost_none(judge):
    magics = "%matplotlib inline\n%timeit -n 1 -r 1 sum([1])\n!true\n"
    sheet = judge.grade(notebook(SETUP, replace(RELU, source=magics + RELU.source)))
    assert items(sheet)["relu"].status == "correct", sheet


def test_a_notebook_finds_nothing_that_another_left_behind(judge):
    left = """
import os, pathlib, subprocess, time
if not os.fork():
    os.setsid()
    time.sleep(60)
pathlib.Path("mark").write_text("here")
os.environ["MARK"] = "here"
np.maximum = None"""
    look = """
import os, pathlib
found = pathlib.Path("mark").exists() or "MARK" in os.environ or np.maximum is None
relu = (lambda x: 0) if found else (lambda x: np.maximum(x, 0))"""
    judge.grade(notebook(SETUP, left, RIGHT))
    assert judge.grade(notebook(SETUP, Piece(look, ("relu",), "answer"))).points == 1


def test_the_course_adds_its_setup_cell_and_the_data_that_an_answer_stands_on(judge):
    assert judge.grade(notebook(RELU)).points == 1
    lesson = "08_relu_backward"
    added = plan(lesson, [Piece("forward_by_hand = x * (x > 0)", ("forward_by_hand",), "answer")])
    assert [step.source[:12] for step in added[1:-1]] == ["x = np.array"]
    trains = [text for text in course_cells("09_vae_elbo") if "train(" in text]
    steps = plan("09_vae_elbo", [Piece(text, (), "course") for text in trains])
    assert trains and len(steps) == 1  # the setup cell alone


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (
            Piece("lesson.relu.check(relu); print('fine')", (), "check"),
            "A check cell was rewritten",
        ),
        (Piece("import os; del os.environ['COURSE_STRICT']"), "COURSE_STRICT"),
        (Piece("print('✓ relu: correct')"), "a verdict of its own"),
        (Piece("relu = lesson.oracles.relu"), "the course's own answers"),
        (Piece("import sys; sys.modules.clear()"), "Python's own workings (`sys.modules`)"),
    ],
)
def test_a_trick_is_told(piece, said):
    (line,) = tricks.seen([SETUP, piece, RELU])
    assert said in line


def test_an_honest_notebook_is_told_no_trick():
    assert not tricks.seen([*filled(LESSON).cells, Piece("print('correct')")])


def test_a_text_of_a_hundred_thousand_ticks_is_looked_through_at_once():
    assert not tricks.seen([Piece(f"x = {'✓' * 10**5!r}")])


def test_what_was_replaced_is_told_by_name(judge):
    remarks = judge.grade(notebook(SETUP, "np.allclose = max\nlesson = 3", RELU)).remarks
    assert [line.split("`")[1] for line in remarks] == ["numpy.allclose", "lesson"]


def test_no_progress_is_noted_and_strictness_changes_nothing(judge, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_STRICT", "1")
    monkeypatch.chdir(tmp_path)
    assert judge.grade(notebook(SETUP, WRONG)).points == 0
    assert not list(tmp_path.iterdir())


def test_too_many_cells_that_end_the_process_are_given_up(judge):
    broken = ["import os; os._exit(0)"] * (judge.limits.reruns + 1)
    sheet = judge.grade(notebook(SETUP, RIGHT, *broken, RELU))
    got = items(sheet)
    assert got["slope_at_zero"].points == 1 and got["relu"].status == "not yet"
    assert any("Too many of its cells" in line for line in sheet.remarks)


CONFINED = pytest.mark.skipif(
    confine.chosen()[0][:1] != ("bwrap",), reason="needs bubblewrap, and a system that lets it run"
)
SECRETS = f"""
import os, pathlib, socket
secret = {str(source.ROOT / "solutions")!r}, "/home", "/root/.ssh", "/etc/passwd"
seen = [place for place in secret if os.path.exists(place)]
seen += [one for one in ("/course/solutions", "/course/notebooks") if os.path.exists(one)]
seen += [name for name in os.environ if name.startswith(("SECRET", "SSH", "XDG"))]
try:
    seen.append(socket.create_connection(("1.1.1.1", 53), 1))
except OSError:
    pass
others = {{one for one in os.listdir("/proc") if one.isdigit()}} - {{str(os.getpid())}}
for place in ["/course/helpers/new", *("/proc/" + one + "/mem" for one in others)]:
    try:
        seen.append(open(place, "r+b" if "proc" in place else "w"))
    except OSError:
        pass
relu = (lambda x: np.abs(x)) if seen else (lambda x: np.maximum(x, 0))"""


@CONFINED
def test_no_place_is_left_to_hand_an_answer_on_to_the_next_learner(judge):
    places = "/tmp/mark", "/run/mark", "/run/mpl/mark", "/dev/shm/mark", "/mark", "/course/mark"
    leave = f"""
import contextlib
for place in {places}:
    with contextlib.suppress(OSError):
        open(place, "w").write("here")"""
    look = f"""
import os
found = any(map(os.path.exists, {places}))
relu = (lambda x: 0) if found else (lambda x: np.maximum(x, 0))"""
    judge.grade(notebook(SETUP, leave, RIGHT))
    assert judge.grade(notebook(SETUP, Piece(look, ("relu",), "answer"))).points == 1


@CONFINED
def test_confined_code_sees_no_file_of_yours_no_environment_no_network(judge, monkeypatch):
    assert judge.grade(notebook(SETUP, Piece(SECRETS, ("relu",), "answer"))).points == 1


def test_bubblewrap_is_told_to_share_nothing_and_no_solution():
    command = confine.bubblewrap("bwrap")
    assert {"--unshare-all", "--die-with-parent", "--new-session", "--clearenv"} <= set(command)
    assert command[command.index("--cap-drop") + 1] == "ALL"  # root would keep all
    shown = [command[i + 1] for i, word in enumerate(command) if word.startswith("--ro-bind")]
    assert str(source.ROOT) not in shown and str(source.ROOT / "solutions") not in shown
    assert "--bind" not in command and "--share-net" not in command


def test_without_bubblewrap_code_runs_and_that_is_told(monkeypatch):
    monkeypatch.setattr(confine, "works", lambda command: False)
    confine.chosen.cache_clear()
    assert confine.chosen() == ((), confine.NONE) and "your rights" in confine.NONE
    confine.chosen.cache_clear()
    judge = Judge(command=())
    try:
        assert judge.grade(notebook(SETUP, ENDS["a crash"], RELU)).points == 1
    finally:
        judge.close()
    assert not confine.works(["no-such-program"])


class Killer:
    """What ends the process that it is sent to."""

    def __reduce__(self):
        return importlib.import_module("os")._exit, (1,)


def test_a_heap_is_graded_side_by_side_in_its_order_and_nothing_stops_it():
    heap = [Submission(name, name, None, remarks=("empty",)) for name in "abc"]
    heap[1] = replace(heap[1], remarks=(Killer(),))
    ticked = []
    sheets = grade(heap, 2, ticked.append)
    assert [sheet.learner for sheet in sheets] == ["a", "b", "c"] and len(ticked) == 3
    assert sheets[0].remarks == ("empty",) and "could not be graded" in sheets[1].remarks[-1]


def test_one_that_stumbles_is_told_and_the_next_is_graded():
    heap = [Submission("a", "a", "99_no_such_lesson"), Submission("b", "b", None)]
    first, second = grade(heap, 1)
    assert "could not be graded: ModuleNotFoundError" in first.remarks[0] and second.remarks == ()
