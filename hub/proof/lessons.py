"""What a learner writes into a notebook, and the verdicts that must come of it."""

import importlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("solved", "blank", "wrong")


def answered(lesson: str, kind: str, notebook: dict) -> dict[str, str]:
    """Fill the stubs of a notebook, in place; {name: how its verdict must begin}.

    kind: "solved", with the solutions; "blank", as it is; "wrong", with each exercise's first
    mistake, or a wrong option, and the stub where it knows none.
    """
    solved = json.loads((ROOT / "solutions" / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    right = {cell["id"]: "".join(cell["source"]) for cell in solved["cells"]}
    module = importlib.import_module(f"helpers.lessons.{lesson[3:]}")
    expected = {}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("exercise")
        if name is None or cell["cell_type"] != "code":
            continue
        task = getattr(module, name)
        expected[name] = f"○ {name}: not started"
        if kind == "solved":
            cell["source"] = right[f"{name}-solution"]
            expected[name] = f"✓ {name}: correct"
        elif kind == "wrong" and hasattr(task, "options"):
            letter = next(one for one in task.options if one != task.right)
            cell["source"] = f'{name} = "{letter}"'
            expected[name] = f"✗ {name}: not yet ({letter})"
        elif kind == "wrong" and task.mistakes:
            cell["source"] = f"{name} = lesson.{name}.as_answer(lesson.{name}.mistakes[0])"
            expected[name] = f"✗ {name}: not yet ({task.mistakes[0].name})"
    return expected
