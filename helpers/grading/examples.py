"""One answer that stands for those who made the same mistake, without the name of who wrote it."""

import builtins
import re

from helpers.grading.sheet import Sheet
from helpers.grading.tally import Group

SOMEBODY = "[name]"


def anonymous(text: str, sheet: Sheet) -> str:
    """A learner's text without the words of their name, in whatever case they stand there."""
    for word in re.findall(r"[^\W\d_]{3,}", sheet.learner):
        pattern = rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])"
        text = re.sub(pattern, _masked, text, flags=re.IGNORECASE)
    return text


def _masked(found: re.Match) -> str:
    """Whoever is called Max may still write `max(…)` and `x.max()`."""
    attribute = found.string[: found.start()].endswith(".") and found[0].islower()
    return found[0] if attribute or hasattr(builtins, found[0]) else SOMEBODY


def of(group: Group) -> str:
    """The code of one of the group: one that needs nothing left out, then the shortest, is shown.

    "" where none of them has code.
    """
    found = [(anonymous(item.answer, sheet), item) for sheet, item in group.answers if item.answer]
    if not found:
        return ""
    return min(found, key=lambda one: (one[0] != one[1].answer, len(one[0]), one[0]))[0]
