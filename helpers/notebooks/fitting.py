"""Which cell of a newer notebook fits one of an older: by exercise, by id, by what it says."""

import re

from helpers.notebooks.plain import text
from helpers.notebooks.written import binds, said


class Fitting:
    """The cells of a newer notebook, by all that can lead to them from an older one's."""

    def __init__(self, old: list[dict], new: list[dict]):
        self.new = list(new)
        self.ids = {cell["id"]: at for at, cell in enumerate(new) if "id" in cell}
        self.stubs: dict[str, int] = {}
        self.checks: dict[str, int] = {}
        self.places: dict[str, int] = {}
        for at, cell in enumerate(new):
            self.stubs.setdefault(said(cell, "exercise"), at)
            self.checks.setdefault(said(cell, "check"), at)
            self.places.setdefault(text(cell), at)
        self.stubs.pop("", None)
        self.checks.pop("", None)
        everything = "\n".join(map(text, old))
        self.asked = set(re.findall(r"\blesson\.(\w+)\.check\(", everything))
        self.named = set(map(self._named, old))

    @staticmethod
    def _named(cell: dict) -> str:
        """The exercise that a cell says it answers, by its metadata or its id."""
        from_id = re.fullmatch(r"(\w+)-stub", str(cell.get("id", "")))
        return said(cell, "exercise") or (from_id[1] if from_id else "")

    def exercise(self, cell: dict) -> str:
        """The exercise that a cell answers, "" for none: also by what it defines."""
        name = self._named(cell)
        if name in self.stubs or cell["cell_type"] != "code":
            return name
        # Another name, or no name where a check asks for one that no cell has.
        lost = (set(self.stubs) - self.named) & (set(self.stubs) if name else self.asked)
        defined = binds(text(cell))
        fitting = [one for one in lost if defined & binds(text(self.new[self.stubs[one]]))]
        exact = [one for one in fitting if one in defined]
        return next(iter(sorted(exact) or sorted(fitting)), name)

    def place(self, cell: dict) -> int | None:
        """Where a cell of the course stands in the newer notebook."""
        if said(cell, "check") in self.checks:
            return self.checks[said(cell, "check")]
        at = self.ids.get(str(cell.get("id")))
        if at is not None and text(self.new[at]) == text(cell):
            return at
        return self.places.get(text(cell), at)
