"""Our own code, read as code."""

import ast
from contextlib import suppress
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree.

    CPython counts how deep it is in one place for all threads. The garbage collector, to whose runs Hypothesis listens,
    lets others in while a tree is made: where a thread of an earlier test writes a traceback, which parses too, the
    count is off and `SystemError` is raised (python/cpython, issue 106905). Raises SystemError where it is so three
    times, and SyntaxError."""
    text = path.read_text(encoding="utf-8")
    for _ in range(2):
        with suppress(SystemError):
            return ast.parse(text)
    return ast.parse(text)
