"""The page of one learner: verdicts as the notebook gave them, answers, points. Nobody else's."""

from collections.abc import Mapping
from html import escape

from helpers.exercises.verdict import Verdict, prose_html
from helpers.grading.asked import Asked
from helpers.grading.learners import Learner
from helpers.grading.markup import WHOLE, code, folded, framed, number
from helpers.grading.sheet import Item, Sheet
from helpers.notebooks import page


def written(learner: Learner, asked: Mapping[str, Asked]) -> str:
    """The page as HTML. asked: {lesson: what it asks}."""
    graded = [learner.graded[name] for name in sorted(learner.graded)]
    total = ""
    if graded:
        out_of = sum(sheet.out_of for sheet in graded)
        total = f'<p class="lead">{number(learner.points)} of {number(out_of)} points</p>\n'
    parts = [_lesson(sheet, asked[sheet.lesson]) for sheet in graded]
    parts += [_lesson(sheet, None) for sheet in learner.others]
    title = f"<h1><bdi>{escape(learner.name)}</bdi></h1>\n"
    return framed(f"{learner.name}: points", f"{title}{total}{''.join(parts)}")


def _lesson(sheet: Sheet, asked: Asked | None) -> str:
    title = asked.title if asked else "Not graded"
    of = f"{number(sheet.points)} of {number(sheet.out_of)} points · " if asked else ""
    head = f"<h2>{escape(title)}</h2>\n<p>{of}<bdi>{escape(sheet.file)}</bdi></p>\n"
    remarks = "".join(f"<li>{prose_html(one)}</li>\n" for one in sheet.remarks)
    remarks = f"<ul>\n{remarks}</ul>\n" if remarks else ""
    items = "".join(map(_item, sheet.items))
    words = "".join(_words(name, text, asked) for name, text in sheet.written)
    return f"<section>\n{head}{remarks}{items}{words}</section>\n"


def _item(item: Item) -> str:
    verdict = Verdict(item.name, item.status, item.message, item.mistake, item.details)
    told = verdict._repr_html_().replace(' role="status"', "", 1)  # nothing changes here
    points = f"{number(item.points)} of {number(item.out_of)} point{'s' * (item.out_of != 1)}"
    said = item.remark.rstrip(".").lower() in item.message.lower()  # the verdict above has it
    remark = "" if said else f"<p>{prose_html(item.remark)}</p>\n"
    if item.answer.strip():
        points = folded(f"{points} · your answer", code(item.answer, WHOLE))
    else:
        points = f'<p class="note">{points}</p>\n'
    return f'<div class="verdict">\n{told}\n{remark}{points}</div>\n'


def _words(name: str, text: str, asked: Asked | None) -> str:
    question = page.inline(asked.written[name]) if asked and name in asked.written else escape(name)
    said = escape(text.strip()) or "Nothing is written here."
    return f'<div class="verdict">\n<p>{question}</p>\n<p class="said">{said}</p>\n</div>\n'
