"""The course as a package, and a notebook that finds it wherever both lie."""

import json
import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from helpers.notebooks import added, address, build, source
from tests.test_build import GOOD, project

ROOT = source.ROOT
LINKED = "https://github.com/you/course"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The course as pip gets it, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def site(wheel):
    """A folder of packages with the course in it, as pip leaves it."""
    folder = wheel.parent / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True, capture_output=True)
    return folder


def outside(*paths):
    """The environment of a Python that knows these folders of packages, and no course besides."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return env | {"PYTHONPATH": os.pathsep.join(map(str, paths))}


def run(code, folder, *paths):
    """Run code in a folder, as a kernel does, which looks there first."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=outside(*paths),
        capture_output=True,
        text=True,
    )


def course_in(folder, says="another course"):
    """A course that only says which one it is."""
    (folder / "helpers/lessons").mkdir(parents=True)
    (folder / "helpers/__init__.py").write_text(f"print({says!r})")
    return folder


LINES = added.lines(ROOT) + "import helpers.lessons; print(helpers.__file__)"


def test_the_lines_that_find_the_course_are_five_and_need_nothing_installed():
    said, *lines = [line for line in added.lines(ROOT).splitlines() if line]
    assert said.startswith("# The setup cell")
    assert len(lines) == 5 and lines[0] == "import os, sys"


def test_a_notebook_in_a_foreign_folder_finds_the_installed_course(site, tmp_path):
    setup = next(cell for cell in source.read_lesson("04_dropout") if cell.lead)
    done = run(setup.lead + setup.text + "\nprint(lesson.__file__)", tmp_path, site)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(site)


@pytest.mark.parametrize("place", [".", "notebooks", "mine/week", "mine/week/1"])
def test_a_course_beside_the_notebook_or_above_it_wins_over_an_installed_one(site, tmp_path, place):
    course_in(tmp_path)
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    done = run(LINES, tmp_path / place, site)
    assert done.stdout.splitlines()[0] == "another course", done.stderr


def test_somebody_elses_helpers_is_passed_over(site, tmp_path):
    (tmp_path / "helpers.py").write_text("print('not the course')")
    done = run(LINES, tmp_path, site)
    assert "not the course" not in done.stdout
    assert Path(done.stdout.strip()).is_relative_to(site)


