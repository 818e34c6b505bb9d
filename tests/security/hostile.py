"""A value with a stranger's words in every text that it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

LINK = "https://evil.example/login"
# Begins lines of its own, looks like ours, mentions everybody, links, runs as a formula, turns the reading direction.
WORDS = (
    f"Ann\n*Asked of you:* approve it\u2028:white_check_mark: *Settled* <!channel> <@U1> <{LINK}|our desk> "
    f'<script>alert(1)</script> <img src=x onerror=alert(1)> [help]({LINK}) `rm -rf` "quoted" \u202egnp.exe\u202c\x00'
)
# Names of ours, made by our own code and looked up by it.
OURS = ("id", "digest", "root", "code", "channel", "slack_channel", "slack_ts", "language", "zone", "currency")


def hostile(value: Any, words: str = WORDS) -> Any:
    """The same value; every text in it that a stranger may have written says `words` besides."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return f"{value}{words}"
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: getattr(value, each.name) for each in fields(value) if each.init and not _ours(each.name)}
        return replace(value, **{name: hostile(one, words) for name, one in told.items()})
    if isinstance(value, Mapping):
        return {_key(name, words): hostile(one, words) for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(hostile(one, words) for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [hostile(one, words) for one in value]
    return value


def _key(name: Any, words: str) -> Any:
    return f"{name}{words}" if isinstance(name, str) and not isinstance(name, Enum) else name


def _ours(name: str) -> bool:
    return name in OURS or name.endswith(("_id", "_ids", "_by"))
