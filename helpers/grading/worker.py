"""Grades a heap of notebooks, several at once: one warm room for each that is at work."""

import atexit
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from helpers.grading import confine
from helpers.grading.judging import Judge
from helpers.grading.sheet import Sheet
from helpers.grading.submission import Submission

_JUDGES: list[Judge] = []  # of this process, one at most
NO_FORK = "Grading needs a system that forks processes: Linux, macOS, or WSL on Windows."


def grade(
    submissions: Iterable[Submission], jobs: int, tick: Callable[[Sheet], None] = lambda _: None
) -> list[Sheet]:
    """The sheets, in the order of the submissions. tick: is told of each as soon as it is done.

    jobs: how many are graded at once; each takes a processor and some 500 MB. Raises OSError on a
    system where a learner's code can't be run in a process of its own.
    """
    if not hasattr(os, "fork"):
        raise OSError(NO_FORK)
    waiting = list(submissions)
    sheets: dict[int, Sheet] = {}

    def done(number: int, sheet: Sheet) -> None:
        sheets[number] = sheet
        tick(sheet)

    if jobs <= 1:
        try:
            for number, one in enumerate(waiting):
                done(number, graded(one))
        finally:
            _close()
    else:
        _side_by_side(dict(enumerate(waiting)), jobs, done)
        for number, one in enumerate(waiting):  # whichever of them it was that ended a grader
            if number not in sheets:
                _side_by_side({number: one}, 1, done)
            if number not in sheets:
                done(number, _nothing(one, "the process that graded it ended"))
    return [sheets[number] for number in range(len(waiting))]


def confinement() -> str:
    """What learners' code can reach here, in a line; "" where it is confined as it should be."""
    return confine.chosen()[1]


def graded(submission: Submission) -> Sheet:
    """The sheet of one notebook, whatever happens."""
    if not _JUDGES:
        _begin(None)
    try:
        return _JUDGES[0].grade(submission)
    except Exception as error:  # nobody stops the batch
        _close()
        return _nothing(submission, f"{type(error).__name__}: {error}")


def _apart(submission: Submission) -> Sheet:
    """`graded`, in a process of the pool's. Ctrl-C ends it: it would be given the next one."""
    try:
        return graded(submission)
    except KeyboardInterrupt:
        _close()
        os._exit(1)


def _begin(command: tuple[str, ...] | None) -> None:
    """Have a judge in this process; command: how it begins what it runs, where that is known."""
    _JUDGES.append(Judge(command=command))
    atexit.register(_close)


def _close() -> None:
    while _JUDGES:
        _JUDGES.pop().close()


def _nothing(one: Submission, why: str) -> Sheet:
    said = f"It could not be graded: {why}"
    return Sheet(one.learner, one.file, one.lesson, (), one.written, (*one.remarks, said))


def _side_by_side(
    waiting: dict[int, Submission], jobs: int, done: Callable[[int, Sheet], None]
) -> None:
    """Grade in processes of their own; stops quietly where one of them ends."""
    spawn = multiprocessing.get_context("spawn")
    many, first = min(jobs, len(waiting) or 1), (confine.chosen()[0],)
    with ProcessPoolExecutor(many, spawn, initializer=_begin, initargs=first) as pool:
        futures: dict[Future, int] = {}
        try:
            for number, one in waiting.items():
                futures[pool.submit(_apart, one)] = number
            for future in as_completed(futures):
                done(futures[future], future.result())
        except BrokenProcessPool:
            return
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
