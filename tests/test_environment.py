"""From a fresh clone to a running course: every claim about setting up, tried on a small copy.

The copy asks for tiny wheels made on the spot, whose "jupyterlab" and "pytest" only say how they
were started, so that nothing is fetched and everything else is real: the venv, pip, the processes.
"""

import ast
import contextlib
import errno
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from traitlets.config import PyFileConfigLoader

from helpers.command import commands, environment, torch_build

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import json, os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGINT, lambda *_: sys.exit(2))
print(json.dumps({"argv": sys.argv[1:], "env": dict(os.environ), "pid": os.getpid()}), flush=True)
time.sleep(float(os.environ.get("STAY", 0)))
sys.exit(int(os.environ.get("CODE", 0)))
"""
NOT_EQUIPPED = "import sys; sys.modules['torch'] = None"


def old_pythons():
    """The Pythons on this machine that are too old for the course."""
    for version in ("2.7", "3.6", "3.7", "3.8", "3.9"):
        own = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
        for python in filter(None, [shutil.which(f"python{version}"), *map(str, own)]):
            if not subprocess.run([python, "-c", ""], capture_output=True).returncode:
                yield python


def make_wheel(folder, name, version="1.0"):
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        info = f"{name}-{version}.dist-info"
        wheel.writestr(f"{name}/__init__.py", "")
        wheel.writestr(f"{name}/__main__.py", PROGRAM)
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{info}/METADATA", about)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def command(*arguments, prelude=""):
    main = "import runpy; runpy.run_module('helpers', run_name='__main__', alter_sys=True)"
    start = ["-c", f"{prelude}\n{main}"] if prelude else ["-m", "helpers"]
    return [sys.executable, *start, *arguments]


def outside(**variables):
    """The environment of a machine that has no index to install from."""
    own = ("PIP_", "PYTHON", "JUPYTER_", "CODE", "STAY", "OMP_", "MKL_", "OPENBLAS_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return env | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"} | variables


def helpers(course, *arguments, prelude="", **variables):
    return subprocess.run(
        command(*arguments, prelude=prelude),
        cwd=course,
        env=outside(**variables),
        capture_output=True,
        text=True,
        timeout=60,
    )


def started(result):
    """How the program in the venv was started, by its own words."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def complaint(result):
    """The one line in which a command gave up."""
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    line = result.stderr.strip().splitlines()[-1]
    assert re.search(r": \S", line), f"says no cure: {line}"
    return line


