"""A class at a real JupyterHub: everyone logs in, opens a lesson, works; a runaway hurts nobody.

`.ci/hub` makes the environment that this runs in, and says what is asked.
"""

import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests
from beside import GIT, cull, instructor, link_and_second_start, push
from learner import Learner
from lessons import KINDS, ROOT, answered
from memory import held

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@dataclass
class Report:
    """How it went for one learner: seconds from the log-in on, MiB."""

    lesson: str
    kind: str
    verdicts: int = 0
    ready: float = 0  # the server is there
    first: float = 0  # the first verdict is
    all: float = 0
    server: float = 0
    begun: float = 0  # of the kernel, after the setup cell
    worked: float = 0  # of the kernel, after the last cell
    seconds: float = 0  # of a core, server and kernel together
    wrong: list[str] = field(default_factory=list)


def attend(hub: str, name: str, password: str, lesson: str, kind: str) -> Report:
    """One learner's hour: log in, start, open the lesson, answer, save, run all, read verdicts."""
    learner, report = Learner(hub, name, password), Report(lesson, kind)
    learner.start()
    report.ready = time.monotonic() - learner.began
    path = f"course/notebooks/{lesson}.ipynb"
    config = learner.page(path)
    if "course-solutions:plugin" not in config["disabledExtensions"]:
        report.wrong.append("a learner has the solutions switch")
    report.server = held(name)["server"]
    notebook = learner.notebook(path)
    expected = answered(lesson, kind, notebook)
    learner.save(path, notebook)
    kernel = learner.kernel(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        shown = kernel.run("".join(cell["source"]))
        report.begun = report.begun or held(name)["kernels"]
        asked = cell["metadata"].get("check")
        if asked is None:
            continue
        verdict = next(iter(shown), "")
        report.first = report.first or time.monotonic() - learner.began
        report.verdicts += 1
        if not verdict.startswith(expected.pop(asked, "\0")):
            report.wrong.append(f"{lesson}, {kind}: {asked}: {verdict or 'nothing'}")
    report.all, at_end = time.monotonic() - learner.began, held(name)
    report.worked, report.seconds = at_end["kernels"], at_end["seconds"]
    report.wrong += [f"{lesson}, {kind}: {name}: no verdict" for name in expected]
    return report


def runaway(hub: str, password: str) -> Learner:
    """A learner with two kernels: one takes memory until it gets no more, one never ends."""
    learner = Learner(hub, "runaway", password)
    learner.start()
    learner.page("course")
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for name in ("hog", "loop"):
        learner.save(f"{name}.ipynb", notebook)
    hog = learner.kernel("hog.ipynb")
    said = hog.run("held = []\nwhile True:\n    held.append(bytearray(2**26))")
    assert said == ["MemoryError"], f"the hog was not stopped: {said}"
    learner.kernel("loop.ipynb").ask("while True:\n    pass")
    return learner


def everyone(hub: str, password: str, group: str, number: int, at_once: int) -> list[Report]:
    """A class works: `at_once` of them at any time, one lesson after the other."""
    print(f"\n{group}: {number} learners, {min(at_once, number)} at once", flush=True)
    who = [(f"{group}-{one}", LESSONS[one % len(LESSONS)], KINDS[one % 3]) for one in range(number)]
    with ThreadPoolExecutor(at_once) as pool:
        reports = list(pool.map(lambda one: attend(hub, one[0], password, *one[1:]), who))
    told(reports)
    return reports


def told(reports: list[Report]) -> None:
    """Print the figures of a class."""
    for label, values in {
        "log-in to server, s": [one.ready for one in reports],
        "log-in to first verdict, s": [one.first for one in reports],
        "log-in to last verdict, s": [one.all for one in reports],
        "a core's work for it, s": [one.seconds for one in reports],
        "server, MiB": [one.server for one in reports],
        "kernel after the setup cell, MiB": [one.begun for one in reports],
        "kernel after the last cell, MiB": [one.worked for one in reports],
    }.items():
        p95 = sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
        print(f"  {label:<34}median {statistics.median(values):6.1f}   p95 {p95:6.1f}")
    for lesson in LESSONS:
        most = [one.worked for one in reports if one.lesson == lesson]
        if most:
            print(f"    {lesson:<32}{max(most):6.0f} MiB")
    print(f"  {sum(one.verdicts for one in reports)} verdicts", flush=True)


def lay(folder: Path) -> None:
    """The course as README.md has it laid: `course`, `whole`, `start`."""
    course = folder / "srv"
    course.mkdir()
    shutil.copy(ROOT / "hub/start", course / "start")
    zipped = folder / "course.zip"
    pack = "import sys; from helpers.notebooks import handout; sys.exit(handout.main(sys.argv[1:]))"
    env = {**os.environ, "PYTHONPATH": os.environ["PROOF_TOOLS"]}
    subprocess.run([sys.executable, "-c", pack, zipped], cwd=ROOT, env=env, check=True)
    shutil.unpack_archive(zipped, course)
    push(course / "course", folder / "handout")
    (course / "whole/solutions").mkdir(parents=True)
    for path in (ROOT / "solutions").glob("*.ipynb"):
        shutil.copy(path, course / "whole/solutions")


def await_hub(hub: str, process: subprocess.Popen) -> None:
    for _ in range(240):
        assert process.poll() is None, "the hub has ended: see its log"
        try:
            if requests.get(f"{hub}/hub/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.25)
    raise TimeoutError(f"no hub at {hub}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main(proxy: list[str], number: int, at_once: int) -> int:
    """Run the proof; what went wrong is printed, and counted as the exit status."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="hub-") as scratch:
        folder, port, password = Path(scratch), free_port(), secrets.token_hex(8)
        token = secrets.token_hex(16)
        lay(folder)
        hub = f"http://127.0.0.1:{port}"
        env = {name: value for name, value in os.environ.items() if name not in ("CI",)}
        env |= {
            "COURSE_FOLDER": str(folder / "srv"),
            "PROOF_FOLDER": scratch,
            "PROOF_PORT": str(port),
            "PROOF_PASSWORD": password,
            "PROOF_TOKEN": token,
            "PROOF_GIT": GIT,
            "PROOF_PROXY": "\n".join(proxy),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]]),
        }
        log = open(os.environ.get("PROOF_LOG", folder / "hub.log"), "w")  # noqa: SIM115
        command = [sys.executable, "-m", "jupyterhub", "--config", ROOT / "hub/proof/config.py"]
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        try:
            await_hub(hub, process)
            classes = [everyone(hub, password, "class", number, at_once)]
            few = min(number, 5)
            if few < number:  # to compare with as many beside the runaway
                classes.append(everyone(hub, password, "calm", few, at_once))
            wild = runaway(hub, password)
            classes.append(everyone(hub, password, "beside-a-runaway", few, at_once))
            wild.stop()
            print("\nlinks, a second start, an instructor, the culler", flush=True)
            again = Learner(hub, "again", password)
            again.start()
            again.page("course")
            link_and_second_start(again, LESSONS[0], folder)
            instructor(Learner(hub, "teacher", password), LESSONS[0])
            cull(hub, token, folder / "homes")
            wrong = [said for reports in classes for one in reports for said in one.wrong]
        finally:
            process.terminate()
            process.wait(60)
            log.close()
    print("\n".join(["", *wrong, f"{len(wrong)} wrong"]))
    return min(len(wrong), 1)


if __name__ == "__main__":
    *proxy, number, at_once = sys.argv[1:]
    sys.exit(main(proxy, int(number), int(at_once)))
