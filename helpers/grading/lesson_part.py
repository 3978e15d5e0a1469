"""One lesson on the class page: a picture of it, then exercise by exercise, then words."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from helpers.exercises import Choice
from helpers.exercises.verdict import prose_html
from helpers.grading import examples
from helpers.grading.asked import Asked
from helpers.grading.markup import EXAMPLE, KEY, code, counted, folded, number, per_cent, stack
from helpers.grading.sheet import Sheet
from helpers.grading.tally import STATUSES, Exercise, Group, Lesson
from helpers.notebooks import page

# Styled alone: where it is ticked, the names of its section are shown.
TOGGLE = '<p class="toggle"><label><input type="checkbox"> Show who wrote what</label></p>\n'
MOST_GROUPS = 6  # of wrong answers without a name that are shown
FEW = 12  # answers in words that need no folding
ALONE = "Exercise by exercise"  # the heading of a lesson that has the page to itself
MOST_LETTERS = 700  # of an answer in words, and of what one was told


def anchor(lesson: str, exercise: str) -> str:
    return f"{lesson}-{exercise}"


def choices(choice: Choice) -> str:
    """The options of a question, the right one marked."""
    rows = "".join(
        f"<li>{'✓' if key == choice.right else ' '} {escape(key)}) {escape(text)}</li>\n"
        for key, (text, _) in choice.options.items()
    )
    return f'<ul class="options">\n{rows}</ul>\n'


def message(group: Group) -> str:
    """What the learners of a group were told, as HTML; it may quote what they wrote."""
    return prose_html(_cut(group.message))


def _cut(text: str) -> str:
    return f"{text[:MOST_LETTERS]} …" if len(text) > MOST_LETTERS else text


def lesson_part(
    lesson: Lesson, asked: Asked, who: Mapping[int, str], pages: Mapping[str, str], alone: bool
) -> str:
    """The section of a lesson. who: {id of a sheet: learner}; pages: {learner: their page}.

    alone: whether it is the page's only lesson, whose numbers and picture stand on top already.
    """
    text = f'<section id="{lesson.name}">\n<h2>{ALONE if alone else escape(asked.title)}</h2>\n'
    if not alone:
        low, middle, high = map(number, lesson.middle)
        count = len(lesson.sheets)
        text += (
            f"<p>{count} notebook{'s' * (count > 1)}; median {middle} of {number(lesson.out_of)} "
            f"points; the middle half has {low if low == high else f'{low} to {high}'}.</p>\n"
        )
        text += picture(lesson)
    text += "".join(_exercise(one, asked) for one in lesson.exercises)
    for name, answers in lesson.written.items():
        text += _words(name, answers, asked, who, pages)
    return f"{text}</section>\n"


def picture(lesson: Lesson) -> str:
    """A bar for each exercise, and in words which went best and which worst."""
    tried = [one for one in lesson.exercises if one.tried]
    said = "Nobody tried an exercise."
    if tried:
        tried.sort(key=lambda one: one.counts["correct"] / one.tried)
        worst, best = (
            f"{escape(one.name)} ({per_cent(one.counts['correct'] / one.tried)} of those who tried)"
            for one in (tried[0], tried[-1])
        )
        said = f"Most often right is {best}, least often {worst}."
    rows = "".join(
        f'<li><a href="#{anchor(lesson.name, one.name)}">{escape(one.name)}</a>'
        f'{stack(one.counts)}<span class="counts" aria-hidden="true">'
        f"{' · '.join(str(one.counts[status]) for status in STATUSES)}</span></li>\n"
        for one in lesson.exercises
    )
    return (
        f'<figure>\n<figcaption>{said}</figcaption>\n<ul class="key">\n{KEY}</ul>\n'
        f'<ul class="chart">\n{rows}</ul>\n</figure>\n'
    )


def _exercise(one: Exercise, asked: Asked) -> str:
    """Counts, what is asked, known mistakes, other wrong answers, remarks of the grading."""
    worth = "" if one.out_of == 1 else f"; {number(one.out_of)} points"
    text = (
        f'<section class="exercise" id="{anchor(one.lesson, one.name)}">\n'
        f'<div class="head"><h3>{escape(one.name)}</h3>'
        f"<p>{counted(one.counts)}{worth}</p></div>\n{stack(one.counts, said=False)}\n"
    )
    choice = asked.choices.get(one.name)
    if choice:
        text += folded("The question", f"<p>{escape(choice.question)}</p>\n{choices(choice)}")
    elif one.name in asked.stubs:
        text += folded("What is asked", page.coloured(asked.stubs[one.name]))
    rows = [_told(group, choice) for group in (*one.mistakes, *one.unnamed[:MOST_GROUPS])]
    if rest := one.unnamed[MOST_GROUPS:]:
        answers = sum(group.count for group in rest)
        rows.append(f"<li><p>{answers} more, each told something of its own</p></li>\n")
    text += f'<ul class="told">\n{"".join(rows)}</ul>\n' if rows else ""
    for remark, count in one.remarks:
        text += f'<p class="note">Of {count}: {prose_html(remark)}</p>\n'
    return f"{text}</section>\n"


def _told(group: Group, choice: Choice | None) -> str:
    """A group of wrong answers, with one of them as an example."""
    name = escape(group.name) if group.name is not None else "Not a known mistake"
    example = "" if choice else examples.of(group)
    if choice and group.name:
        name = f"{name}) {escape(choice.options.get(group.name, [''])[0])}"
    shown = folded("An example", code(example, EXAMPLE)) if example else ""
    return (
        f"<li><p><b>{name}</b> · {group.count} ({per_cent(group.share)} of those who tried)</p>\n"
        f"<p>{message(group)}</p>\n{shown}</li>\n"
    )


def _words(
    name: str,
    answers: list[tuple[Sheet, str]],
    asked: Asked,
    who: Mapping[int, str],
    pages: Mapping[str, str],
) -> str:
    """The answers to one question side by side, short ones first: no order tells who."""
    question = page.inline(asked.written[name]) if name in asked.written else escape(name)
    given = sorted((pair for pair in answers if pair[1]), key=lambda pair: (len(pair[1]), pair[1]))
    rows = ""
    for count, (sheet, text) in enumerate(given, 1):
        cut = _cut(examples.anonymous(text, sheet))
        learner = who[id(sheet)]
        link = f'<a href="{quote(pages[learner])}"><bdi>{escape(learner)}</bdi></a>'
        rows += (
            f'<li><p class="who">Answer {count}<span class="name"> · {link}</span></p>'
            f"<p>{escape(cut, quote=False)}</p></li>\n"
        )
    none = len(answers) - len(given)
    said = f"{len(given)} wrote an answer" + (f", {none} did not" if none else "")
    listed = f'<ul class="answers">\n{rows}</ul>\n'
    shown = TOGGLE * bool(rows)
    shown += folded(f"Read side by side ({len(given)})", listed, len(given) <= FEW) if rows else ""
    return (
        f'<section class="exercise words">\n'
        f"<h3>In words: {escape(name)}</h3>\n<p>{question}</p>\n"
        f"<p>{said}.</p>\n{shown}</section>\n"
    )