def link(source, target):
    """Copy a file, or, in a moment, one of the many that pip replaces but nobody writes into."""
    (os.link if "site-packages" in source else shutil.copy2)(source, target)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A clone after its first start, its place kept for copies, and what the first start said."""
    base = tmp_path_factory.mktemp("fresh").resolve()
    course, wheels = base / "course", base / "wheels"
    wheels.mkdir()
    for name in ("jupyterlab", "pytest", "extra"):
        make_wheel(wheels, name)
    (course / "helpers/notebooks").mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "notebooks/__init__.py"):
        shutil.copy(ROOT / "helpers" / name, course / "helpers" / name)
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "helpers/command", course / "helpers/command", ignore=unwanted)
    shutil.copy(ROOT / ".gitignore", course)
    for folder in ("tests", "notebooks", "solutions"):
        (course / folder).mkdir()
    for name in ("02_b.ipynb", "01_a b.ipynb"):
        (course / "notebooks" / name).write_text("{}")
    (course / "solutions/01_solved.ipynb").write_text("{}")
    (course / "tests/test_a.py").write_text("")
    (course / "requirements.txt").write_text(f"--find-links {wheels.as_uri()}\njupyterlab==1.0\n")
    (course / "tests/requirements.txt").write_text("-r ../requirements.txt\npytest==1.0\n")
    for git in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *git], cwd=course, check=True)
    result = helpers(course, "lab")
    shutil.copytree(course, base / "whole", symlinks=True)
    return course, base / "whole", result


@pytest.fixture
def ready(fresh):
    """The clone as its first start left it, for tests that change nothing in it."""
    return fresh[0]


@pytest.fixture
def course(fresh):
    """The clone as its first start left it, for tests that change it."""
    place, whole, _ = fresh
    yield place
    shutil.rmtree(place)
    shutil.copytree(whole, place, symlinks=True, copy_function=link)


@pytest.fixture
def bare(ready):
    """The clone without its venv."""
    aside = ready.parent / "aside"
    os.replace(ready / ".venv", aside)
    yield ready
    if (ready / ".venv").is_dir():
        shutil.rmtree(ready / ".venv")
    (ready / ".venv").unlink(missing_ok=True)
    os.replace(aside, ready / ".venv")


def found(course):
    return environment.state(course, environment.LEARNER)


def ask_for(course, requirement):
    with (course / "requirements.txt").open("a") as file:
        file.write(requirement + "\n")


def test_a_first_start_needs_python_alone_and_ends_in_jupyterlab(fresh):
    course, _, result = fresh
    assert "Setting up .venv" in result.stdout
    assert "Installing requirements.txt ... done.\n" in result.stdout
    assert len(result.stdout.splitlines()) == 3  # with the server's own: nothing of pip's
    server = started(result)
    assert "--ServerApp.ip=127.0.0.1" in server["argv"]
    assert f"--ServerApp.root_dir={course}" in server["argv"]
    assert "--LabApp.default_url=/lab/tree/notebooks/01_a%20b.ipynb" in server["argv"]
    assert "--no-browser" not in server["argv"]
    assert not any("token" in argument.lower() for argument in server["argv"])
    assert ("--allow-root" in server["argv"]) == (os.geteuid() == 0)


def test_what_runs_before_the_venv_exists_is_standard_library():
    show = "import sys, helpers.__main__; print(*{name.split('.')[0] for name in sys.modules})"
    before = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    loaded, present = (
        set(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split())
        for code in (show, before)
    )
    assert loaded - present <= set(sys.stdlib_module_names) | {"helpers"}


def test_a_second_start_runs_no_installer_and_writes_nothing(ready, tmp_path):
    stamp = (ready / ".venv/course.json").stat().st_mtime_ns
    result = helpers(ready, "lab", PIP_LOG=str(tmp_path / "pip.log"))
    assert started(result)
    assert len(result.stdout.splitlines()) == 1  # the server's own
    assert not (tmp_path / "pip.log").exists()
    assert (ready / ".venv/course.json").stat().st_mtime_ns == stamp


def test_git_shows_nothing_that_a_start_left(course):
    helpers(course, "test")
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    lines = subprocess.check_output(status, cwd=course, text=True).splitlines()
    assert lines and not [line for line in lines if not line.startswith("A  ")]


def test_changed_requirements_are_installed_into_the_venv_that_is_there(course):
    (course / ".venv/mine").touch()
    ask_for(course, "extra==1.0")
    assert found(course) == "outdated"
    assert "Installing requirements.txt ... done." in helpers(course, "lab").stdout
    assert list(course.glob(".venv/lib/*/site-packages/extra"))
    assert found(course) == "ready"
    assert (course / ".venv/mine").exists()


def test_a_venv_made_by_hand_is_built_on(course):
    (course / ".venv/course.json").unlink()
    assert found(course) == "outdated"
    assert "Setting up" not in helpers(course, "lab").stdout
    assert found(course) == "ready"


def lose_python(course):
    (course / ".venv/bin/python").unlink()
    (course / ".venv/bin/python").symlink_to(course / "gone")


def lose_pip(course):
    (course / ".venv/course.json").unlink()
    for pip in course.glob(".venv/lib/*/site-packages/pip"):
        shutil.rmtree(pip)


def upgrade_python(course):
    """The system's Python became another one, and with it the one that the venv points to."""
    newer = course / "python3.99"
    newer.symlink_to(sys.executable)
    stamp = json.loads((course / ".venv/course.json").read_text())
    stamp["venv"][1] = str(newer)
    (course / ".venv/course.json").write_text(json.dumps(stamp))


