"""What grading one notebook gives: a Sheet, with an Item for each exercise. Plain data alone."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Item:
    """How one exercise stands.

    status: as in a Verdict, "not started", "not yet" or "correct". points of out_of. mistake: the
    name of a known mistake, or None. message, details: as the notebook's own check says them.
    answer: the learner's code, as it was run. remark: what happened to it in grading, such as an
    endless loop, or "".
    """

    name: str
    status: str
    points: float
    out_of: float
    mistake: str | None = None
    message: str = ""
    details: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Sheet:
    """What one notebook came to.

    learner: whose it is; file: its path as the heap has it; lesson: such as "04_dropout", or None
    where none was found: then items is empty and remarks says why, in one line. written: answers in
    words, {name: text}, which nobody judges here. remarks: what the grader had to do to read it, a
    line each. seconds: what it took.
    """

    learner: str
    file: str
    lesson: str | None
    items: tuple[Item, ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """The points of all items together."""
        return sum(item.points for item in self.items)

    @property
    def out_of(self) -> float:
        """The points that there are."""
        return sum(item.out_of for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """The sheet as what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Sheet":
        """The sheet that `as_json` gave."""
        items = tuple(
            Item(**{**item, "details": tuple(map(tuple, item["details"]))})
            for item in data["items"]
        )
        written = tuple(map(tuple, data["written"]))
        return cls(
            **{**data, "items": items, "written": written, "remarks": tuple(data["remarks"])}
        )
