"""Seconds to grade a notebook: python tests/benchmarks/grading.py [01 04 …]

Every lesson's solved notebook (or those of the lessons named), graded by `helpers.grading`: cold,
in a room that starts for it, and warm, in one that has started. Beside it the same notebook run
from top to bottom by nbclient, with strict checks, which is what grading came down to before; and
by nbgrader's autograde, where that is installed, with a point for each check cell.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import nbformat
from nbclient import NotebookClient

from helpers.grading.judging import Judge
from helpers.notebooks import notebook, source
from tests import course
from tests.test_grade_worker import filled


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cold(lesson):
    judge = Judge()
    try:
        return seconds(lambda: judge.grade(filled(lesson)))
    finally:
        judge.close()


def executed(lesson):
    """By nbclient, in the folder of the solved notebooks."""
    made = notebook.assemble(source.read_lesson(lesson))
    where = {"metadata": {"path": str(source.ROOT / "solutions")}}
    client = NotebookClient(made, timeout=300, kernel_name="python3", resources=where)
    return seconds(client.execute)


def autograded(lesson):
    """By nbgrader; None where it is not installed, or refuses."""
    made = notebook.assemble(source.read_lesson(lesson))
    kept = {"schema_version": 3, "solution": False, "locked": True, "task": False}
    for cell in made.cells:
        if name := cell.metadata.get("check"):
            cell.metadata["nbgrader"] = {"grade": True, "grade_id": name, "points": 1, **kept}
    with tempfile.TemporaryDirectory() as folder:
        for place in (f"source/{lesson}", f"submitted/ada/{lesson}"):
            Path(folder, place).mkdir(parents=True)
            nbformat.write(made, Path(folder, place, f"{lesson}.ipynb"))
        run = [sys.executable, "-m", "nbgrader"]
        path = {**os.environ, "PYTHONPATH": str(source.ROOT), "COURSE_STRICT": "1"}
        path["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # alembic
        quiet = {"cwd": folder, "env": path, "capture_output": True}
        if subprocess.run([*run, "generate_assignment", lesson], **quiet).returncode:
            return None
        took = seconds(lambda: subprocess.run([*run, "autograde", lesson], **quiet))
        graded = Path(folder, "autograded", "ada", lesson, f"{lesson}.ipynb")
        return took if graded.exists() else None


def main():
    os.environ["COURSE_STRICT"] = "1"
    chosen = [one for one in course.LESSONS if not sys.argv[1:] or one[:2] in sys.argv[1:]]
    ways = {"cold": cold, "warm": None, "nbclient": executed, "nbgrader": autograded}
    print(f"{'':26}" + "".join(f"{way:>10}" for way in ways))
    judge, rows = Judge(), []
    try:
        for lesson in chosen:
            judge.grade(filled(lesson))  # its oracles are asked for the first time
            ways["warm"] = lambda name: seconds(lambda: judge.grade(filled(name)))
            rows.append([way(lesson) for way in ways.values()])
            cells = (f"{one:9.1f}s" if one is not None else f"{'–':>10}" for one in rows[-1])
            print(f"{lesson:26}" + "".join(cells), flush=True)
    finally:
        judge.close()
    medians = ([one for one in column if one is not None] for column in zip(*rows, strict=True))
    told = (f"{statistics.median(one):9.1f}s" if one else f"{'–':>10}" for one in medians)
    print(f"{'median':26}" + "".join(told))


if __name__ == "__main__":
    main()
