"""A person who wrote, called and was written to, and everything in which their words could still stand."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from apps.stories.command import read_stories
from apps.stories.in_process import ProcessStage
from apps.stories.runner import play
from connectors.sql.columns import metadata
from connectors.sql.store import SqlStore
from core.model.customer import Customer

STORIES = Path(__file__).parents[1] / "scenarios" / "stories"
COMPANIES = STORIES.parent / "companies"
# Weights and words of the company's articles, shared between tests; what a system of the company's own keeps.
CACHES = ("models", "vocabulary", "index", "analytics.db")


def play_story(stage: ProcessStage, name: str) -> None:
    (story,) = read_stories([STORIES / f"{name}.yaml"])
    played = play(story, stage)
    assert not played.wrong, f"{name}: {played.wrong}"


def customer_named(stage: ProcessStage, name: str) -> Customer:
    with stage.container.store.read() as unit:
        (found,) = unit.privacy.find(name)
    return found


def in_database(store: SqlStore) -> Iterator[tuple[str, bytes]]:
    """Every table's rows, as they are stored and as they read for whoever has the keys."""
    with store.read() as unit:
        for table in metadata.sorted_tables:
            for row in unit.connection.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608 - our own names
                yield f"table {table.name}", repr(tuple(row)).encode()
            for row in unit.connection.execute(select(table)):
                yield f"table {table.name}", repr(tuple(row)).encode()


def in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(each in path.parts for each in CACHES):
            yield str(path.relative_to(folder)), path.read_bytes()


def in_vendors(stage: ProcessStage) -> Iterator[tuple[str, bytes]]:
    """What the sandbox keeps as the vendors would. The customer's own phone and mailbox are theirs, and what the
    sandbox writes down of requests is a test's."""
    world = stage.world
    world.zendesk.settle()  # lists lag behind
    for name, value in vars(world.zendesk).items():
        if name not in ("mails", "attempts", "invocations", "courier", "clock", "idempotent"):
            yield f"zendesk {name}", _shown(value)
    for message in world.twilio.messages.values():
        yield "twilio message", _shown(message)
    for call in world.twilio.exchange.calls.values():
        yield "twilio call", _shown([call.caller, call.to, call.spoken, call.scripts])
    for channel in world.slack.channels.values():
        yield f"slack {channel.name}", _shown(channel.messages)
    yield "messaging", _shown([list(world.messaging.people.values()), list(world.messaging.threads.values())])


def _shown(value: Any) -> bytes:
    return json.dumps(_plain(value), ensure_ascii=False).encode()


def _plain(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Enum):
        return value.value
    if depth > 12:
        return repr(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_plain(each, depth + 1) for each in value]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    names = [*slots, *getattr(value, "__dict__", {})]
    if not names or isinstance(value, datetime):
        return repr(value)
    return {name: _plain(getattr(value, name, None), depth + 1) for name in names}


def where_it_stands(found: Iterator[tuple[str, bytes]], words: Sequence[str]) -> list[str]:
    """Each place with each of the words, as UTF-8, as JSON writes them, and as HTML."""
    wanted = {form: word for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())}
    return sorted({f"{place}: {word}" for place, content in found for form, word in wanted.items() if form in content})
