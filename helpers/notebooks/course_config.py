"""How nbgrader makes, runs and grades this course's notebooks; `nbgrader_config.py` reads it.

`python -m helpers handout --nbgrader` copies this file into nbgrader's folder, and writes it anew
with each newer hand-out: settings of your own belong into nbgrader_config.py. It needs nbgrader
alone. Nothing of nbgrader is changed: it offers these places for classes of one's own.
"""

import time

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor

c = get_config()  # noqa: F821  (nbgrader's, where it reads this file)
MOST = 8  # deaths of a kernel in one notebook, after which its rest is left out
SETTLED = 0.3  # seconds; a kernel that was told to exit lives on for 0.1


class Stubs(NbGraderPreprocessor):
    """Makes what is released the learner's very text: ClearSolutions leaves a line end behind."""

    def preprocess_cell(self, cell, resources, index):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = cell.source.rstrip("\n")
        return cell, resources


class Restore(NbGraderPreprocessor):
    """Gives a submission back what nbgrader's own steps need, whatever was done to it.

    A cell is known by its nbgrader id, else by its own: a notebook that never had nbgrader's marks,
    or lost them, is graded too. A check that is missing comes back at the end, below every answer;
    a missing answer in words as it was released, for 0 points. Nothing is put in the place of
    missing code. The setup cell comes back on top where it does not read as the course wrote it.
    """

    def preprocess(self, nb, resources):
        course, names = self.parent.parent.coursedir, resources["nbgrader"]
        folder = course.format_path(course.source_directory, ".", names["assignment"])
        source = nbformat.read(f"{folder}/{names['notebook']}.ipynb", as_version=4)
        wanted = {
            cell.metadata.nbgrader.grade_id: cell for cell in source.cells
            if "nbgrader" in cell.metadata
        }  # fmt: skip
        found = {}
        for cell in nb.cells:
            mark = cell.metadata.pop("nbgrader", None)
            name = mark.get("grade_id") if isinstance(mark, dict) else None
            found[name if name in wanted else cell.get("id")] = cell  # of two alike, the last
        with Gradebook(names["db_url"]) as book:
            for name, cell in wanted.items():
                if name not in found and cell.metadata.nbgrader.grade:
                    text = book.find_source_cell(name, names["notebook"], names["assignment"])
                    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
                    found[name] = make(text.source)
                    nb.cells.append(found[name])
                    self.log.warning("Cell %s was missing: added at the end", name)
                if name in found:
                    found[name].metadata.nbgrader = cell.metadata.nbgrader.copy()
        setup = next(cell.source for cell in source.cells if cell.cell_type == "code")
        if not any(cell.source == setup for cell in nb.cells):
            nb.cells.insert(0, new_code_cell(setup))
        if nb.nbformat_minor < 5:  # an older form, whose cells have no ids
            for cell in nb.cells:
                cell.pop("id", None)
        return nb, resources


class Run(Execute):
    """Runs a submission to its end: a cell that ends the kernel, or never ends, costs itself alone.

    nbgrader's own stops there, and the whole submission has no grade. Here the notebook is run anew
    without that cell. On the first death no cell is blamed, for a kernel that was told to exit runs
    a few more; from then on each cell is waited for.
    """

    def preprocess(self, nb, resources, *more):
        self.ended, self.careful, self.at, deaths = {}, False, 0, 0
        while True:
            try:
                nb, resources = super().preprocess(nb, resources, *more)
                break
            except CellTimeoutError:
                self.ended[self.at] = "CellTimeoutError", "it never ended"
            except DeadKernelError:
                if self.careful:
                    self.ended[self.at] = "DeadKernelError", "it ended the kernel"
                self.careful = True
            deaths += 1
            self.log.warning("Running the notebook again without cells %s", list(self.ended))
            if deaths > MOST:
                rest = range(self.at, len(nb.cells))
                self.ended |= dict.fromkeys(rest, ("DeadKernelError", "too many kernels died"))
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                for output in cell.get("outputs", []):
                    if output.output_type == "stream":
                        output.name = "stdout"  # nbgrader takes a warning for a wrong answer
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        self.at = index
        if index in self.ended:
            if cell.cell_type == "code":
                name, what = self.ended[index]
                said = f"{name}: this cell was left out: {what}."
                cell.outputs = [new_output("error", ename=name, evalue=what, traceback=[said])]
            return cell, resources
        cell, resources = super().preprocess_cell(cell, resources, index)
        if self.careful and cell.cell_type == "code":
            time.sleep(SETTLED)
            self.wait_for_reply(self.kc.kernel_info())
        return cell, resources


def put(steps, new, place):
    """nbgrader's own steps with one of ours at a place."""
    steps = list(steps)
    return [*steps[:place], new, *steps[place:]]


release = GenerateAssignment.preprocessors.default()
clean, run = Autograde.sanitize_preprocessors.default(), Autograde.autograde_preprocessors.default()
c.ClearSolutions.code_stub = {"python": ""}  # the stub stands above the solution already
c.ClearSolutions.text_stub = ""
c.GenerateAssignment.preprocessors = put(release, Stubs, release.index(ClearSolutions) + 1)
c.Autograde.sanitize_preprocessors = put(clean, Restore, 0)
c.Autograde.autograde_preprocessors = [Run if step is Execute else step for step in run]
c.Execute.timeout = 120  # seconds a cell, as in the course's own build
# Notebooks are graded with the course that is installed, not with one that was handed in.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "helpers"]