DAMAGES = {
    "never made": lambda course: shutil.rmtree(course / ".venv"),
    "only begun": lambda course: (shutil.rmtree(course / ".venv"), (course / ".venv").mkdir()),
    "stopped while installing": lambda course: (course / ".venv/course.json").write_text("{}"),
    "stamp torn": lambda course: (course / ".venv/course.json").write_text('{"venv": ["/'),
    "python gone": lose_python,
    "pip gone": lose_pip,
    "python upgraded": upgrade_python,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_half_made_or_damaged_venv_is_noticed(course, damage):
    assert found(course) == "ready"
    DAMAGES[damage](course)
    assert found(course) == "broken"


def test_a_moved_folder_is_noticed(course, tmp_path):
    moved = tmp_path.resolve() / "moved"
    shutil.copytree(course, moved, symlinks=True, copy_function=link)
    assert (found(course), found(moved)) == ("ready", "broken")


def test_a_set_up_killed_half_way_is_mended(course):
    before = (course / "requirements.txt").read_text()
    ask_for(course, "numpy")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        process = subprocess.Popen(
            command("lab"),
            cwd=course,
            env=outside(PIP_INDEX_URL=index, PIP_NO_INDEX="0"),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        silent.accept()  # pip has asked, and will get no answer
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (course / "requirements.txt").write_text(before)
    assert found(course) == "broken"
    result = helpers(course, "lab")
    assert "Setting up .venv" in result.stdout
    assert started(result)
    assert found(course) == "ready"
    assert not (course / ".venv.tmp").exists()


@pytest.mark.parametrize("made_by", ["us", "hand"])
def test_no_network_is_said_and_leaves_the_venv_as_it_was(course, made_by):
    if made_by == "hand":
        (course / ".venv/course.json").unlink()
    before = (course / "requirements.txt").read_text()
    ask_for(course, "numpy")
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    index = {"PIP_INDEX_URL": f"http://127.0.0.1:{closed}/simple", "PIP_NO_INDEX": "0"}
    result = helpers(course, "lab", PIP_RETRIES="1", **index)
    assert complaint(result).startswith("No network: connect")
    assert "ERROR: No matching distribution found for numpy" in result.stderr  # all that pip said
    assert "Looking in links" in result.stderr
    (course / "requirements.txt").write_text(before)
    assert found(course) == ("ready" if made_by == "us" else "outdated")


def test_a_package_that_does_not_exist_for_this_python_is_said(course):
    ask_for(course, "extra==2.0")
    assert "has no version for this computer" in complaint(helpers(course, "lab"))


def failing(function, number):
    """Code that makes a function fail as the system would."""
    module = function.rpartition(".")[0].removesuffix(".Path")
    return (
        f"import {module}\ndef fail(*_, **__): raise OSError({number}, {os.strerror(number)!r})\n"
        f"{function} = fail"
    )


def test_on_a_terminal_one_line_says_what_pip_does(course):
    import pty

    ask_for(course, "extra==1.0")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("lab"), cwd=course, env=outside(COLUMNS="60"), stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # how a terminal ends, on Linux
            while part := os.read(ours, 4096):
                said += part
    os.close(ours)
    assert process.returncode == 0
    line = next(line for line in said.decode().split("\n") if "Installing" in line)
    states = line.strip("\r").split("\r")
    assert any(state.startswith("Installing requirements.txt: Processing") for state in states)
    assert max(map(len, states)) < 60
    assert states[-1] == "Installing requirements.txt ... done."


def test_what_solutions_cannot_do_is_said_before_anything_is_installed(tmp_path):
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "solutions/01_a.py").write_text('# %% exercise="f"\nf = ...\n')
    for wrong, said in ((["03"], "no lesson 03"), (["--exercise", "g"], "no exercise g")):
        result = helpers(tmp_path, "solutions", "show", *wrong, prelude=NOT_EQUIPPED)
        assert (result.returncode, result.stderr) == (2, f"{said}\n")
    assert not (tmp_path / ".venv").exists()


def test_a_full_disk_is_said_and_the_next_start_knows_of_it(bare):
    result = helpers(bare, "lab", prelude=failing("venv.create", errno.ENOSPC))
    assert complaint(result).startswith("No space: free")
    assert found(bare) == "broken"


def test_a_disk_that_fills_up_under_pip_is_said():
    words = (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    )
    assert environment.explain(words).startswith("No space: free")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_read_only_folder_is_said(bare, number):
    result = helpers(bare, "lab", prelude=failing("pathlib.Path.mkdir", number))
    assert complaint(result).startswith(f"Can't write in {bare}: ")


def test_a_ready_venv_in_a_read_only_folder_starts(ready):
    assert started(helpers(ready, "lab", prelude=failing("pathlib.Path.mkdir", errno.EROFS)))


def test_a_file_in_the_place_of_the_venv_is_said_and_kept(bare):
    (bare / ".venv").write_text("mine")
    assert complaint(helpers(bare, "lab")).startswith("A file named .venv is in the way: ")
    assert (bare / ".venv").read_text() == "mine"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_said(bare, module):
    result = helpers(bare, "lab", prelude=f"import sys; sys.modules[{module!r}] = None")
    assert "sudo apt install python3-venv" in complaint(result)
    assert not (bare / ".venv").exists()


def test_a_taken_port_is_said_before_anything_is_installed(bare):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = helpers(bare, "lab", "--port", str(port))
    assert complaint(result) == f"Port {port} can't be had: choose another with --port."
    assert not (bare / ".venv").exists()


def test_a_free_port_is_used_and_no_other(ready):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    server = started(helpers(ready, "lab", "--port", str(port), "--no-browser", "--solutions"))
    assert {f"--ServerApp.port={port}", "--ServerApp.port_retries=0"} <= set(server["argv"])
    assert "--no-browser" in server["argv"]
    assert "--LabApp.default_url=/lab/tree/solutions/01_solved.ipynb" in server["argv"]


def test_without_notebooks_the_folder_opens(course):
    shutil.rmtree(course / "notebooks")
    assert "default_url" not in " ".join(started(helpers(course, "lab"))["argv"])


def test_the_learners_own_kernels_and_packages_do_not_get_in_the_way(ready):
    env = started(helpers(ready, "lab", JUPYTER_PATH="mine", PYTHONPATH="mine"))["env"]
    ours = [str(ready / "helpers/command/jupyter"), str(ready / ".venv/share/jupyter")]
    assert env["JUPYTER_PATH"].split(os.pathsep) == [*ours, "mine"]
    assert env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0] == ours[0]
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert "PYTHONPATH" not in env
    assert env["PATH"].split(os.pathsep)[0] == str(ready / ".venv/bin")


