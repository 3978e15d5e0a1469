"""Where the course stands on the internet, by `course.toml`, and the links that follow from it."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from helpers.notebooks.overview import ROOT, SourceError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "course.toml"
GENERATOR = "https://nbgitpuller.readthedocs.io/en/latest/link.html"


@dataclass(frozen=True)
class Address:
    """The repository's address and branch, and a JupyterHub's address; "" where there is none."""

    address: str = ""
    branch: str = "main"
    hub: str = ""


def read(root: Path = ROOT) -> Address:
    """What `course.toml` says, tidied; without that file, no address. Raises SourceError."""
    path = root / FILE
    if not path.exists():
        return Address()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceError(f"{FILE}: {error}") from None
    for key, value in said.items():
        if key not in Address.__dataclass_fields__ or not isinstance(value, str):
            raise SourceError(f'{FILE}: {key}: known are address, branch and hub, each a "text"')
    said = {key: re.sub(r"(\.git)?/*$", "", value.strip()) for key, value in said.items()}
    for key, form in (("address", r"/[\w.~-]+(/[\w.~-]+)+"), ("hub", r"(/[\w.~-]+)*")):
        if said.get(key) and not re.fullmatch(rf"https?://[\w.-]+(:\d+)?{form}", said[key]):
            example = {"address": "https://github.com/you/course", "hub": "https://hub.example.org"}
            raise SourceError(
                f"{FILE}: {key}: no such address can be; write it like {example[key]}"
            )
    if said.get("branch", "main") == "" or re.search(r"\s", said.get("branch", "")):
        raise SourceError(f"{FILE}: branch: name the branch that learners get, such as main")
    return Address(**said)


def links(lesson: str, root: Path = ROOT) -> dict[str, str]:
    """Where the **learner's** notebook of a lesson, NN_slug, opens: {"Colab": …, …}; {} without.

    Colab opens from GitHub alone. Without a hub, the last link leads to nbgitpuller's own page,
    filled in, where one types one's hub. Raises SourceError.
    """
    here = read(root)
    if not here.address:
        return {}
    host, _, repository = here.address.split("://", 1)[1].partition("/")
    file = quote(f"notebooks/{lesson}.ipynb")
    branch, found = quote(here.branch, safe=""), {}
    if host == "github.com":
        base = "https://colab.research.google.com/github"
        found["Colab"] = f"{base}/{repository}/blob/{quote(here.branch)}/{file}"
    kinds = {"github.com": f"gh/{repository}", "gitlab.com": f"gl/{quote(repository, safe='')}"}
    place = kinds.get(host, f"git/{quote(here.address, safe='')}")
    path = f"lab/tree/notebooks/{lesson}.ipynb"
    asked = urlencode({"urlpath": path})
    found["Binder"] = f"https://mybinder.org/v2/{place}/{branch}?{asked}"
    path = path.replace("tree", f"tree/{repository.rsplit('/', 1)[1]}", 1)
    asked = urlencode({"repo": here.address, "branch": here.branch, "urlpath": path})
    puller = f"{here.hub}/hub/user-redirect/git-pull" if here.hub else GENERATOR
    return found | {"nbgitpuller": f"{puller}?{asked}"}


def listed(lesson: str, root: Path = ROOT) -> str:
    """The links in a line of Markdown; "" without an address. Raises SourceError."""
    return " · ".join(f"[{label}]({url})" for label, url in links(lesson, root).items())
