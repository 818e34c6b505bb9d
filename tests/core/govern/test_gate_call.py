"""What may still be said in a call: nothing, once a person speaks with the caller."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.govern.gate import TAKEN, Gate
from core.model.call import Call, Stage
from core.model.customer import Channel
from core.model.outbound import Authority, EffectKind
from core.policy.known import STANDING
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import effect, text

SID = "CA" + "1a" * 16


@pytest.mark.parametrize("rule", ["handoff_notice", "automatic_reply", "call"])
@pytest.mark.parametrize("taken", [True, False])
def test_words_that_come_late_do_not_part_a_caller_from_the_person_they_speak_with(
    store: SqlStore, rule: str, taken: bool
) -> None:
    call = Call(sid=SID, number="", language="en", started_at=NOW)
    with store.begin() as unit:
        unit.calls.save(replace(call, stage=Stage.PERSON, accepted_at=NOW) if taken else call)
    rules = policy(standing=sorted(STANDING))
    late = effect(
        EffectKind.MESSAGE,
        target=SID,
        payload=text(channel=Channel.VOICE, body="One moment."),
        authority=Authority(rule=rule, policy_version=rules.version),
    )
    with store.read() as unit:
        found = Gate(policy=rules).refusal(unit, late, NOW)
    assert (found.reason if found else "") == (TAKEN if taken else "")
