"""How fast the notebooks are run again: python tests/benchmarks/reexecution.py [--lessons 1 4]

Three ways over the same notebooks of both folders, in turns, so that a busy machine is busy for all
of them: nbval as `python -m helpers test` runs it, but in one process; nbmake, needed nowhere else
(`pip install nbmake`); and nbclient alone, which runs the cells and looks at nothing. Prints the
median of each, in seconds and as a part of nbmake's.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from helpers.command.commands import ONE_THREAD
from helpers.command.environment import ROOT

PYTEST = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
WAYS = {
    "nbval": [*PYTEST, "--nbval", "--nbval-cell-timeout=120"],
    "nbmake": [*PYTEST, "-p", "no:nbval", "--nbmake", "--nbmake-timeout=120"],
}


def run(way, notebooks):
    """Run the notebooks in one of the ways; raises if one of them fails."""
    if way in WAYS:
        done = subprocess.run([*WAYS[way], *notebooks], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{way} failed:\n{done.stdout[-2000:]}")
        return
    for path in notebooks:
        resources = {"metadata": {"path": str(path.parent)}}
        notebook = nbformat.read(path, as_version=4)
        quiet = ["--log-level=ERROR"]
        NotebookClient(notebook, timeout=120, resources=resources, extra_arguments=quiet).execute()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", nargs="*", type=int, metavar="N", help="default: all")
    parser.add_argument("--rounds", type=int, default=3, help="times each way is run")
    options = parser.parse_args()
    if find_spec("nbmake") is None:
        raise SystemExit("nbmake is not here: pip install nbmake")
    os.environ |= ONE_THREAD
    notebooks = [
        path
        for folder in ("solutions", "notebooks")
        for path in sorted((ROOT / folder).glob("*.ipynb"))
        if not options.lessons or int(path.name[:2]) in options.lessons
    ]
    ways = [*WAYS, "nbclient alone"]
    seconds = {way: [] for way in ways}
    for number in range(options.rounds):
        for way in ways[number % len(ways) :] + ways[: number % len(ways)]:  # another goes first
            start = time.perf_counter()
            run(way, notebooks)
            seconds[way].append(time.perf_counter() - start)
    medians = {way: statistics.median(taken) for way, taken in seconds.items()}
    print(f"{len(notebooks)} notebooks, median of {options.rounds}")
    for way, median in medians.items():
        print(f"  {way:15} {median:7.1f} s   {median / medians['nbmake']:.2f} of nbmake's")


if __name__ == "__main__":
    main()