@pytest.fixture
def as_in_a_terminal():
    """Let what a test starts heed signals: run by nohup or behind a script's &, it ignores some."""
    heed = dict.fromkeys((signal.SIGTERM, signal.SIGHUP), signal.SIG_DFL)
    heed[signal.SIGINT] = signal.default_int_handler
    before = {number: signal.signal(number, handler) for number, handler in heed.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("name", "stop", "to_all", "code"),
    [
        ("lab", signal.SIGINT, True, 0),  # Ctrl-C, as a terminal does it
        ("lab", signal.SIGINT, False, 0),
        ("lab", signal.SIGTERM, False, 128 + signal.SIGTERM),
        ("lab", signal.SIGHUP, True, 128 + signal.SIGHUP),  # the terminal was closed
        ("test", signal.SIGINT, True, 2),  # pytest's own word for it
        ("test", signal.SIGTERM, False, 128 + signal.SIGTERM),
    ],
)
def test_stopping_a_command_ends_what_it_started_without_a_traceback(
    course, as_in_a_terminal, name, stop, to_all, code
):
    process = subprocess.Popen(
        command(name),
        cwd=course,
        env=outside(STAY="60"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    started_it = next(line for line in process.stdout if line.startswith("{"))
    (os.killpg if to_all else os.kill)(process.pid, stop)
    _, said = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(json.loads(started_it)["pid"], 0)


def test_tests_run_over_what_there_is_with_one_thread_a_kernel(course):
    shutil.rmtree(course / "notebooks")
    run = started(helpers(course, "test", "-x"))
    options = ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder"]
    options += ["--max-worker-restart=0", "--nbval", "--nbval-cell-timeout=120"]
    assert run["argv"] == [*options, "-x", "tests", "solutions"]
    threads = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    assert [run["env"][name] for name in threads] == ["1", "1", "1"]
    assert environment.state(course, environment.TESTER) == "ready"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["tests/test_environment.py", "-k", "port"], True),
        (["-x", "tests/test_environment.py::test_a"], True),
        (["tests"], True),
        (["-k", "tests"], False),
        (["-q", "--maxfail", "1"], False),
        ([], False),
    ],
)
def test_paths_given_replace_the_default_ones(arguments, named):
    assert commands.names_paths(arguments) == named


def test_the_exit_code_of_the_tests_is_ours(course):
    assert helpers(course, "test", CODE="5").returncode == 5


@pytest.mark.parametrize("equipped", [True, False])
def test_building_runs_here_if_it_can_and_in_the_venv_otherwise(course, tmp_path, equipped):
    (course / "helpers/notebooks/build.py").write_text(
        "import sys\ndef main(argv):\n    print(sys.prefix, *argv)\n    return 3\n"
    )
    for name in ("torch", "jupytext"):
        (tmp_path / f"{name}.py").touch()
    result = helpers(
        course,
        "build",
        "--check",
        prelude="" if equipped else NOT_EQUIPPED,
        PYTHONPATH=str(tmp_path),
    )
    prefix = sys.prefix if equipped else str(course / ".venv")
    assert result.stdout.splitlines()[-1] == f"{prefix} --check"
    assert result.returncode == 3


