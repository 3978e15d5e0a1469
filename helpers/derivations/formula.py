"""Python expressions as formulas in LaTeX."""

import ast

from helpers.derivations.function_source import Unreadable
from helpers.derivations.vocabulary import Vocabulary, bracketed

SUMS = {"sum": r"\sum", "fsum": r"\sum", "prod": r"\prod"}
SAME = {"float", "array", "asarray", "list", "tuple"}  # these leave a formula as it is
COMPARED = {ast.Eq: "=", ast.NotEq: r"\neq", ast.Lt: "<", ast.Gt: ">", ast.LtE: r"\leq"}
COMPARED |= {ast.GtE: r"\geq"}
ADD, SUM, TIMES, POWER, ATOM = range(5)  # how tightly a formula holds together


class Formula:
    """Writes expressions as (LaTeX, how tightly it holds); `bound`: what local names stand for."""

    def __init__(self, words: Vocabulary, bound: dict[str, tuple[str, int]]):
        self.words, self.bound = words, bound
        self.counters: set[str] = set()  # they count from 0 in Python, so only indices show them
        self.in_index = False

    def write(self, node: ast.AST, least: int = ADD) -> str:
        """A formula, in brackets where it holds together less than it must here."""
        text, level = self.part(node)
        return text if level >= least else bracketed(text)

    def part(self, node: ast.AST) -> tuple[str, int]:
        writer = getattr(self, f"_{type(node).__name__.lower()}", None)
        if writer is None:
            raise Unreadable
        return writer(node)

    def _constant(self, node) -> tuple[str, int]:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise Unreadable
        return str(node.value), ATOM

    def _name(self, node) -> tuple[str, int]:
        text, level = self.bound.get(node.id) or (self.words.word(node.id), ATOM)
        bare = node.id in self.counters and not self.in_index
        if not text or (bare and self.words.count_from):
            raise Unreadable
        return text, level

    def _attribute(self, node) -> tuple[str, int]:
        return self.words.word(node.attr), ATOM

    def _subscript(self, node) -> tuple[str, int]:
        indices = []
        while isinstance(node, ast.Subscript):  # w[i][j] is w[i, j]
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            indices[:0], node = [self._index(part) for part in parts], node.value
        return self._indexed(node, *indices), ATOM

    def _indexed(self, node: ast.AST, *indices: str) -> str:
        if isinstance(node, ast.Attribute):
            return self.words.word(node.attr, *indices)
        return f"{self.write(node, ATOM)}_{{{', '.join(indices)}}}"

    def _index(self, node: ast.AST) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value >= 0:
            return str(node.value + self.words.count_from)
        shifted = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
        shifted = shifted and isinstance(node.right, ast.Constant)
        if self.words.count_from and not (shifted or isinstance(node, (ast.Name, ast.Attribute))):
            raise Unreadable  # counted from 1, x[i + j] would be off by one
        return self._as_index(node)

    def _as_index(self, node: ast.AST) -> str:
        before, self.in_index = self.in_index, True
        try:
            return self.write(node)
        finally:
            self.in_index = before

    def _unaryop(self, node) -> tuple[str, int]:
        if not isinstance(node.op, ast.USub):
            raise Unreadable
        return f"-{self.write(node.operand, SUM)}", ADD

    def _binop(self, node) -> tuple[str, int]:
        left, right, op = self.part(node.left), self.part(node.right), type(node.op)
        if op in (ast.Add, ast.Sub):
            first = bracketed(left[0]) if left[1] == SUM else left[0]  # where would Σ end?
            return f"{first} {'+' if op is ast.Add else '-'} {self.write(node.right, SUM)}", ADD
        if op in (ast.Mult, ast.MatMult):
            sign = r"\cdot" if right[0][0].isdigit() else r"\,"
            text = f"{self.write(node.left, TIMES)} {sign} {self.write(node.right, SUM)}"
            return text, SUM if right[1] == SUM else TIMES
        if op is ast.Div:
            return rf"\frac{{{left[0]}}}{{{right[0]}}}", POWER
        if op is ast.Pow:
            return f"{self.write(node.left, ATOM)}^{{{right[0]}}}", POWER
        raise Unreadable

    def _compare(self, node) -> tuple[str, int]:
        sides = [node.left, *node.comparators]
        if self.words.count_from and not all(isinstance(side, ast.Name) for side in sides):
            raise Unreadable
        text = self._as_index(sides[0])
        for op, side in zip(node.ops, sides[1:], strict=True):
            if type(op) not in COMPARED:
                raise Unreadable
            text += f" {COMPARED[type(op)]} {self._as_index(side)}"
        return text, ADD

    def _boolop(self, node) -> tuple[str, int]:
        word = r" \text{ and } " if isinstance(node.op, ast.And) else r" \text{ or } "
        return word.join(map(self.write, node.values)), ADD

    def _ifexp(self, node) -> tuple[str, int]:
        cases = rf"{self.write(node.body)} & \text{{if }} {self.write(node.test)}"
        rest = rf"{self.write(node.orelse)} & \text{{otherwise}}"
        return rf"\begin{{cases}} {cases} \\ {rest} \end{{cases}}", SUM  # no closing brace either

    def _list(self, node) -> tuple[str, int]:
        return bracketed(", ".join(map(self.write, node.elts))), ATOM

    _tuple = _list

    def _listcomp(self, node) -> tuple[str, int]:
        runs = "".join(self.runs(one.target, one.iter, one.ifs) for one in node.generators)
        return bracketed(self.write(node.elt)) + runs, ATOM

    def _lambda(self, node) -> tuple[str, int]:
        return self.part(node.body)

    def _call(self, node) -> tuple[str, int]:
        name, arguments = getattr(node.func, "attr", getattr(node.func, "id", None)), node.args
        of = getattr(node.func, "value", None)  # np.log(x), m.E(x); but x.sum() is a sum of x
        if of is not None and not isinstance(of, ast.Name):
            arguments = [of, *arguments]
        if name is None or node.keywords:
            raise Unreadable
        if name in SAME and len(arguments) == 1:
            return self.part(arguments[0])
        if name in SUMS and len(arguments) == 1:
            return self._sum(SUMS[name], arguments[0])
        return self.words.applied(name, *map(self.write, arguments)), ATOM

    def _sum(self, sign: str, node: ast.AST) -> tuple[str, int]:
        if not isinstance(node, (ast.GeneratorExp, ast.ListComp)):
            return f"{sign} {self.write(node, SUM)}", SUM
        signs = [sign + self.runs(one.target, one.iter, one.ifs) for one in node.generators]
        return f"{' '.join(signs)} {self.write(node.elt, SUM)}", SUM

    def runs(self, target: ast.AST, over: ast.AST, conditions=()) -> str:
        """What stands below and above a Σ; binds the names that the loop gives."""
        of = getattr(getattr(over, "func", None), "id", None)
        below, above = getattr(target, "id", None), ""
        if below and (of == "range" or self._is_whole(over)):
            self.bound[below] = (below, ATOM)
            if of == "range":
                self.counters.add(below)
                below, above = self._bounds(below, over.args)
        else:
            below = self._elements(target, over, of)
        tests = "".join(f", {self.write(one)}" for one in conditions)
        return f"_{{{below}{tests}}}" + (f"^{{{above}}}" if above else "")

    def _is_whole(self, node: ast.AST) -> bool:
        """Whether a quantity is one that sums run over as a whole."""
        return getattr(node, "attr", getattr(node, "id", None)) in self.words.whole

    def _bounds(self, name: str, arguments: list[ast.AST]) -> tuple[str, str]:
        *first, end = arguments
        if len(first) > 1:
            raise Unreadable
        everything = getattr(getattr(end, "func", None), "id", None) == "len" or self._is_whole(end)
        if everything and not first:
            return name, ""
        low = self._index(first[0]) if first else str(self.words.count_from)
        last = self.write(end)
        if not self.words.count_from:  # range(n − k + 1) ends at n − k
            last = last[:-4] if last.endswith(" + 1") else f"{last} - 1"
        return f"{name}={low}", last

    def _elements(self, target: ast.AST, over: ast.AST, of: str | None) -> str:
        """A loop over elements: x in m.x stands for x_j."""
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        if not all(isinstance(one, ast.Name) for one in targets):
            raise Unreadable
        taken = {text for text, _ in self.bound.values()}
        index = next(letter for letter in "jkilrs" if letter not in taken)
        if of == "enumerate":
            index, targets = targets[0].id, targets[1:]
            self.counters.add(index)
            self.bound[index] = (index, ATOM)
        sources = over.args if of in ("zip", "enumerate") else [over]
        for one, source in zip(targets, sources, strict=True):
            self.bound[one.id] = (self._indexed(source, index), ATOM)
        return index