@pytest.mark.parametrize("foreign", [None, "helpers.py", "helpers/__init__.py"])
def test_without_a_course_one_sentence_says_how_to_get_it(tmp_path, foreign):
    if foreign:
        (tmp_path / foreign).parent.mkdir(exist_ok=True)
        (tmp_path / foreign).write_text("print('not the course')")
    done = run(LINES, tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert "The course is not here (another `helpers` does not count): " in last
    assert "`%pip install`" in last and last.endswith("then run this cell again.")


def test_with_an_address_the_sentence_names_it(tmp_path):
    (tmp_path / "course.toml").write_text(f'address = "{LINKED}"')
    assert f"run `%pip install git+{LINKED}`, then" in added.lines(tmp_path)


def test_the_wheel_holds_all_that_a_notebook_and_jupyter_need(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.check_output(["git", "ls-files", "helpers"], cwd=ROOT, text=True).split()
    kept = tracked or [p.relative_to(ROOT).as_posix() for p in ROOT.glob("helpers/**/*.py")]
    assert set(kept) <= names
    shared = re.compile(r".*\.data/data/share/jupyter/labextensions/course-solutions/(.+)")
    assert {"package.json", "static/remoteEntry.js", "static/solutions.js"} <= {
        found[1] for name in names if (found := shared.fullmatch(name))
    }
    assert not [name for name in names if name.startswith(("solutions/", "tests/", "notebooks/"))]


def test_pip_puts_the_switch_where_jupyter_looks(site):
    folder = site / "share/jupyter/labextensions/course-solutions"
    entry = json.loads((folder / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    assert (folder / entry).is_file()


def requirements(lines):
    """Those that hold for this Python."""
    found = map(Requirement, lines)
    return {one.name.lower(): one for one in found if not one.marker or one.marker.evaluate()}


def test_the_ranges_hold_the_pins_and_bring_no_jupyter(wheel):
    zipped = zipfile.ZipFile(wheel)
    text = zipped.read(next(n for n in zipped.namelist() if n.endswith("/METADATA"))).decode()
    ranges = requirements(Parser().parsestr(text).get_all("Requires-Dist"))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = requirements(line for line in lines if line and not line.startswith("#"))
    jupyter = {"jupyterlab", "jupyter-server", "jsonschema"}
    assert pins.keys() - ranges.keys() == jupyter and ranges.keys() <= pins.keys()
    for name, one in ranges.items():
        assert {bound.operator for bound in one.specifier} == {">=", "<"}
        pin = next(iter(pins[name].specifier)).version
        assert pin in one.specifier, f"{name}: {pin} is pinned, and not in {one.specifier}"


def test_installed_it_offers_what_can_work_and_lists_the_notebooks_of_this_folder(site, tmp_path):
    def helpers(*words):
        command = [sys.executable, "-m", "helpers", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=outside(site), capture_output=True, text=True
        )

    usage = helpers("--help").stdout
    assert re.findall(r"(?m)^  (\w+) ", usage) == ["progress"]
    refused = helpers("lab")
    assert refused.returncode == 2
    assert "lab: the course is installed here; run this in its folder" in refused.stderr
    assert not (site / ".venv").exists()
    assert f"{tmp_path}: there are no lessons" in helpers("progress").stderr
    notebook = nbformat.read(ROOT / "notebooks/04_dropout.ipynb", as_version=4)
    nbformat.write(notebook, tmp_path / "04_dropout.ipynb")
    assert helpers("progress").stdout.startswith("4 · Dropout: 0 of ")


def test_without_an_address_no_lesson_links_anywhere(tmp_path):
    assert address.links("01_a", tmp_path) == {}
    assert address.links("01_a", ROOT).keys() <= {"Colab", "Binder", "nbgitpuller"}


@pytest.mark.parametrize(
    ("said", "label", "url"),
    [
        (f'address = "{LINKED}.git/"', "Colab",
         "https://colab.research.google.com/github/you/course/blob/main/notebooks/01_a.ipynb"),
        (f'address = "{LINKED}"\nbranch = "next/one"', "Binder",
         "https://mybinder.org/v2/gh/you/course/next%2Fone?urlpath=lab%2Ftree%2Fnotebooks%2F01_a.ipynb"),
        ('address = "https://gitlab.com/a/b/c"', "Binder",
         "https://mybinder.org/v2/gl/a%2Fb%2Fc/main?urlpath=lab%2Ftree%2Fnotebooks%2F01_a.ipynb"),
        ('address = "https://git.example.org/a/b"', "Binder",
         "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/main"
         "?urlpath=lab%2Ftree%2Fnotebooks%2F01_a.ipynb"),
        (f'address = "{LINKED}"\nhub = "https://hub.example.org/"', "nbgitpuller",
         "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fyou"
         "%2Fcourse&branch=main&urlpath=lab%2Ftree%2Fcourse%2Fnotebooks%2F01_a.ipynb"),
        (f'address = "{LINKED}"', "nbgitpuller",
         "https://nbgitpuller.readthedocs.io/en/latest/link.html?repo=https%3A%2F%2Fgithub.com%2Fyou"
         "%2Fcourse&branch=main&urlpath=lab%2Ftree%2Fcourse%2Fnotebooks%2F01_a.ipynb"),
    ],
)  # fmt: skip
def test_each_link_leads_to_the_learners_notebook(tmp_path, said, label, url):
    (tmp_path / "course.toml").write_text(said)
    found = address.links("01_a", tmp_path)
    assert found[label] == url
    assert ("Colab" in found) == ("github.com" in said)
    assert not [one for one in found.values() if "solutions" in one]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('address = "github.com/you/course"', "write it like https://github.com/you/course"),
        ('address = "https://github.com"', "write it like"),
        ('address = "https://github.com/you/course)[x"', "write it like"),
        (f'address = "{LINKED}"\nhub = "hub"', "write it like https://hub.example.org"),
        (f'address = "{LINKED}"\nbranch = ""', "name the branch"),
        ("address = 3", "address: known are"),
        ('adress = "x"', "adress: known are"),
        ("address = ", "course.toml: "),
    ],
)
def test_an_address_that_cannot_be_is_said_before_anything_is_built(tmp_path, said, fault, capsys):
    root = project(tmp_path)
    (root / "course.toml").write_text(said)
    assert build.main([], root) == 1
    assert fault in capsys.readouterr().err
    assert not list(root.rglob("*.ipynb"))


def test_once_the_address_is_set_the_readme_and_both_notebooks_lead_there(tmp_path):
    marker = '# %% [markdown] teaser="is small." writes="`f`"'
    root = project(tmp_path, GOOD.replace("# %% [markdown]\n# # A", f"{marker}\n# # 1 · A"))
    (root / "README.md").write_text("<!-- lessons -->\n<!-- /lessons -->\n")
    assert build.main([], root) == 0
    assert "elsewhere" not in (root / "notebooks/01_small.ipynb").read_text()
    (root / "course.toml").write_text(f'address = "{LINKED}"')
    assert build.main(["--check"], root) == 1
    assert build.main([], root) == 0 == build.main(["--check"], root)
    links = address.links("01_small", root)
    cells = [
        nbformat.read(root / f / "01_small.ipynb", 4).cells for f in ("solutions", "notebooks")
    ]
    for text in (cells[0][1].source, cells[1][1].source, (root / "README.md").read_text()):
        assert re.findall(r"\((https:[^)]*)\)", text) == list(links.values())
    before = (root / "solutions/01_small.py").read_bytes()
    path = root / "solutions/01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "x = 2\nprint(x + 0)"
    nbformat.write(notebook, path)
    assert build.main(["--carry-back"], root) == 0
    assert (root / "solutions/01_small.py").read_bytes() == before.replace(b"(x)", b"(x + 0)", 1)


SETUP = "# %%\nfrom helpers.lessons import small\n\nprint(small)\n"


def test_what_finds_the_course_stands_above_its_first_import_and_is_never_carried_back(
    tmp_path, capsys
):
    root = project(course_in(tmp_path, ""), SETUP)
    (root / "helpers/lessons/small.py").write_text("")
    (root / "solutions/01_small.py").write_text(SETUP.replace("(small)", "(small.__name__)"))
    assert build.main([], root) == 0
    path = root / "solutions/01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    setup = notebook.cells[0]
    assert setup.source.startswith(added.lines(root) + "from helpers.lessons import small")
    assert (
        added.without(setup.source) == "from helpers.lessons import small\n\nprint(small.__name__)"
    )
    whole = setup.source
    setup.source = whole.replace("print(", "print(1, ")
    nbformat.write(notebook, path)
    assert build.main(["--carry-back"], root) == 0
    text = (root / "solutions/01_small.py").read_text()
    assert "print(1, small" in text and "sys.path" not in text
    setup.source = whole.replace("assert course", "assert True")
    nbformat.write(notebook, path)
    assert build.main(["--carry-back", "--check"], root) == 1


def test_an_error_in_the_setup_cell_names_its_line_in_the_source(tmp_path, capsys):
    root = project(course_in(tmp_path, ""), "# %%\nimport helpers\n\nhelpers.lessons_of_mine\n")
    assert build.main([], root) == 1
    assert capsys.readouterr().err.startswith("solutions/01_small.py:4: AttributeError")