@pytest.mark.parametrize("arguments", [[], ["lap"], ["--lab"]])
def test_an_unknown_command_shows_the_known_ones(arguments):
    result = helpers(ROOT, *arguments)
    assert result.returncode == 2
    assert "usage: python -m helpers COMMAND" in result.stderr
    assert all(f"  {name} " in result.stderr for name in ("lab", "test", "build"))


@pytest.mark.parametrize("arguments", [["--help"], ["lab", "--help"], ["test", "--help"]])
def test_help_installs_nothing(bare, arguments):
    result = helpers(bare, *arguments)
    assert result.returncode == 0
    assert "usage: python -m helpers" in result.stdout
    assert not (bare / ".venv").exists()


def test_an_old_python_is_told_so_before_it_meets_anything_new():
    pretend = "import sys; sys.version_info = (3, 9, 1)"
    assert "Python 3.10 or newer, and this is Python 3.9:" in complaint(
        helpers(ROOT, "lab", prelude=pretend)
    )
    source = (ROOT / "helpers/__main__.py").read_bytes()
    assert source.isascii()  # Python 2 reads nothing else without being told how
    tree = ast.parse(source, feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Starred)]


@pytest.mark.parametrize("python", [*old_pythons()])
def test_the_old_pythons_here_can_read_the_command(python):
    result = subprocess.run(
        [python, "-m", "helpers", "lab"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=outside(PYTHONDONTWRITEBYTECODE="1"),
    )
    assert "needs Python 3.10 or newer" in complaint(result)


def ci(tmp_path, *ready, arguments=("-x",), code=7):
    """Run CI on a machine of stand-ins, each of which says that it was called: its end, its lines.

    ready: what is there. code: how the course's commands end.
    """
    said, tools = tmp_path / "said", tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "env", "timeout"):
        (tools / name).symlink_to(shutil.which(name))
    for name in ("apt-get", "sudo", "python", *ready):
        go_on = '"$@"' if name == "sudo" else f"exit {code}" if name == "python" else ""
        (tools / name).write_text(f'#!{tools}/bash\necho {name} "$@" >> {said}\n{go_on}\n')
        (tools / name).chmod(0o755)
    result = subprocess.run([ROOT / ".ci/run", *arguments], cwd=tmp_path, env={"PATH": str(tools)})
    lines = said.read_text().splitlines()
    return result.returncode, [line for line in lines if not line.startswith("sudo")]


@pytest.mark.parametrize(("ready", "wanted"), [
    (("chromium", "bwrap"), set()),
    (("google-chrome", "bwrap"), set()),
    (("chromium",), {"bubblewrap"}),
    (("bwrap",), {"chromium", "fonts-liberation"}),
    ((), {"chromium", "fonts-liberation", "bubblewrap"}),
])  # fmt: skip
def test_ci_installs_what_is_missing_alone(tmp_path, ready, wanted):
    code, lines = ci(tmp_path, *ready)
    assert code == 7  # pytest's, by way of the command
    assert lines.pop() == "python -m helpers test -x"
    assert [line.split()[1] for line in lines] == ["update", "install"] * bool(wanted)
    named = {word for line in lines[1:] for word in line.split()[2:] if word[0] != "-"}
    assert named == wanted


def test_ci_goes_on_to_nbgrader_and_a_hub_where_it_runs_every_test(tmp_path):
    code, lines = ci(tmp_path, "chromium", "bwrap", arguments=(), code=0)
    assert code == 0
    wanted = ["-m helpers test", ".ci/nbgrader", ".ci/hub 3"]
    assert [line.removeprefix("python ") for line in lines] == wanted


NO_CARD = "torch==2.13.0\n"  # of requirements, on a computer without a graphics card


