"""Whose each file of a heap is: by a platform's pattern, else by how the heap is laid out.

A folder a learner, also within folders of groups, sheets or a year; or one flat folder with the
learner in each file's name; or the files of one learner alone.
"""

import re
from collections import Counter, defaultdict
from dataclasses import replace

from helpers.grading.platforms import Whose, folder, from_file, named, platform, stem, structural

Paths = dict[int, tuple[str, ...]]


def whose(
    paths: list[tuple[str, ...]], held: list[str | None], root: str, lessons: list[str]
) -> list[Whose]:
    """Whose each file is.

    held: for each notebook, in the order of the paths, the lesson that it turned out to be of, None
    for none; the paths behind them are other files, which do not tell how a heap is laid out. root:
    the heap's own name.
    """
    found = dict(enumerate(platform((root, *parts)) for parts in paths))
    rest = {at: paths[at] for at, one in found.items() if one is None}
    layout = _Layout({at: parts for at, parts in rest.items() if at < len(held)}, held, lessons)
    for at, parts in rest.items():
        found[at] = layout.notebook(at, root) if at < len(held) else layout.other(parts, root)
    return _told_apart([found[at] for at in range(len(paths))])


class _Layout:
    """How notebooks lie in a heap: {place: path} without what all paths begin with."""

    def __init__(self, paths: Paths, held: list[str | None], lessons: list[str]):
        self.held, self.lessons = held, lessons
        self.shared = _shared([parts[:-1] for parts in paths.values()])
        inner = {at: parts[len(self.shared) :] for at, parts in paths.items()}
        self.paths = self._without_sheets(inner)
        self.groups = self._groups()
        flat = {at: parts[0] for at, parts in self.paths.items() if len(parts) == 1}
        self.files = {at: from_file(file, lessons) for at, file in flat.items()}
        self.several = self._several(flat)
        # A folder around them that may be one learner's.
        names = [one for one in reversed(self.shared) if not structural(one, lessons)]
        self.owner = folder(names[0]) if names else ""
        if self.owner and not self.several:  # a name beside no lesson may be any word
            self.files = {
                at: (name if told else "", told) for at, (name, told) in self.files.items()
            }

    def _several(self, places) -> bool:
        """Whether some lesson is there more than once."""
        often = Counter(self.held[at] for at in places if self.held[at])
        return any(many > 1 for many in often.values())

    def _structural(self, part: str) -> bool:
        return structural(part, self.lessons)

    def _without_sheets(self, inner: Paths) -> Paths:
        """Paths without folders in front that name sheets, unless these name the learners."""
        folders = {parts[0] for parts in inner.values() if len(parts) > 1}
        if not folders or not all(map(self._structural, folders)):
            return inner
        short = {}
        for at, parts in inner.items():
            cut = 0
            while cut < len(parts) - 1 and self._structural(parts[cut]):
                cut += 1
            short[at] = parts[cut:]
        alone = [at for at, one in short.items() if len(one) == 1]
        nameless = [at for at in alone if not from_file(short[at][0], self.lessons)[0]]
        return inner if self._several(nameless) else short

    def _groups(self) -> bool:
        """Whether the folders hold learners' folders: half of them some with the same lesson.

        In one or two of many, these are one learner's drafts.
        """
        inside = defaultdict(set)
        for at, parts in self.paths.items():
            if len(parts) > 2 and self.held[at] and not self._structural(parts[1]):
                inside[parts[0], self.held[at]].add(parts[1])
        several = {group for (group, _), folders in inside.items() if len(folders) > 1}
        groups = {parts[0] for parts in self.paths.values() if len(parts) > 1}
        return bool(several) and 2 * len(several) >= len(groups)

    def notebook(self, at: int, root: str) -> Whose:
        """Whose a notebook is; root: the heap's name, which is taken where there is no other."""
        parts = self.paths[at]
        if len(parts) > 2 and self.groups and not self._structural(parts[1]):
            return named(folder(parts[1]), parts[-1], "/".join(map(folder, parts[:2])))
        if len(parts) > 1:
            return named(folder(parts[0]), parts[-1])
        if name := self.files[at][0]:
            return named(name, parts[-1])
        if self.several or any(name for name, _ in self.files.values()):
            alone = named(stem(parts[-1]), parts[-1])
            return replace(alone, remark="its file's name tells no learner")
        return named(self.owner or folder(root), parts[-1])

    def other(self, parts: tuple[str, ...], root: str) -> Whose:
        """Whose a file is that is no notebook."""
        inside = parts[:-1][: len(self.shared)] == self.shared
        inner = parts[len(self.shared) :] if inside else parts
        if len(inner) == 1 and inside:
            tells = not self.owner or any(name for name, _ in self.files.values())
            name = from_file(inner[0], self.lessons)[0] if tells else ""
            return named(name or self.owner or root, inner[0])
        beside = not inside and self.shared[0] == parts[0]
        return named(self.owner or root if beside else folder(inner[0]), parts[-1])


def _shared(folders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The folders that all paths begin with."""
    if not folders:
        return ()
    low, high = min(folders), max(folders)
    same = 0
    while same < min(len(low), len(high)) and low[same] == high[same]:
        same += 1
    return low[:same]


def _told_apart(found: list[Whose]) -> list[Whose]:
    """Each learner under one name, and two of one name told apart by a number or a folder."""
    names, keys = {}, defaultdict(set)
    for one in found:
        name = names.setdefault(one.key, one.learner)
        keys[name.casefold()].add(one.key)
    return [
        replace(one, learner=f"{names[one.key]} ({_short(one.key)})")
        if len(keys[names[one.key].casefold()]) > 1 else replace(one, learner=names[one.key])
        for one in found
    ]  # fmt: skip


def _short(key: str) -> str:
    number = re.match(r"(?:moodle|canvas) (\d+) ", key)
    return number[1] if number else key.rpartition("/")[0] or "by name"
