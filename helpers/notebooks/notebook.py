"""Make one notebook from a lesson's cells: assemble, execute, reduce its outputs, stamp it."""

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from helpers.notebooks import added
from helpers.notebooks.plain import cells_digest, digest, texts
from helpers.notebooks.source import Cell, SourceError, read_lesson

# text/html: verdicts, hints, a picture with its alternative. A widget's view would point at a model
# that is gone.
KEPT = ("text/plain", "text/html", "image/png")
PIXELS = r"(data:image/png;base64,)[A-Za-z0-9+/=]*"
CELL_SECONDS = 120
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def inputs(name: str, root: Path) -> str:
    """A digest of all that can change what the lesson's notebooks say."""
    files, todo = set(), [root / "solutions" / f"{name}.py"]
    while todo:
        path = todo.pop()
        if path in files or not path.exists():
            continue
        files.add(path)
        # A package runs before what is in it; but that of all lessons holds no code.
        if (root / "helpers") in path.parents and path.parent.name not in ("helpers", "lessons"):
            todo.append(path.parent / "__init__.py")
        files.update(path.parent.glob(f"{path.stem}.js"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            places = [root / n.replace(".", "/") for n in names if n.startswith("helpers")]
            todo += [path for p in places for path in (p.with_suffix(".py"), p / "__init__.py")]
    files -= {root / "helpers" / "lessons" / "__init__.py"}
    files.add(root / "requirements.txt")
    files.update(Path(__file__).with_name(one) for one in ("notebook.py", "source.py", "added.py"))
    read = [path.read_text(encoding="utf-8") for path in sorted(files)]
    cells = read_lesson(name, root)  # with what is added, such as the name of the lesson after
    read += [cell.lead or cell.text for cell in cells if cell.lead or cell.id in added.IDS]
    return digest(*read)


def whole_digest(notebook: Any) -> str:
    """A digest of everything in a notebook but the digests themselves."""
    plain = json.loads(nbformat.writes(notebook))
    plain["metadata"].pop("course", None)
    return digest(json.dumps(plain, sort_keys=True))


def assemble(cells: list[Cell], learners: bool = False) -> Any:
    """A notebook of these cells, not executed; learners: see Cell.notebook_cell."""
    notebook = new_notebook(cells=[cell.notebook_cell(learners) for cell in cells])
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    return notebook


def stamped(notebook: Any, name: str, **origin: str) -> str:
    """The notebook as text, with the digests by which a later build, and an update, know it.

    `origin`: digests of what it was made from.
    """
    notebook.metadata["course"] = {
        "lesson": name,
        "cells": cells_digest(notebook),
        "whole": whole_digest(notebook),
        "texts": " ".join(sorted(texts(notebook))),
        **origin,
    }
    return nbformat.writes(notebook) + "\n"


def execute(notebook: Any, cells: list[Cell], name: str, root: Path, tick) -> None:
    """Run the notebook in a fresh kernel and keep what its outputs say; raises SourceError."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    at = 0

    def begin(cell_index, **_):
        nonlocal at
        at = cell_index
        tick()

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(root / "solutions")}},
        on_cell_start=begin,
        extra_arguments=["--log-level=ERROR"],  # no word of the kernel's in the terminal
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # else what a loop prints falls into pieces, others on every run
    )
    env = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"COURSE_STRICT": "1"}
    where = f"solutions/{name}.py"
    try:
        client.execute(env=env)
    except CellExecutionError as error:
        trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
        inside = re.search(r"^-+> (\d+)", trace, re.MULTILINE)
        below = int(inside[1]) - cells[at].lead.count("\n") if inside else 0
        place = f"{where}:{cells[at].line + max(below, 0)}"
        trace = trace.replace("\\", "/")
        own = rf"^ *(?:File .*?(helpers/lessons/{name[3:]}/\S+\.py):(\d+)|Cell In)"
        frames = re.findall(own, trace, re.M)
        if frames and frames[-1][0]:  # unless the lesson only calls what the cell defines
            place = ":".join(frames[-1])
        message = " ".join(f"{error.ename}: {error.evalue}".split())
        raise SourceError(f"{place}: {message}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        message = str(error).split("\n")[0]
        raise SourceError(f"{where}:{cells[at].line}: {message}") from None
    for cell, made in zip(cells, notebook.cells, strict=True):
        if made.cell_type == "code":
            made.outputs = [keep(output, f"{where}:{cell.line}") for output in made.outputs]
            made.metadata.pop("execution", None)


def keep(output: Any, where: str) -> Any:
    """An output reduced to what is the same on every run; raises SourceError where it is not."""
    if output.output_type == "stream":
        if output.name == "stderr":
            raise SourceError(f"{where}: writes to stderr: {output.text.strip().splitlines()[0]}")
        text = output.text
    else:
        data = {kind: value for kind, value in output.data.items() if kind in KEPT}
        if "<img" in data.get("text/html", ""):
            data.pop("image/png", None)  # it stands in the HTML
            if output.metadata.get("measured"):
                data["text/html"] = re.sub(PIXELS, r"\1", data["text/html"])
        output.data = nbformat.from_dict(data)
        output.metadata = nbformat.from_dict({})
        text = output.data.get("text/plain", "")
    if re.search(r"0x[0-9a-f]{6,}", text):
        raise SourceError(f"{where}: shows a memory address, another on every run: {text[:60]}")
    return output
