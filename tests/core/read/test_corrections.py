"""Which corrections of intents count, and which are proposed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.model.ids import ConversationId, MessageId
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy.learning import Corrected, Learning
from core.read.corrections import KeptCorrections, keep, proposals
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
    return KeptCorrections(every=said, policy=lambda: policy, now=lambda: at)


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


def test_each_text_is_proposed_once_and_none_that_is_about_nothing_of_ours() -> None:
    said = [corrected(1, text="where is it"), corrected(2, text="where is it"), corrected(3, OUT_OF_SCOPE)]
    (one,) = proposals(said, Learning(corrections=Corrected.PROPOSE), NOW)
    assert (one.intent, one.text, one.message_id) == ("refund", "where is it", "ms_2")
