"""Which corrections of intents count, and which are proposed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.model.ids import ConversationId, MessageId
from core.model.signals import Correction
from core.policy.learning import Learning
from core.read.corrections import KeptCorrections, keep
from tests.core import rules
from tests.core.people import NOW

DAY = timedelta(days=1)


def corrected(serial: int, intent: str = "refund", at: datetime = NOW, text: str = "") -> Correction:
    return Correction(
        message_id=MessageId(f"ms_{serial}"),
        conversation_id=ConversationId("co_1"),
        text=text or f"words {serial}",
        intent=intent,
        by="Priya",
        at=at,
        serial=serial,
    )


@dataclass
class Said:
    every: list[Correction] = field(default_factory=list)

    def newest(self) -> int:
        return max((one.serial for one in self.every), default=0)

    def all(self) -> list[Correction]:
        return self.every


def kept(said: Said, at: datetime = NOW, **learning: Any) -> KeptCorrections:
    policy = rules.policy(learning=learning)
    return KeptCorrections(every=said, accepted=tuple, policy=lambda: policy, now=lambda: at)


def test_the_newest_of_each_intent_count_up_to_a_number() -> None:
    said = [*(corrected(number) for number in range(1, 5)), corrected(5, "returns")]
    assert [one.serial for one in keep(said, Learning(most_corrections=2), NOW)] == [3, 4, 5]


def test_what_is_old_retires_without_anybody_saying_anything_new() -> None:
    said = Said([corrected(1, at=NOW - 300 * DAY)])
    today, later = kept(said), kept(said, NOW + 100 * DAY)
    assert [len(each.all()) for each in (today, later)] == [1, 0]
    assert today.newest() != later.newest(), "the model asks again"


@pytest.mark.parametrize("way", ["off", False, "propose"])
def test_where_the_policy_wants_them_proposed_none_counts_by_itself(way: object) -> None:
    said = Said([corrected(1)])
    assert kept(said, corrections=way).all() == []
    assert kept(said, corrections=way).newest() == 0
    assert kept(said).all() == said.every


def test_where_they_are_proposed_those_count_that_somebody_accepted() -> None:
    said, accepted = Said([corrected(1), corrected(2)]), {MessageId("ms_2")}
    proposing = replace(kept(said, corrections="propose"), accepted=lambda: accepted)
    assert [one.serial for one in proposing.all()] == [2]
    before = proposing.newest()
    accepted.add(MessageId("ms_1"))
    assert proposing.newest() not in (0, before), "the model asks again"
    accepted.clear()
    assert (proposing.newest(), proposing.all()) == (0, [])
