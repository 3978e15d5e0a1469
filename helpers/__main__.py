"""The command line: python -m helpers COMMAND.

The oldest Python must be able to read this file as far as the version check, so it holds no syntax
newer than that of Python 2.7; everything else is left to the modules it dispatches to.
"""

from __future__ import print_function

import sys

if sys.version_info < (3, 10):
    sys.exit(
        "This course needs Python 3.10 or newer, and this is Python %d.%d: install a newer one and "
        "use it in place of 'python'." % sys.version_info[:2]
    )

from helpers.command import commands, environment

COMMANDS = {
    "lab": (commands.lab, "open the course in JupyterLab"),
    "progress": (commands.progress, "show how far you are in the course"),
    "update": (commands.update, "bring your work into a newer version of the course"),
    "test": (commands.test, "run every test and every notebook"),
    "build": (commands.inside("build"), "write the notebooks from their sources"),
    "lesson": (commands.inside("lesson"), "begin a new lesson from the skeleton"),
    "solutions": (commands.solutions, "show or hide solutions in learners' notebooks"),
    "toggle": (commands.toggle, "install or remove the solutions switch in this Python"),
    "handout": (commands.inside("handout"), "pack what learners get, without the solutions"),
    "grade": (
        commands.inside("grade", "math_core", room="grading"),
        "grade a class's notebooks: points, mistakes, a page for each learner",
    ),
    "site": (commands.inside("site", "math_core"), "write the lessons as pages to read"),
}
# These work on sources and solutions, and are not offered where there are none.
TEACHING = ("build", "lesson", "solutions", "toggle", "handout", "grade", "site")
# Installed by pip, the course has no folder to open, to test or to build in.
INSTALLED = ("progress",)


def offered(name):
    """Whether a command can work here: in the course, a hand-out, or as pip installed it."""
    if not commands.has_course():
        return name in INSTALLED
    return commands.has_sources() or name not in TEACHING


def main(argv):
    """Run the command that argv names; return its exit code."""
    usage = ["usage: python -m helpers COMMAND [OPTION ...]", ""]
    usage += ["  %-10s %s" % (name, COMMANDS[name][1]) for name in COMMANDS if offered(name)]
    usage += ["", "COMMAND --help says more."]
    if commands.has_course():
        usage[-1] += " .venv is set up by itself when it has to be."
    if argv[:1] in (["-h"], ["--help"]):
        print("\n".join(usage))
        return 0
    if not argv or argv[0] not in COMMANDS or not offered(argv[0]):
        fault = "no such command: " + argv[0] if argv else "which command?"
        if argv and argv[0] in COMMANDS:
            fault = "%s: a hand-out has no sources and no solutions to work on" % argv[0]
            if not commands.has_course():
                fault = "%s: the course is installed here; run this in its folder" % argv[0]
        print("\n".join(usage) + "\n\n" + fault, file=sys.stderr)
        return 2
    try:
        return COMMANDS[argv[0]][0](argv[1:])
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
