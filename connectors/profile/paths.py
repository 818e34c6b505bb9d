"""Where a fact stands in an answer: `plan.name`, `invoices.0.status`, `seats.#` for how many there are."""

from typing import Any

COUNT = "#"
LONGEST = 300  # characters of a value


def value_at(answer: Any, path: str) -> str:
    """The plain value at a path, as text; empty where there is none or where it is not plain."""
    found = answer
    for step in path.split("."):
        if step == COUNT and isinstance(found, list | dict):
            found = len(found)
        elif isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.lstrip("-").isdigit():
            place = int(step)
            found = found[place] if -len(found) <= place < len(found) else None
        else:
            return ""
    return _plain(found)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return " ".join(str(value).split())[:LONGEST]
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(map(str, value))[:LONGEST]
    return ""
