"""What a customer is told who chose how to be reached: by whose clock, and on which number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.handoff.notice import NOTICES
from core.handoff.ways import Way, confirm_way, describe_way
from core.model.conversation import CaseContext, Owner, OwnerKind
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import CodeState, Proving, Verification
from core.policy import Policy
from tests.core import rules, samples
from tests.core.people import EMMA_PHONE, customer

LATE = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)
HOURS = {"zone": "Europe/London", "weekdays": ["09:00-17:30"]}
CARE = Owner(kind=OwnerKind.TEAM, id="Customer care", name="Customer care")
PROVED = Proving(
    code=Verification(
        id=VerificationId("vf_one"),
        conversation_id=ConversationId("co_one"),
        customer_id=CustomerId("cu_emma"),
        channel=Channel.SMS,
        hint="23",
        sent_at=LATE - timedelta(hours=1),
        expires_at=LATE,
        state=CodeState.RIGHT,
        until=LATE + timedelta(hours=1),
    )
)


def policy() -> Policy:
    accepted = {"intents": ["reset"], "accept": ["code"]}
    return rules.policy(groups={"Customer care": {"hours": HOURS}}, verification=accepted)


def case(channel: Channel = Channel.CHAT, address: str = "conv-1", zone: str | None = None) -> CaseContext:
    latest = samples.message(1, channel=channel, address=address, text="Call me back", at=LATE)
    return samples.case(
        latest, customer=customer(time_zone=zone), conversation=samples.conversation(owner=CARE), now=LATE
    )


def said(known: CaseContext, way: Way = Way.CALL, language: str = "en") -> str:
    return confirm_way(known, way, language, policy()).sentences[0].text


def test_a_browser_that_proves_nothing_is_told_only_how_the_number_ends() -> None:
    assert f"on …{EMMA_PHONE[-2:]} tomorrow" in said(case())
    assert EMMA_PHONE not in said(case())


def test_who_writes_from_the_number_or_is_proved_reads_all_of_it() -> None:
    assert EMMA_PHONE in said(case(Channel.SMS, EMMA_PHONE))
    assert EMMA_PHONE in said(replace(case(), proving=PROVED))


def test_the_agent_always_gets_the_whole_number() -> None:
    assert f"wants to be called back on {EMMA_PHONE}" in describe_way(Way.CALL, case(), policy())


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_a_time_by_the_teams_clock_says_so(language: str) -> None:
    nowhere = case()
    nowhere = replace(nowhere, customer=replace(nowhere.customer, identities=()))
    assert "London" in said(nowhere, Way.HERE, language)
    assert "London" not in said(case(zone="Europe/London"), Way.HERE, language)
    assert "London" not in said(case(zone="Asia/Tokyo"), Way.HERE, language)


def test_the_time_is_told_by_the_customers_own_clock() -> None:
    assert said(case(zone="Asia/Tokyo"), Way.HERE) == "All right, we will answer you here today from 18:00."
