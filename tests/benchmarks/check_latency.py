"""How long a check takes, right and wrong: python tests/benchmarks/check_latency.py

For each exercise the median of five checks of its solution and of five checks of its first
mistake, after one check that loads what the oracle needs. The target is 100 ms in the median over
all exercises.
"""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests import course


def milliseconds(one, answer):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        one.check(answer)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main():
    rows = []
    for lesson in course.LESSONS:
        for name, one in course.tasks(lesson).items():
            one.check(course.solved(lesson)[name])
            right = milliseconds(one, course.solved(lesson)[name])
            mistakes = getattr(one, "mistakes", ())
            wrong = milliseconds(one, one.as_answer(mistakes[0])) if mistakes else right
            rows.append((max(right, wrong), right, wrong, lesson, name))
    for _, right, wrong, lesson, name in sorted(rows, reverse=True):
        print(f"{right:8.1f} ms right {wrong:8.1f} ms wrong   {lesson[:2]} {name}")
    slowest = max(rows)
    print(
        f"median {statistics.median(row[0] for row in rows):.1f} ms over {len(rows)} exercises, ",
        end="",
    )
    print(f"slowest {slowest[4]} with {slowest[0]:.1f} ms")


if __name__ == "__main__":
    main()
