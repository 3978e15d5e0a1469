"""A learner at a JupyterHub, by HTTP and websocket as a browser does it; no page is drawn."""

import json
import re
import time
import uuid

import requests
from websocket import create_connection


class Learner:
    """Logs in by the form, starts a server, opens and saves notebooks, runs cells.

    Every step raises where the hub's answer is not what a browser would need.
    """

    def __init__(self, hub: str, name: str, password: str):
        self.hub, self.name = hub, name
        self.base = f"{hub}/user/{name}/"
        self.web = requests.Session()
        self.web.trust_env = False  # no proxy of this machine's: the hub is on it
        self.began = time.monotonic()
        self.log_in(password)

    def get(self, url: str, **options) -> requests.Response:
        answer = self.web.get(url, timeout=120, **options)
        answer.raise_for_status()
        return answer

    def token(self, path: str) -> str:
        """The XSRF token that belongs to a part of the hub: a cookie of that path."""
        found = [one for one in self.web.cookies if one.name == "_xsrf" and one.path == path]
        return found[0].value

    def log_in(self, password: str) -> None:
        self.get(f"{self.hub}/hub/login")
        form = {"username": self.name, "password": password, "_xsrf": self.token("/hub/")}
        answer = self.web.post(f"{self.hub}/hub/login?next=/hub/home", data=form, timeout=120)
        answer.raise_for_status()
        assert answer.url.endswith("/hub/home"), f"{self.name} is not logged in: {answer.url}"

    def start(self) -> None:
        """Start the server and wait for it, by the progress that the waiting page shows."""
        self.get(f"{self.hub}/hub/spawn")
        progress = f"{self.hub}/hub/api/users/{self.name}/server/progress"
        asked = {"_xsrf": self.token("/hub/")}
        with self.get(progress, params=asked, stream=True) as events:
            for line in events.iter_lines(decode_unicode=True):
                said = json.loads(line[5:]) if line.startswith("data:") else {}
                if said.get("failed"):
                    raise RuntimeError(f"{self.name}: {said}")
                if said.get("ready"):
                    return
        raise RuntimeError(f"{self.name}: the server was never ready")

    def page(self, path: str) -> dict:
        """Open JupyterLab on a file, through the hub's log-in; what it is configured with."""
        page = self.get(f"{self.base}lab/tree/{path}").text
        return json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])

    def send(self, method: str, path: str, body: dict | None = None) -> dict:
        """Ask the server's API something, and give its answer."""
        head = {"X-XSRFToken": self.token(f"/user/{self.name}/")}
        answer = self.web.request(method, self.base + path, json=body, headers=head, timeout=120)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def notebook(self, path: str) -> dict:
        return self.send("GET", f"api/contents/{path}?content=1")["content"]

    def save(self, path: str, notebook: dict) -> None:
        self.send("PUT", f"api/contents/{path}", {"type": "notebook", "content": notebook})

    def kernel(self, path: str) -> "Kernel":
        """The kernel of a notebook, as JupyterLab begins one."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        return Kernel(self, self.send("POST", "api/sessions", body)["kernel"]["id"])

    def stop(self) -> None:
        """Stop the server, as the hub's home page does."""
        url = f"{self.hub}/hub/api/users/{self.name}/server"
        head = {"X-XSRFToken": self.token("/hub/")}
        self.web.delete(url, headers=head, timeout=120).raise_for_status()


class Kernel:
    """A kernel, through its websocket."""

    def __init__(self, learner: Learner, identity: str):
        self.session = uuid.uuid4().hex
        cookies = learner.web.cookies.get_dict(path=f"/user/{learner.name}/")
        self.socket = create_connection(
            f"{learner.base.replace('http', 'ws', 1)}api/kernels/{identity}/channels"
            f"?session_id={self.session}",
            cookie="; ".join(f"{name}={value}" for name, value in cookies.items()),
            origin=learner.hub,
            timeout=180,
        )

    def ask(self, code: str) -> str:
        """Send a cell, and give its message's name."""
        name = uuid.uuid4().hex
        head = {"msg_id": name, "msg_type": "execute_request", "username": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        content["stop_on_error"] = False
        message = {"header": head | {"session": self.session}, "content": content}
        self.socket.send(
            json.dumps(message | {"parent_header": {}, "metadata": {}, "channel": "shell"})
        )
        return name

    def run(self, code: str) -> list[str]:
        """Run a cell to its end: what it shows, as plain text, and the names of errors."""
        name, shown = self.ask(code), []
        while True:
            raw = self.socket.recv()
            if not isinstance(raw, str):  # a widget's picture
                continue
            message = json.loads(raw)
            if message["parent_header"].get("msg_id") != name:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind in ("execute_result", "display_data"):
                shown.append(content["data"].get("text/plain", ""))
            elif kind == "error":
                shown.append(content["ename"])
            elif kind == "status" and content["execution_state"] == "idle":
                return shown
