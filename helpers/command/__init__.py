"""What `python -m helpers` runs before anything is installed: commands, .venv, switch, record.

Standard library alone, and the extension's JavaScript. What reads or writes notebooks: `notebooks`.
"""