@pytest.fixture
def no_card(monkeypatch, tmp_path):
    """Linux, and no NVIDIA driver."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(torch_build, "DRIVER", tmp_path / "none")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    return tmp_path


def test_without_a_driver_on_linux_the_small_torch_is_wanted(no_card, monkeypatch):
    real = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert torch_build.wanted(real).startswith("torch==")
    assert torch_build.wanted("numpy==2.0\n") == ""
    with monkeypatch.context() as on_a_mac:
        on_a_mac.setattr(sys, "platform", "darwin")
        assert torch_build.wanted(real) == ""
    with monkeypatch.context() as with_tools:
        with_tools.setattr(shutil, "which", lambda name: name)
        assert torch_build.wanted(real) == ""
    monkeypatch.setattr(torch_build, "DRIVER", no_card)
    assert torch_build.wanted(real) == ""


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("global.index-url='https://pip.example.org'", True),
        ("install.find-links='wheels'", True),
        (":env:.extra-index-url='https://pip.example.org'", True),
        (":env:.no-index='1'", True),
        ("global.timeout='9'\n:env:.cert='index-url'", False),
        ("", False),
    ],
)
def test_a_source_that_pip_is_set_up_with_is_noticed(said, own):
    assert torch_build.has_own_source(said) == own


@contextlib.contextmanager
def index(folder, asked):
    """PyTorch's index, on loopback: it knows a torch, or nothing; asked: what it was asked for."""

    class Answer(SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    serving = functools.partial(Answer, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), serving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("small", ["there", "not there", "no answer"])
@pytest.mark.parametrize("own_source", [False, True])
def test_the_small_torch_comes_from_pytorch_where_it_can_be_had_and_pip_has_no_source_of_its_own(
    course, no_card, monkeypatch, small, own_source, capsys
):
    plain, cpu, asked = course.parent / "wheels", no_card / "cpu", []
    (cpu / "torch").mkdir(parents=True)
    make_wheel(plain, "torch", "2.13.0")
    make_wheel(cpu / "torch", "torch", "2.13.0+cpu" if small == "there" else "2.12.0+cpu")
    (course / "requirements.txt").write_text(
        f"--no-index\n--find-links {plain.as_uri()}\njupyterlab==1.0\n{NO_CARD}"
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    if own_source:
        monkeypatch.setenv("PIP_FIND_LINKS", str(plain))
    with index(cpu, asked) as url:
        silent = "http://127.0.0.1:1"
        monkeypatch.setattr(torch_build, "INDEX", silent if small == "no answer" else url)
        environment.ensure(course, environment.LEARNER)
    has = [path.name for path in course.glob(".venv/lib/*/site-packages/torch-*")]
    took = small == "there" and not own_source
    assert has == ["torch-2.13.0+cpu.dist-info" if took else "torch-2.13.0.dist-info"]
    assert bool(asked) == (small != "no answer" and not own_source)
    assert found(course) == "ready"
    assert capsys.readouterr() == ("Installing requirements.txt ... done.\n", "")


def pins(name):
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def imported(*patterns):
    """The distributions that our own files import by name."""
    known = packages_distributions()
    trees = [ast.parse(path.read_bytes()) for pattern in patterns for path in ROOT.glob(pattern)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) if not node.level}
    return {
        re.sub(r"[-_.]+", "-", distribution).lower()
        for name in names
        for distribution in known.get(name.split(".")[0], [])
    }


def test_every_requirement_is_pinned_and_every_import_is_a_requirement():
    learner, tester = pins("requirements.txt"), pins("tests/requirements.txt")
    pinned = re.compile(r'[\w-]+==[\w.]+(; python_version [<>]=? "3\.\d+")?')
    assert [pin for pin in learner + tester if not pinned.fullmatch(pin)] == []
    names = {pin.split("==")[0] for pin in learner}
    assert imported("solutions/*.py", "helpers/lessons/**/*.py") <= names
    names |= {pin.split("==")[0] for pin in tester}
    assert imported("helpers/**/*.py", "tests/**/*.py", "solutions/*.py") <= names


def test_the_server_that_the_command_starts_holds_no_message_back(monkeypatch):
    """Else a moved slider's answer waits until the browser has acknowledged the message before."""
    folder = environment.surroundings(ROOT)["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]
    read = PyFileConfigLoader("jupyter_server_config.py", path=folder).load_config()
    kind, done = read.ServerApp.kernel_websocket_connection_class, []

    async def connect(_):
        done.append("connected")

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", connect)
    handler = object.__new__(KernelWebsocketHandler)  # it has a socket only in a server
    handler.set_nodelay = done.append
    with pytest.raises(StopIteration):  # to its end at once: Playwright's loop may be running here
        kind(websocket_handler=handler).connect().send(None)
    assert done == [True, "connected"]
