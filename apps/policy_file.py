"""Opening the policy file: YAML in, a checked `Policy` out, every problem with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigurationError
from core.policy import Policy, PolicyError, read
from core.policy.problem import Place, PolicyProblem, Source

MOST_KEYS = 100_000  # a file may name a part of itself again; followed to the end it may not grow without bounds
DEEPEST = 40
LARGEST = 2_000_000  # bytes; the demo's has 30,000, and to parse 60 MB takes minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A policy as it stands in a file, not checked yet. `twice` are the keys that stand there more than once."""

    fields: Mapping[str, Any]
    source: Source
    twice: tuple[PolicyProblem, ...] = ()


def read_policy(path: Path) -> Policy:
    """Raises ConfigurationError naming the file, and the line of everything that is wrong."""
    return check_policy(parse_policy(read_text(path), str(path)))


def read_text(path: Path) -> str:
    """Raises ConfigurationError where it cannot be read, or is far too large to be a policy."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            most = LARGEST / 1_000_000
            raise ConfigurationError(
                f"{path}: has {size / 1_000_000:,.0f} MB, and a policy has at most {most:.0f}: is this the right file?"
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); set HANDRAIL_POLICY") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: is not YAML: {error}") from error


def check_policy(found: Written) -> Policy:
    """Raises PolicyError with every problem, keys that stand twice among them."""
    try:
        policy = read(found.fields, found.source)
    except PolicyError as error:
        raise PolicyError(found.source, (*error.problems, *found.twice)) from error
    if found.twice:
        raise PolicyError(found.source, found.twice)
    return policy


def parse_policy(text: str, name: str) -> Written:
    """The keys of a policy file and their lines. `name` is what the file is called in messages.

    Raises ConfigurationError where it is not YAML at all, or no table of keys."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)  # looks for control characters at once
        node = loader.get_single_node()
        twice = tuple(_twice(node)) if node is not None else ()
        fields = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, LookupError, RecursionError) as error:
        raise ConfigurationError(_not_yaml(error, name, text)) from error
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(node, yaml.MappingNode) or not isinstance(fields, dict):
        raise ConfigurationError(f"{name}: expected keys such as channels, owners, triggers")
    return Written(fields=fields, source=Source(name=name, lines=_lines(node, name)), twice=twice)


def _not_yaml(error: Exception, name: str, text: str) -> str:
    """With the line on which reading had to stop, where the parser knows it."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return f"{name}:{line}: is not YAML: the character U+{ord(text[error.position]):04X} cannot stand in it"
    if isinstance(error, LookupError):  # such as `!!int` with nothing after it
        return f"{name}: is not YAML: a value does not fit the tag (!!…) before it"
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark else name
    reason = getattr(error, "problem", None) or " ".join(str(error).split())
    return f"{where}: is not YAML: {reason}. A text with : ? # {{ }} [ ] or , in it needs quotes"


def _lines(root: yaml.Node, name: str) -> dict[Place, int]:
    """The line of every key and list item."""
    lines: dict[Place, int] = {(): root.start_mark.line + 1}
    waiting: list[tuple[Place, yaml.Node]] = [((), root)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            _only_letters(node.value, f"{name}:{node.start_mark.line + 1}")
        last = {
            key: (line, below) for key, line, below in _below(node)
        }  # of a key that stands twice, the one that counts
        for key, (line, below) in last.items():
            _only_letters(str(key), f"{name}:{line}")
            lines[(*place, key)] = line
            waiting.append(((*place, key), below))
        if len(lines) > MOST_KEYS or len(place) > DEEPEST:
            raise ConfigurationError(f"{name}: repeats parts of itself without end, more than {MOST_KEYS} keys")
    return lines


def _only_letters(text: str, where: str) -> None:
    """A code such as \\0 in quotes is YAML; what it stands for can neither be stored everywhere nor sent."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found:
        raise ConfigurationError(
            f"{where}: holds a code for the character U+{ord(found[0]):04X}, which no text may have"
        )


def _below(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield _key(key), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield number, item.start_mark.line + 1, item


def _key(node: yaml.Node) -> str | int:
    """A number is a number, as it is in the values that are read; everything else goes by how it is written."""
    written = str(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return str(yaml.SafeLoader.bool_values[written.lower()])
    return int(written) if node.tag == "tag:yaml.org,2002:int" and written.isdecimal() else written


def _twice(root: yaml.Node) -> Iterator[PolicyProblem]:
    """Keys that stand twice in one table: YAML would take the last and say nothing."""
    waiting: list[tuple[Place, yaml.Node]] = [((), root)]
    seen: set[int] = set()
    while waiting:
        place, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        first: dict[str | int, int] = {}
        for key, line, below in _below(node):
            waiting.append(((*place, key), below))
            if key in first and key != "<<":
                text = f"stands here and on line {first[key]} too, expected it once"
                yield PolicyProblem(place=(*place, key), text=text, line=line)
            first.setdefault(key, line)
