"""One module a lesson: its data, its exercises, its explorers."""
