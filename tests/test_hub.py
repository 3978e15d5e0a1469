"""hub/: the configuration loads wherever it goes, and nothing of a learner's is touched."""

import json
import os
import re
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from helpers.notebooks import handout, source

HUB = source.ROOT / "hub"
SETTINGS = source.ROOT / "helpers/command/jupyter"


def values():
    return yaml.safe_load((HUB / "values.yaml").read_text("utf-8"))


def loaded():
    """The configuration as JupyterHub and TLJH read it, with a `c` of its own."""
    return PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()


def environment(*groups):
    """What the hook makes of the environment of a member of these groups."""
    groups = [SimpleNamespace(name=name) for name in groups]
    spawner = SimpleNamespace(user=SimpleNamespace(groups=groups), environment={"MINE": "1"})
    loaded().Spawner.pre_spawn_hook(spawner)
    return spawner.environment


def test_servers_and_kernels_have_limits_and_the_idle_go():
    c = loaded()
    assert c.Spawner.mem_limit == "1G"
    assert any("cull_idle_timeout=" in one for one in c.Spawner.args)
    (culler,), (role,) = c.JupyterHub.services, c.JupyterHub.load_roles
    assert culler["command"][1:3] == ["-m", "jupyterhub_idle_culler"]
    assert role["services"] == [culler["name"]]


def test_where_the_hub_has_a_culler_there_is_no_second(monkeypatch):
    code = (HUB / "jupyterhub_config.py").read_text("utf-8")
    c = Config(JupyterHub={"services": [{"name": "jupyterhub-idle-culler"}]})
    exec(code, {"c": c})  # as Zero to JupyterHub does, with its own settings in `c`
    assert len(c.JupyterHub.services) == 1 and "load_roles" not in c.JupyterHub

    littlest = ModuleType("tljh.configurer")
    teachers = {"extra_user_groups": {"instructors": ["ada"]}}
    littlest.load_config = lambda: {"users": teachers}
    monkeypatch.setitem(sys.modules, "tljh", ModuleType("tljh"))
    monkeypatch.setitem(sys.modules, "tljh.configurer", littlest)
    c = loaded()
    assert "services" not in c.JupyterHub
    assert c.JupyterHub.load_groups == {"instructors": {"users": ["ada"]}}


def test_only_an_instructor_gets_solutions_and_the_switch():
    learner, teacher = environment("others"), environment("others", "instructors")
    assert learner["COURSE_FOLDERS"] == "/srv/course/course"
    assert teacher["COURSE_FOLDERS"] == "/srv/course/course:/srv/course/whole"
    for one, off in ((learner, True), (teacher, False)):
        assert one["MINE"] == "1"
        folders = [
            path.partition("course/course/")[2] for path in one["JUPYTER_CONFIG_PATH"].split(":")
        ]
        said = [source.ROOT / path / "labconfig/page_config.json" for path in folders]
        assert any(path.exists() for path in said) == off


def test_what_is_switched_off_for_learners_is_the_switch_alone():
    name = "learners/labconfig/page_config.json"
    assert f"helpers/command/jupyter/{name}" in handout.contents(source.ROOT, [])
    (plugin,) = json.loads((SETTINGS / name).read_text("utf-8"))["disabledExtensions"]
    static = SETTINGS / "labextensions/course-solutions/static"
    assert [path.name for path in static.glob("*.js") if f"'{plugin}'" in path.read_text()] == [
        "solutions.js"
    ]


def begin(home, *folders):
    """Run `start` for a home; what the server sees: where it stands, and what is in its home."""
    env = os.environ | {"HOME": str(home), "COURSE_FOLDERS": ":".join(map(str, folders))}
    command = ["sh", HUB / "start", "sh", "-c", 'pwd; ls -A "$HOME"']
    return subprocess.run(
        command, env=env, check=True, capture_output=True, text=True
    ).stdout.split()


@pytest.mark.skipif(os.name == "nt", reason="hubs run on Unix")
def test_the_first_start_copies_the_course_and_no_start_touches_it_again(tmp_path):
    home, course = tmp_path / "a home", tmp_path / "srv/course"
    home.mkdir()
    course.mkdir(parents=True)
    (course / "a.ipynb").write_text("new")
    (course / "a.ipynb").chmod(0o444)
    assert begin(home, course, tmp_path / "srv/whole")[-1] == "course"
    (home / "course/a.ipynb").write_text("mine")
    (course / "b.ipynb").write_text("newer")
    assert begin(home, course)[-1] == "course"
    assert [path.name for path in home.rglob("*.ipynb")] == ["a.ipynb"]
    assert (home / "course/a.ipynb").read_text() == "mine"


def test_values_and_configuration_say_the_same():
    single, c = values()["singleuser"], loaded()
    assert single["cmd"] == c.Spawner.cmd
    assert single["defaultUrl"] == c.Spawner.default_url
    assert single["memory"]["limit"] == c.Spawner.mem_limit
    assert single["extraFiles"]["start"]["mountPath"] == c.Spawner.cmd[0]
    assert single["extraFiles"]["start"]["mode"] == 0o555


def test_what_the_command_sets_is_there():
    text = (HUB / "values.yaml").read_text("utf-8")
    asked = re.findall(r"--set-file ([\w.]+)=(\S+)", text)
    assert len(asked) == 2
    for key, path in asked:
        at = values()
        for part in key.split(".")[:-2]:
            at = at[part]
        assert (source.ROOT / path).is_file() and key.endswith(".stringData") and at


def test_what_the_guide_names_is_there():
    text = (HUB / "README.md").read_text("utf-8")
    links = re.findall(r"\]\((?!https:)([^)#]+)", text)
    assert links
    for link in links:
        assert (HUB / link).exists(), link
