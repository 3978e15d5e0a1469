"""The page that an instructor reads ten minutes before the lecture: how the class stands.

On top what most learners share, then lesson by lesson. No name is seen unless it is asked for.
"""

from collections import defaultdict
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from helpers.exercises.verdict import prose_html
from helpers.grading import examples, tally
from helpers.grading.asked import Asked
from helpers.grading.learners import Learner
from helpers.grading.lesson_part import ALONE, anchor, choices, lesson_part, message, picture
from helpers.grading.markup import EXAMPLE, KEY, code, folded, framed, number, per_cent, stack
from helpers.grading.sheet import Sheet
from helpers.grading.tally import Group, Lesson

MOST_FILES = 20  # that are named for one remark


def written(learners: list[Learner], asked: Mapping[str, Asked], pages: Mapping[str, str]) -> str:
    """The page as HTML. asked: {lesson: what it asks}; pages: {learner: address of their page}."""
    sheets = [sheet for one in learners for sheet in one.sheets]
    who = {id(sheet): one.name for one in learners for sheet in one.sheets}
    class_ = tally.lessons(sheets)
    titles = [asked[one.name].title for one in class_]
    alone = len(class_) == 1
    title = titles[0] if alone else "How the class stands"
    parts = [
        f"<h1>{escape(title)}</h1>\n",
        _glance(class_, len(learners), sheets, asked),
        picture(class_[0]) if alone else "",
        _shared(class_, asked),
        *(lesson_part(one, asked[one.name], who, pages, alone) for one in class_),
        _learners(learners, class_, pages),
        _remarks(sheets),
    ]
    links = [("shared", "Most shared mistakes")]
    links += [(one.name, ALONE if alone else asked[one.name].title) for one in class_]
    links += [("learners", "Learners"), ("remarks", "Remarks")]
    listed = "".join(f'<li><a href="#{place}">{escape(text)}</a></li>\n' for place, text in links)
    headings = f'<nav class="toc" aria-label="On this page">\n<ol>\n{listed}</ol>\n</nav>'
    return framed(f"{title}: the class", "".join(parts), headings)


