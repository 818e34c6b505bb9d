"""One parser under atheris, in a process of its own: `python -m tests.fuzz.one NAME FOLDER RUNS`, or which lines its
inputs have reached: `python -m tests.fuzz.one NAME FOLDER lines`. `__main__.py` calls it."""

import importlib.util
import inspect
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

from tests.fuzz.odd import mutate
from tests.fuzz.parsers import PARSERS, Parser

LONGEST = 20_000  # bytes of an input
FELL = "fell"  # the input that a parser fell over
TOO_LONG = 60  # seconds for one input
HERE = ("webhooks.intake", "core.text.outside")  # what nearly all of them go through


def fuzz(parser: Parser, folder: Path, runs: int) -> None:
    import atheris  # type: ignore[import-untyped]

    with atheris.instrument_imports(include=[*parser.code, *HERE]):
        subject = parser.ready()
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(subject.seeds):
        (corpus / f"seed-{place}").write_bytes(seed)

    def changed(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        made = mutate(data, random) if random.random() < 0.8 else atheris.Mutate(data, most)
        return made if len(made) <= most else data

    def read(data: bytes) -> None:
        try:
            subject.read(data)
        except BaseException:
            (folder / FELL).write_bytes(data)
            raise

    flags = (
        f"-runs={runs}",
        f"-max_len={LONGEST}",
        f"-timeout={TOO_LONG}",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    )
    atheris.Setup([parser.name, *flags, f"-artifact_prefix={folder}/", str(corpus)], read, custom_mutator=changed)
    atheris.Fuzz()


def count_lines(parser: Parser, folder: Path) -> tuple[int, int]:
    """(reached, all) lines within functions of the parser's own modules, by every input of its corpus."""
    wanted = {str(importlib.util.find_spec(name).origin): set[int]() for name in parser.code}  # type: ignore[union-attr]
    subject = parser.ready()

    def traced(frame: FrameType, event: str, _: Any) -> Any:
        reached = wanted.get(frame.f_code.co_filename)
        if reached is None:
            return None
        reached.add(frame.f_lineno)
        return traced

    threading.settrace(traced)  # Bolt's listeners have threads of their own
    for file in sorted((folder / "corpus").iterdir()):
        sys.settrace(traced)
        try:
            subject.read(file.read_bytes())
        finally:
            sys.settrace(None)
    known = {
        name: set(_lines(compile(Path(name).read_text(encoding="utf-8"), name, "exec"), within=False))
        for name in wanted
    }
    return sum(len(known[name] & reached) for name, reached in wanted.items()), sum(map(len, known.values()))


def _lines(code: CodeType, *, within: bool) -> Iterator[int]:
    """The lines of its functions; those of the module and its classes were run when it was imported."""
    function = within or bool(code.co_flags & inspect.CO_OPTIMIZED)
    if function:
        yield from (line for _, _, line in code.co_lines() if line is not None and line != code.co_firstlineno)
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _lines(each, within=function)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    name, place, wish = sys.argv[1:]
    named = next(each for each in PARSERS if each.name == name)
    if wish == "lines":
        print(json.dumps(count_lines(named, Path(place))))  # noqa: T201 - for the process that started this one
    else:
        fuzz(named, Path(place), int(wish))
