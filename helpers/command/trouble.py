"""What can go wrong with setting up, each in one line that says what to do about it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = "No network: connect (behind a proxy, set HTTPS_PROXY) and run this again."
CAUSES = {
    r"Errno 28|WinError 112|[Nn]o space left": "No space: free a few GB and run this again.",
    r"Errno (17|20)\b|WinError 183": "A file named .venv is in the way: move it, run this again.",
    r"Errno (1|13|30)\b|WinError (5|32)\b|[Pp]ermission denied|[Rr]ead-only": (
        f"Can't write in {ROOT}: close what uses .venv, or copy the course to a folder of your own."
    ),
    r"Retrying \(|connection error|ConnectionError|ProxyError": NO_NETWORK,
    r"No matching distribution": (
        "A package has no version for this computer and Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}: use Python 3.10 to 3.13, 64 bit."
    ),
}


class SetupError(Exception):
    """What went wrong and what to do about it, in one line."""


def explain(words: str) -> str:
    """One line for what pip, venv or the system said."""
    known = (advice for pattern, advice in CAUSES.items() if re.search(pattern, words))
    last = (words.strip().splitlines() or ["no reason given"])[-1]
    return next(known, f"Setting up .venv failed: {last}")
