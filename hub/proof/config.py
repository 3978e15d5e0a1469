"""The proof's JupyterHub: what is shipped, on 127.0.0.1, for learners who are no Unix users."""

# ruff: noqa: F821 (JupyterHub gives `c` and `load_subconfig`)
import os
import resource

from jupyterhub.spawner import SimpleLocalProcessSpawner

here, port = os.environ["PROOF_FOLDER"], int(os.environ["PROOF_PORT"])


class Limited(SimpleLocalProcessSpawner):
    """A folder for each learner and, for want of systemd, a memory limit for each process."""

    def make_preexec_fn(self, name):
        enter, limit = super().make_preexec_fn(name), self.mem_limit

        def prepare():
            enter()
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

        return prepare


c.JupyterHub.spawner_class = Limited
c.SimpleLocalProcessSpawner.home_dir_template = f"{here}/homes/{{username}}"
c.JupyterHub.authenticator_class = "shared-password"
c.Authenticator.allow_all = True
c.SharedPasswordAuthenticator.user_password = os.environ["PROOF_PASSWORD"]
c.JupyterHub.load_groups = {"instructors": {"users": ["teacher"]}}
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.command = os.environ["PROOF_PROXY"].split("\n")
c.JupyterHub.db_url = f"sqlite:///{here}/hub.sqlite"
c.JupyterHub.cookie_secret_file = f"{here}/cookie"
c.JupyterHub.pid_file = f"{here}/hub.pid"
c.ConfigurableHTTPProxy.pid_file = f"{here}/proxy.pid"
# git finds the hand-out's address, which the links name, in a folder of this machine.
c.Spawner.environment = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": f"url.{here}/handout.insteadOf",
    "GIT_CONFIG_VALUE_0": os.environ["PROOF_GIT"],
}
load_subconfig(os.path.join(os.path.dirname(os.path.dirname(__file__)), "jupyterhub_config.py"))
for service in c.JupyterHub.services:
    service["api_token"] = os.environ["PROOF_TOKEN"]  # the proof asks it to cull at once
if os.geteuid() == 0:
    c.Spawner.args = [*c.Spawner.args, "--allow-root"]
