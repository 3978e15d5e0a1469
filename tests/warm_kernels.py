"""Kernels that begin with their imports made: forked from one process that made them once.

A kernel takes two seconds of processor to start and to import what every lesson imports, and the
tests start some forty. `serve` imports when it is first asked, then forks a kernel for each
request; `kernel` is what Jupyter starts in a kernel's place: it asks for one, hands on signals, and
ends when that one ends. Nothing of the course is imported before the fork, so that every kernel
runs the code on the disk.

python warm_kernels.py serve FOLDER          until its standard input is closed
python warm_kernels.py kernel FOLDER ...     a kernel's own arguments follow
"""

import contextlib
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import sys

ASKED = "asked"  # the socket, in the folder
OFFERED = "COURSE_WARM_KERNELS"  # the variable that names the folder to all that this run starts
IMPORTED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "torch", "matplotlib.figure")
IMPORTED += ("matplotlib.backends.backend_agg", "tqdm.auto")
IMPORTED += ("torch._dynamo",)  # a second of processor, which the first optimizer would take
LONGEST = 1 << 20  # bytes of a request: arguments, environment, folder


def offer(folder, environment):
    """Start `serve` and have Jupyter find its kernels under the usual name; gives the process.

    None where none fork, or where a run around this one offers them. environment: changed in place,
    and inherited by whatever starts kernels.
    """
    import subprocess

    # macOS has the call, but libraries that may not be forked.
    if not hasattr(os, "fork") or sys.platform == "darwin" or OFFERED in environment:
        return None
    environment[OFFERED] = str(folder)
    here = os.path.abspath(__file__)
    spec = {
        "argv": [sys.executable, "-SE", here, "kernel", str(folder), "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    place = os.path.join(folder, "kernels", "python3")
    os.makedirs(place)
    with open(os.path.join(place, "kernel.json"), "w") as file:
        json.dump(spec, file)
    paths = [str(folder), environment.get("JUPYTER_PATH", "")]
    environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, paths))
    return subprocess.Popen(
        [sys.executable, here, "serve", str(folder)], stdin=subprocess.PIPE, cwd=folder
    )


def serve(folder):
    """Fork a kernel for each connection, until standard input is closed."""
    children = {}  # pid: the connection that waits for its end
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, ASKED))
    listener.listen(64)
    ended, wake = socket.socketpair()
    for one in (ended, wake):
        one.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    ready = selectors.DefaultSelector()
    for one in (listener, ended, sys.stdin):
        ready.register(one, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            one = key.fileobj
            if one is sys.stdin:
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
                return
            if one is listener:
                connection, _ = listener.accept()
                if pid := fork(connection, ready):
                    children[pid] = connection
                    ready.register(connection, selectors.EVENT_READ)
                    connection.sendall(struct.pack("i", pid))
            elif one is ended:
                with contextlib.suppress(BlockingIOError):
                    ended.recv(4096)
                bury(children, ready)
            else:  # whoever asked for this kernel is gone: killed, perhaps
                for pid in [pid for pid, its in children.items() if its is one]:
                    os.kill(pid, signal.SIGKILL)
                ready.unregister(one)


def bury(children, ready):
    """Say of each child that has ended how it did."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        connection = children.pop(pid)
        with contextlib.suppress(KeyError):
            ready.unregister(connection)
        with contextlib.suppress(OSError):
            connection.sendall(struct.pack("i", os.waitstatus_to_exitcode(status)))
        connection.close()


def fork(connection, ready):
    """Fork what the connection asks for; gives its process in the parent, or None."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel sets it
    for name in IMPORTED:  # at once from the second time on
        importlib.import_module(name)
    asked, descriptors, *_ = socket.recv_fds(connection, LONGEST, 3)
    while not asked.endswith(b"\n"):
        more = connection.recv(LONGEST)
        if not more:  # whoever asked has gone
            return None
        asked += more
    if pid := os.fork():
        for one in descriptors:
            os.close(one)
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for key in list(ready.get_map().values()):  # not those of other kernels
            if key.fileobj is not sys.stdin:
                key.fileobj.close()
        connection.close()
        for number, one in enumerate(descriptors):
            os.dup2(one, number)
            os.close(one)
        arguments, environment, folder = json.loads(asked)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.path[0] = ""  # as under `python -m`: the notebook's folder
        sys.path[1:1] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
        parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # with which it ends
        sys.argv = ["ipykernel_launcher.py", *arguments, parent]
        importlib.import_module(IMPORTED[0]).launch_new_instance()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else bool(end.code))
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def kernel(folder, *arguments):
    """Ask for a kernel and stand in for it until it ends."""
    import time

    connection = socket.socket(socket.AF_UNIX)
    while True:  # the first may be asked for before `serve` listens
        try:
            connection.connect(os.path.join(folder, ASKED))
            break
        except OSError:
            time.sleep(0.05)
    request = json.dumps([arguments, dict(os.environ), os.getcwd()]).encode() + b"\n"
    sent = socket.send_fds(connection, [request], [0, 1, 2])
    connection.sendall(request[sent:])
    pid = struct.unpack("i", connection.recv(4))[0]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(pid, number))
    code = connection.recv(4)
    os._exit(struct.unpack("i", code)[0] & 255 if code else 1)


if __name__ == "__main__":
    {"serve": serve, "kernel": kernel}[sys.argv[1]](*sys.argv[2:])
