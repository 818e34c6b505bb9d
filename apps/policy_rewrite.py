"""The text of a policy with other sections, the rest of it and its comments as they are."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from apps.policy_file import parse_policy

WIDTH = 110


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
    fields = parse_policy(text, "the policy in force").fields
    return rewrite(text, {"disclaimers": {**(fields.get("disclaimers") or {}), **lines}})


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