def _facts(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>\n" for name, said in pairs)
    return f'<dl class="facts">\n{rows}</dl>\n'


def _glance(
    class_: list[Lesson], people: int, sheets: list[Sheet], asked: Mapping[str, Asked]
) -> str:
    """How many handed in, and the middle of what they came to."""
    graded = sum(len(one.sheets) for one in class_)
    facts = [("learners", str(people)), ("notebooks graded", str(graded))]
    if unread := sum(not sheet.items for sheet in sheets):
        facts.append(("files not graded", f'<a href="#remarks">{unread}</a>'))
    if len(class_) == 1:
        low, middle, high = map(number, class_[0].middle)
        facts.append((f"median of {number(class_[0].out_of)} points", middle))
        facts.append(("the middle half has", low if low == high else f"{low} to {high}"))
        return _facts(facts)
    rows = ""
    for one in class_:
        low, middle, high = map(number, one.middle)
        title = escape(asked[one.name].title)
        rows += (
            f'<tr><th scope="row"><a href="#{one.name}">{title}</a></th>'
            f'<td class="number">{len(one.sheets)}</td>'
            f'<td class="number">{middle} of {number(one.out_of)}</td>'
            f'<td class="number">{low} to {high}</td>'
            f'<td class="picture">{stack(_answers(one))}</td></tr>\n'
        )
    names = "".join(f'<th scope="col" class="number">{name}</th>' for name in (
        "Handed in", "Median", "Middle half"))  # fmt: skip
    table = (
        f'<div class="table" tabindex="0" role="group" aria-label="Lessons">\n<table>\n<thead><tr>'
        f'<th scope="col">Lesson</th>{names}<th scope="col">Answers</th></tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
    table = f'<ul class="key">\n{KEY}</ul>\n{table}'
    return _facts(facts) + (table if class_ else "<p>No notebook could be graded.</p>\n")


def _answers(one: Lesson) -> dict[str, int]:
    """{status: how many} over all exercises of a lesson."""
    return {status: sum(each.counts[status] for each in one.exercises) for status in tally.STATUSES}


def _shared(class_: list[Lesson], asked: Mapping[str, Asked]) -> str:
    groups = tally.shared(class_)
    cards = "".join(_card(group, asked[group.lesson], len(class_) > 1) for group in groups)
    cards = (
        f'<ol class="cards">\n{cards}</ol>\n' if cards else "<p>No known mistake is shared.</p>\n"
    )
    title = "The ten most shared mistakes" if len(groups) == 10 else "The most shared mistakes"
    return f'<section id="shared">\n<h2>{title}</h2>\n{cards}</section>\n'


def _card(group: Group, asked: Asked, many: bool) -> str:
    """A mistake: its name, by how many it is shared, what they were told; beside it an example."""
    choice = asked.choices.get(group.exercise)
    name, beside = escape(group.name), code(examples.of(group), EXAMPLE)
    if choice:
        name = f"{name}) {escape(choice.options.get(group.name, [''])[0])}"
        beside = f"<p>{escape(choice.question)}</p>\n{choices(choice)}"
    where = f'<a href="#{anchor(group.lesson, group.exercise)}">{escape(group.exercise)}</a>'
    where += f", {escape(asked.title)}" * many
    return (
        f'<li><div>\n<h3>{name}</h3>\n<p class="where">{where}</p>\n'
        f'<p class="share"><b>{group.count}</b> of {group.tried} who tried '
        f"({per_cent(group.share)})</p>\n<p>{message(group)}</p>\n</div>\n"
        f"<div>\n{beside}</div></li>\n"
    )


def _learners(learners: list[Learner], class_: list[Lesson], pages: Mapping[str, str]) -> str:
    """Who has how many points: folded, for the page may be on a screen that all can see."""
    rows = ""
    for learner in learners:
        points = [
            learner.graded[one.name].points if one.name in learner.graded else None
            for one in class_
        ]
        points += [learner.points] * (len(class_) != 1)
        each = "".join(
            f'<td class="number">{"–" if one is None else number(one)}</td>' for one in points
        )
        name = learner.name
        link = f'<a href="{quote(pages[name])}"><bdi>{escape(name)}</bdi></a>'
        rows += f'<tr><th scope="row">{link}</th>{each}</tr>\n'
    names = [str(int(one.name[:2])) for one in class_] + ["All"]
    names = ["Points"] if len(class_) == 1 else names
    head = "".join(f'<th scope="col" class="number">{one}</th>' for one in names)
    table = (
        '<div class="table" tabindex="0" role="group" aria-label="Points of each learner">\n'
        f'<table>\n<thead><tr><th scope="col">Learner</th>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
    inside = folded(f"{len(learners)} learners, with their points", table)
    return f'<section id="learners">\n<h2>Learners</h2>\n{inside}</section>\n'


def _remarks(sheets: list[Sheet]) -> str:
    """What had to be said of files: each remark once, folded below it whose they are."""
    found = defaultdict(list)
    for sheet in sheets:
        for remark in dict.fromkeys(sheet.remarks):
            found[bool(sheet.items), remark].append(sheet)
    rows = ""
    for (graded, remark), those in sorted(found.items(), key=lambda one: (one[0][0], -len(one[1]))):
        files = "".join(
            f"<li><bdi>{escape(one.learner)}</bdi>: <bdi>{escape(one.file)}</bdi></li>\n"
            for one in those[:MOST_FILES]
        )
        more = len(those) - MOST_FILES
        files += f"<li>and {more} more, in <code>grades.json</code></li>\n" if more > 0 else ""
        count = f"{len(those)} file{'s' * (len(those) > 1)}{'' if graded else ', not graded'}"
        rows += f"<li><p>{prose_html(remark)}</p>\n{folded(count, f'<ul>{files}</ul>')}</li>\n"
    said = f'<ul class="told">\n{rows}</ul>\n' if rows else "<p>Every file was read as it is.</p>\n"
    return f'<section id="remarks">\n<h2>Remarks</h2>\n{said}</section>\n'
