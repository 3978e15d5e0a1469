"""The kernels that the tests fork: they behave as started ones do."""

import os
import signal
import sys
import time

import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="here kernels are started, not forked"
)


@pytest.fixture
def kernel(tmp_path):
    """A kernel's manager and its client."""
    env = os.environ | {"OWN": "environment"}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path), env=env)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed(client, code):
    """What code prints."""
    said = []
    reply = client.execute_interactive(
        code, timeout=30, output_hook=lambda message: said.append(message["content"].get("text"))
    )
    assert reply["content"]["status"] == "ok", reply
    return "".join(filter(None, said))


def test_it_has_made_its_imports_but_not_of_the_course_and_is_where_it_was_asked(kernel, tmp_path):
    asks = "import os, sys; print(*(name in sys.modules for name in ('torch', 'helpers')))"
    where = "print(os.getcwd(), os.environ['OWN'], sys.path[0])"
    assert printed(kernel[1], f"{asks}; {where}") == f"True False\n{tmp_path} environment \n"


def test_it_can_be_interrupted_and_ends_when_what_stands_for_it_is_killed(kernel):
    manager, client = kernel
    pid = int(printed(client, "import os; print(os.getpid())"))
    message = client.execute("import time; print('asleep', flush=True); time.sleep(60)")
    while client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
        pass  # a kernel that has not come to the cell's own code may swallow the signal
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=30)
    assert reply["parent_header"]["msg_id"] == message
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the kernel lives on")
