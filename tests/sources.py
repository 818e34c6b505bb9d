"""Our own code, read as code."""

import ast
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree. CPython counts the depth of the trees of all threads in one place: where a thread of an
    earlier test writes a traceback meanwhile, which parses too, the count is off and `SystemError` is raised
    (python/cpython, issue 106905). Raises SystemError where it is so three times, SyntaxError."""
    text = path.read_text(encoding="utf-8")
    for _ in range(2):
        try:
            return ast.parse(text)
        except SystemError:
            continue
    return ast.parse(text)
