"""The text of a policy with other sections, the rest of it and its comments as they are."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from apps.policy_file import parse_policy
from core.errors import ConfigurationError, RejectedError

WIDTH = 110
NAMED = "the policy in force"  # in messages


def rewrite(text: str, sections: Mapping[str, Any]) -> str:
    """The text with these top-level keys replaced, or put at its end where it has none. None as a value removes one.

    Comments inside a section that is replaced go with it."""
    lines = text.splitlines()
    places = dict(_places(text, lines))
    written: list[str] = []
    line = 0
    for name, (begins, ends) in places.items():
        written += lines[line:begins]
        written += _section(name, sections[name]) if name in sections else lines[begins:ends]
        line = ends
    written += lines[line:]
    for name, value in sections.items():
        if name not in places and value is not None:
            written += ["", *_section(name, value)]
    return "\n".join(written).rstrip("\n") + "\n"


def with_disclaimers(text: str, lines: Mapping[str, str]) -> str:
    """With these disclaimers (intent → sentence), those of other intents kept."""
    fields = parse_policy(text, NAMED).fields
    return rewrite(text, {"disclaimers": {**(fields.get("disclaimers") or {}), **lines}})


def with_wording(text: str, trigger: str, key: str, wording: str) -> str:
    """With this wording in the list `key` (`words` or `unless`) of a trigger, comments of the section kept where its
    layout allows that.

    Raises:
        RejectedError: the policy has no such trigger, or the wording stands there already.
    """
    fields = parse_policy(text, NAMED).fields
    triggers = fields.get("triggers") or {}
    if trigger not in triggers:
        raise RejectedError(f"the policy in force has no trigger {trigger} any more")
    told = list(triggers[trigger].get(key) or [])
    if wording in told:
        raise RejectedError(f"the policy in force has “{wording}” already")
    wanted = {**triggers, trigger: {**triggers[trigger], key: [*told, wording]}}
    row = _node(text, "triggers", trigger)
    if row is not None:
        written = _with_list(text, row, key, [*told, wording])
        if _reads(written, {**fields, "triggers": wanted}):
            return written
    return rewrite(text, {"triggers": wanted})


def _node(text: str, *path: str) -> yaml.MappingNode | None:
    """The keys under these keys, with their places."""
    found: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for name in path:
        rows = found.value if isinstance(found, yaml.MappingNode) else []
        found = next((value for key, value in rows if key.value == name), None)
    return found if isinstance(found, yaml.MappingNode) and found.value else None


def _with_list(text: str, row: yaml.MappingNode, key: str, items: list[str]) -> str:
    """The text with a list of this name in the row, put in by hand: whoever writes it anew loses its comments."""
    listed = json.dumps(items, ensure_ascii=False)
    there = next((value for name, value in row.value if name.value == key), None)
    if there is not None:
        begins, ends = there.start_mark.index, there.end_mark.index
        old = text[begins:ends]
        return text[:begins] + listed + old[len(old.rstrip()) :] + text[ends:]
    if row.flow_style:
        place = row.end_mark.index - 1
        return f"{text[:place].rstrip().removesuffix(',')}, {key}: {listed}{text[place:]}"
    first = row.value[0][0].start_mark
    return f"{text[: first.index]}{key}: {listed}\n{' ' * first.column}{text[first.index :]}"


def _reads(text: str, fields: Mapping[str, Any]) -> bool:
    try:
        return parse_policy(text, NAMED).fields == fields
    except ConfigurationError:
        return False


def _section(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    style = None if isinstance(value, (dict, list)) else False  # short lists on one line; a bare value never in braces
    dumped: str = yaml.safe_dump(
        {name: value}, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=style
    )
    return dumped.splitlines()


def _places(text: str, lines: list[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The lines of each top-level key, first and one past the last; what stands before the next key belongs to it."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return
    keys = [(str(key.value), key.start_mark.line) for key, _ in root.value]
    ends = [line for _, line in keys[1:]] + [len(lines)]
    for (name, begins), end in zip(keys, ends, strict=True):
        while end > begins + 1 and _is_aside(lines[end - 1]):
            end -= 1
        yield name, (begins, end)


def _is_aside(line: str) -> bool:
    return not line.strip() or line.startswith("#")
