"""Hundreds of tests make a Flask app anew. For each of its rules Werkzeug writes and compiles two functions that build
the address; here it does so when one is asked for."""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule

_compiled = Rule._compile_builder
Builder = Callable[..., Any]


def _later(rule: Rule, append_unknown: bool = True) -> Builder:
    @cache
    def built() -> Builder:
        return _compiled(rule, append_unknown)

    return lambda bound, *values, **named: built()(bound, *values, **named)


Rule._compile_builder = _later  # type: ignore[method-assign, assignment]
