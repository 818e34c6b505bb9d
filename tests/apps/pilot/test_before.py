import json
from pathlib import Path

import pytest

from apps.pilot.here import turns_before
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.measure.pilot.candidates import suggestion
from core.model.customer import Channel
from core.model.decision import Action
from tests.core.container import Container
from tests.core.day import RESET


def written(folder: Path, *texts: str, channel: str = "sms") -> Path:
    rows = [
        {"id": str(n), "channel": channel, "messages": [{"role": "customer", "text": text}]}
        for n, text in enumerate(texts)
    ]
    path = folder / "past.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_past_conversations_are_decided_as_they_would_have_been(store: SqlStore, tmp_path: Path) -> None:
    container = Container(store)
    file = written(tmp_path, RESET, "I want a person", "refund please")
    turns = list(turns_before(file, container.loop.evaluator, container.policy))
    assert [(turn.channel, turn.intent) for turn in turns] == [
        (Channel.SMS, "reset"),
        (Channel.SMS, ""),
        (Channel.SMS, "dispute"),
    ]
    assert [turn.decision.disposition.action for turn in turns] == [Action.AUTO_REPLY, Action.HANDOFF, Action.HANDOFF]


def test_a_plan_can_be_made_of_them(store: SqlStore, tmp_path: Path) -> None:
    container = Container(store)
    turns = turns_before(written(tmp_path, *[RESET] * 25), container.loop.evaluator, container.policy)
    found = suggestion(turns, container.policy, lambda _: container.policy)
    assert (found.channel, found.intents) == (Channel.SMS, ("reset",))
    assert found.candidates[0].adopted.cases == 0, "nobody has used a draft then"


def test_a_line_that_cannot_be_read_is_named(store: SqlStore, tmp_path: Path) -> None:
    container = Container(store)
    path = written(tmp_path, RESET)
    path.write_text(path.read_text(encoding="utf-8") + "\n{}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"past\.jsonl: line 2"):
        list(turns_before(path, container.loop.evaluator, container.policy))
