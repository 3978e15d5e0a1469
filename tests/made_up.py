"""A class made up for tests of what is written about one: real tasks, real mistakes, by a seed.

Nothing is run: what the checks would say is put together from what the lessons know.
"""

import random
from functools import cache

from helpers.exercises import Choice
from helpers.grading import points
from helpers.grading.sheet import Item, Sheet
from tests import course

FIRST = ("Anna", "Boris", "Chiara", "Dmitri", "Esra", "Félix", "Gül", "Hannah", "Ivo", "João")
FIRST += ("Kerstin", "Łukasz", "Maya", "Noël")
LAST = ("Adler", "Berg", "Çelik", "Dubois", "Eriksen", "Fischer", "Gómez", "Huang", "Ito", "Lê")
WORDS = (
    "It saves weights, and every pixel is looked at in the same way.",
    "A 1×1 convolution mixes channels. I would use it to make a layer narrower before a wide one.",
    "I think that it depends: where the picture is small the matrix is dense, and otherwise most "
    "of its entries are zero. This is why one never writes it down.\n\nAnd a second paragraph.",
)


def name(number):
    """The name of learner number 0, 1, 2, …, no two the same."""
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    round_ = number // (len(FIRST) * len(LAST))
    return f"{first} {last}" + (f"-{LAST[round_ - 1]}" if round_ else "")


def wrong(task):
    """What the check of a task may say of a wrong answer: (mistake, message) pairs."""
    if isinstance(task, Choice):
        return [(key, reply) for key, (_, reply) in task.options.items() if key != task.right]
    known = getattr(task, "mistakes", ())
    return [(one.name, one.message) for one in known]


worth = cache(points.of)


@cache
def answers(lesson):
    """{exercise: code}: the solutions, as the source has them."""
    return {cell.exercise: cell.text for cell in course.cells(lesson) if cell.solution}


def item(task, code, out_of, able, rng):
    """How one learner answers one task."""
    if rng.random() < 0.12 * (1.2 - able):
        return Item(task.name, "not started", 0, out_of, message="Replace the `...`.")
    if rng.random() < able:
        return Item(task.name, "correct", out_of, out_of, message="Right.", answer=code)
    code = f"# my try\n{code.replace('+', '-', 1)}"
    details = (("Call", f"{task.name}(x)"), ("Yours", "[1. 2.]"), ("Stuck?", f"lesson.{task.name}"))
    known = wrong(task)
    if known and rng.random() < 0.75:
        mistake, message = known[min(int(rng.expovariate(0.7)), len(known) - 1)]
        if isinstance(task, Choice):
            code = f'{task.name} = "{mistake}"'
        return Item(task.name, "not yet", 0, out_of, mistake, message, details, code)
    said = f"The shape is (3, {rng.randrange(4)}) where (3, 4) is asked for."
    if rng.random() < 0.5:
        said = "It stops with an error. `IndexError: index 3 is out of bounds`"
    remark = "its cell did not end within 30 s" if rng.random() < 0.1 else ""
    return Item(task.name, "not yet", 0, out_of, None, said, details, code, remark)


def sheet(learner, lesson, seed=0, able=0.7):
    """One learner's notebook of a lesson."""
    rng = random.Random(f"{learner} {lesson} {seed}")
    solved, out_of = answers(lesson), worth(lesson)
    items = tuple(
        item(task, solved[task.name], out_of[task.name], able, rng)
        for task in course.module(lesson).progress.tasks
    )
    asked = course.module(lesson).progress.written
    written = tuple((key, rng.choice(("", *WORDS))) for key in asked)
    file = f"{learner}_{10000 + sum(map(ord, learner))}_assignsubmission_file_/{lesson}.ipynb"
    return Sheet(learner, file, lesson, items, written, (), 1.0)


def a_class(count, lessons=course.LESSONS[3:4], seed=0):
    """The sheets of `count` learners, some of whom hand in something else than a notebook."""
    rng, sheets = random.Random(seed), []
    for number in range(count):
        able = min(0.97, max(0.2, rng.gauss(0.7, 0.18)))
        for lesson in lessons:
            if rng.random() < 0.95 or count < 10:
                sheets.append(sheet(name(number), lesson, seed, able))
        if number % 60 == 17:
            said = "the file ends in the middle: it was not saved whole"
            sheets.append(Sheet(name(number), f"{name(number)}/x.ipynb", None, remarks=(said,)))
    return sheets
