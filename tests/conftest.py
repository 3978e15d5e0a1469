"""One browser for all tests of a process: Playwright allows no second one beside it."""

from tests.browser import chromium

__all__ = ["chromium"]
