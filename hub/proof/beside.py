"""What a class does not show: links, a second start, the instructor's server, the culler."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from learner import Learner

from helpers.notebooks import address

GIT = "https://example.org/you/handout"  # the hand-out's; config.py tells git where it really is


def push(course: Path, repository: Path) -> None:
    """The hand-out as a repository with a branch `main`."""
    who = ["-c", "user.name=proof", "-c", "user.email=proof@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-qm", "Course"]):
        subprocess.run(
            ["git", f"--git-dir={repository}", "--work-tree=.", *command], cwd=course, check=True
        )


def follow(learner: Learner, lesson: str, folder: Path) -> str:
    """Follow a lesson's nbgitpuller link; the path of the notebook that it brings.

    folder: where a course.toml may be written.
    """
    (folder / "course.toml").write_text(f'address = "{GIT}"\nhub = "{learner.hub}"\n')
    link = address.links(lesson, folder)["nbgitpuller"]
    learner.get(link)  # the page, whose script then asks as below
    asked = {key: value[0] for key, value in parse_qs(urlsplit(link).query).items()}
    asked["_xsrf"] = learner.token(f"/user/{learner.name}/")
    said = learner.get(f"{learner.base}git-pull/api", params=asked).text
    assert '"phase": "finished"' in said, said
    return asked["urlpath"].removeprefix("lab/tree/")


def link_and_second_start(learner: Learner, lesson: str, folder: Path) -> None:
    """What a learner wrote is there after the link is followed again, and after a second start."""
    own = f"course/notebooks/{lesson}.ipynb"
    pulled = follow(learner, lesson, folder)
    for path in (own, pulled):
        notebook = learner.notebook(path)
        notebook["cells"][-1]["source"] = "what I wrote"
        learner.save(path, notebook)
    follow(learner, lesson, folder)
    learner.stop()
    learner.start()
    learner.page(own)
    for path in (own, pulled):
        assert learner.notebook(path)["cells"][-1]["source"] == "what I wrote", path


def instructor(learner: Learner, lesson: str) -> None:
    """An instructor has the solutions and the switch."""
    learner.start()
    config = learner.page(f"whole/solutions/{lesson}.ipynb")
    assert "course-solutions:plugin" not in config["disabledExtensions"]
    assert any(one["name"] == "course-solutions" for one in config["federated_extensions"])
    assert any("solution" in one["id"] for one in learner.notebook(
        f"whole/solutions/{lesson}.ipynb")["cells"])  # fmt: skip


def cull(hub: str, token: str, homes: Path) -> None:
    """The culler, with the service's own rights, ends every server that has been idle a second."""
    env = os.environ | {"JUPYTERHUB_API_TOKEN": token, "JUPYTERHUB_API_URL": f"{hub}/hub/api"}
    command = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1", "--cull-every=2"]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as culler:
        try:
            for _ in range(300):
                if not running(homes):
                    return
                time.sleep(1)
            raise TimeoutError(f"not culled: {running(homes)}")
        finally:
            culler.terminate()


def running(homes: Path) -> list[str]:
    """Whose servers run: processes that stand in a home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = (process / "cwd").readlink()
        except OSError:  # it has ended, or is someone else's
            continue
        if where.is_relative_to(homes):
            found.append(where.relative_to(homes).parts[0])
    return sorted(set(found))
