"""Routes of the many apps that tests build: what makes a URL of a route is compiled once for each worker.

Werkzeug compiles two functions of Python for each route of each app, most of the time that it takes to build one."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
COMPILED: dict[tuple[Any, ...], Builder] = {}


class RememberedRule(Rule):
    """The functions know their rule as an argument only, so rules that are written alike can share them."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        written = (self.rule, tuple(self._trace), append_unknown)
        if written not in COMPILED:
            COMPILED[written] = super()._compile_builder(append_unknown)
        return COMPILED[written]


Flask.url_rule_class = RememberedRule
