"""What this course asks of a JupyterHub. README.md beside this file says where it goes.

The Littlest JupyterHub, Zero to JupyterHub and the proof (`.ci/hub`) take this very file.
"""

# ruff: noqa: F821 (JupyterHub gives `c`)

import os
import sys

# In it `course`, the unpacked hand-out, which each learner gets a copy of; `whole`, the course with
# its solutions, which instructors get as well; and `start`, which makes the copies.
COURSE = os.environ.get("COURSE_FOLDER", "/srv/course")
MEMORY = "1G"  # of one learner, all kernels together; README.md says what a lesson takes
HOUR = 3600


def prepare(spawner):
    """Say to a starting server what it copies, and that a learner's has no solutions switch."""
    teaches = any(group.name == "instructors" for group in spawner.user.groups)
    settings = f"{COURSE}/course/helpers/command/jupyter"
    spawner.environment = {
        **spawner.environment,
        "COURSE_FOLDERS": f"{COURSE}/course" + (f":{COURSE}/whole" if teaches else ""),
        "JUPYTER_CONFIG_PATH": settings if teaches else f"{settings}/learners:{settings}",
        "OMP_NUM_THREADS": "1",  # many learners share the cores, and the networks are small
        # Large arrays go back to the machine when they are let go of: up to 80 MB a kernel.
        "MALLOC_MMAP_THRESHOLD_": str(2**18),
    }


c.Spawner.pre_spawn_hook = prepare
c.Spawner.cmd = [f"{COURSE}/start", "jupyterhub-singleuser"]
c.Spawner.default_url = "/lab/tree/course/notebooks"
c.Spawner.mem_limit = MEMORY
# Ten that come at once on two busy cores wait up to 40 seconds for their servers.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 90
c.Spawner.args = [
    # A kernel whose notebook is closed goes after half an hour; one that is open or at work stays.
    f"--MappingKernelManager.cull_idle_timeout={HOUR // 2}",
    "--MappingKernelManager.cull_interval=300",
]

# TLJH and Zero to JupyterHub bring a culler of their own; two would be one too many. TLJH's own
# settings can't be seen in `c`: each file of its jupyterhub_config.d begins with an empty one.
try:
    from tljh.configurer import load_config

    teachers = load_config()["users"]["extra_user_groups"].get("instructors", [])
    culled = True
except ImportError:
    teachers = []
    culled = any("cull" in service["name"] for service in c.JupyterHub.get("services", []))
if teachers:
    c.JupyterHub.load_groups = {"instructors": {"users": list(teachers)}}
if not culled:
    command = [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={HOUR}"]
    c.JupyterHub.services = [
        *c.JupyterHub.get("services", []),
        {"name": "idle-culler", "command": command},
    ]
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    role = {"name": "idle-culler", "scopes": scopes, "services": ["idle-culler"]}
    c.JupyterHub.load_roles = [*c.JupyterHub.get("load_roles", []), role]
