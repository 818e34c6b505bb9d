"""Who the customer is, as an agent sees and corrects it beside the ticket."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import Claim, FactSource, ProfileFact, Proof, Verification
from core.profile.merge import merge
from tests.apps.zendesk.desk import TICKET, Desk
from tests.clock import Clock
from tests.connectors.sql.samples import conversation

OTHER = CustomerId("cu_other")
WHATSAPP = Identity(kind=IdentityKind.PHONE, value="+447700900777", verified=True)


class FakeSystem:
    """A system that says what it is told to say, as often as it is asked."""

    def __init__(self, name: str, *facts: ProfileFact) -> None:
        self.name, self.told, self.asked, self.away = name, list(facts), 0, False

    def facts(self, customer: Customer) -> list[ProfileFact]:
        self.asked += 1
        if self.away:
            raise TransientError("away")
        return self.told


class PeopleDesk(Desk):
    """The sidebar of a company that has such systems."""

    def __init__(self, store: SqlStore, clock: Clock, *systems: FakeSystem) -> None:
        self.systems = systems
        super().__init__(store, clock)

    def profile(self) -> dict[str, Any]:
        answer = self.get(f"tickets/{TICKET}/profile")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def does(self, act: str, **what: str) -> tuple[int, dict[str, Any]]:
        answer = self.post(f"tickets/{TICKET}/profile/{act}", what)
        return answer.status_code, dict(answer.get_json())

    def fact(self, name: str) -> dict[str, Any]:
        return next(dict(fact) for fact in self.profile()["facts"] if fact["name"] == name)

    def stranger(self) -> None:
        """Somebody on WhatsApp who says that they go by Dana's address."""
        with self.store.begin() as unit:
            unit.customers.save(Customer(id=OTHER, name="D. Kim", identities=(WHATSAPP,)))
            claim = Claim(kind="email", value="dana@example.com", source="said", at=self.clock(), ref="ms_7")
            unit.profiles.claim(OTHER, claim)


@pytest.fixture
def billing() -> FakeSystem:
    return FakeSystem("Billing")


@pytest.fixture
def desk(store: SqlStore, clock: Clock, billing: FakeSystem) -> Iterator[PeopleDesk]:
    made = PeopleDesk(store, clock, billing)
    at = made.clock()
    billing.told = [ProfileFact(name="tier", value="business", source=FactSource.BILLING, at=at, by="Billing")]
    yield made
    made.executor.shutdown()


def test_a_fact_has_its_source_and_its_time_and_who_says_otherwise(desk: PeopleDesk) -> None:
    tier = desk.fact("tier")
    assert (tier["value"], tier["source"]) == ("business", "billing")
    assert [(each["value"], each["source"]) for each in tier["others"]] == [("plus", "helpdesk")]


def test_an_agent_corrects_a_fact_and_is_named(desk: PeopleDesk) -> None:
    status, shown = desk.does("facts", name="tier", value="plus")
    assert status == 200
    tier = next(fact for fact in shown["facts"] if fact["name"] == "tier")
    assert (tier["value"], tier["source"], tier["by"]) == ("plus", "agent", "Maria Lopez")


def test_an_agent_takes_a_wrong_fact_away(desk: PeopleDesk, billing: FakeSystem) -> None:
    billing.told = [ProfileFact(name="device", value="Larkfield Door", source=FactSource.SAID, at=desk.clock())]
    desk.does("facts", name="device", value="")
    assert desk.fact("device")["value"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "x"),
        ("preferred_channel", "pigeon"),
        ("quiet_hours", "at night"),
        ("language", "Klingon"),
        ("language", "qq"),
        ("", "x"),
    ],
)
def test_what_is_no_field_of_a_profile_is_refused(desk: PeopleDesk, name: str, value: str) -> None:
    status, _ = desk.does("facts", name=name, value=value)
    assert status in (400, 404)


def test_how_they_want_to_be_reached_is_kept_with_the_customer(desk: PeopleDesk) -> None:
    desk.does("facts", name="preferred_channel", value="whatsapp")
    desk.does("facts", name="quiet_hours", value="20:00-09:00")
    with desk.store.read() as unit:
        dana = unit.customers.get(CustomerId("cu_dana"))
    assert dana is not None
    assert dana.preferences.channel is Channel.WHATSAPP
    assert dana.preferences.quiet is not None


@pytest.mark.parametrize("written", ["German", "DE", "de-AT", "Deutsch"])
def test_a_language_is_kept_by_its_code_however_it_is_written(desk: PeopleDesk, written: str) -> None:
    desk.does("facts", name="language", value=written)
    with desk.store.read() as unit:
        dana = unit.customers.get(CustomerId("cu_dana"))
    assert dana is not None
    assert dana.preferences.language == "de"


def test_a_system_is_not_asked_again_while_its_answer_is_fresh(desk: PeopleDesk, billing: FakeSystem) -> None:
    desk.profile()
    desk.profile()
    assert billing.asked == 1
    desk.clock.forward(timedelta(minutes=6))
    desk.profile()
    assert billing.asked == 2


def test_of_a_system_that_is_away_the_last_word_is_shown_as_old(desk: PeopleDesk, billing: FakeSystem) -> None:
    desk.profile()
    billing.away = True
    desk.clock.forward(timedelta(minutes=6))
    shown = desk.profile()
    assert [(each["source"], bool(each["problem"])) for each in shown["asked"]] == [("Billing", True)]
    assert desk.fact("tier")["value"] == "business"


def test_who_may_be_the_same_is_proposed_with_the_evidence_and_not_merged(desk: PeopleDesk) -> None:
    desk.stranger()
    (found,) = desk.profile()["proposals"]
    assert (found["name"], found["phone"]) == ("D. Kim", WHATSAPP.value)
    assert found["links"] == [{"kind": "said_email", "value": "dana@example.com", "message": "ms_7"}]
    with desk.store.read() as unit:
        assert unit.customers.find(WHATSAPP) == unit.customers.get(OTHER)


def test_an_agent_merges_and_undoes_it(desk: PeopleDesk) -> None:
    desk.stranger()
    _, shown = desk.does("merge", other=OTHER)
    assert shown["proposals"] == []
    (made,) = shown["merges"]
    assert (made["name"], made["by"]) == ("D. Kim", "Maria Lopez")
    with desk.store.read() as unit:
        assert unit.customers.find(WHATSAPP) == unit.customers.get(CustomerId("cu_dana"))
    _, shown = desk.does("unmerge", merge=made["id"])
    assert (shown["merges"], shown["proposals"]) == ([], [])
    with desk.store.read() as unit:
        assert unit.customers.find(WHATSAPP) == unit.customers.get(OTHER)


def test_who_was_found_to_be_somebody_else_is_not_proposed_again(desk: PeopleDesk) -> None:
    desk.stranger()
    _, shown = desk.does("different", other=OTHER)
    assert shown["proposals"] == []
    assert desk.profile()["proposals"] == []


def test_a_number_is_shown_as_proof_only_where_the_policy_takes_it_for_one(desk: PeopleDesk) -> None:
    number = "+447700900004"
    own = Identity(kind=IdentityKind.PHONE, value=number, verified=True)
    with desk.store.begin() as unit:
        dana = unit.customers.get(CustomerId("cu_dana"))
        assert dana is not None
        unit.customers.save(replace(dana, identities=(own,)))
    desk.say(2, channel=Channel.SMS, address=number)
    assert desk.profile()["proved"] == {"by": "number", "until": None, "waiting": False}
    strict = replace(desk.policy.verification, accept=frozenset({Proof.CODE}))
    desk.policy = replace(desk.policy, verification=strict)
    assert desk.profile()["proved"] == {"by": None, "until": None, "waiting": False}
    sent = Verification(
        id=VerificationId("ve_1"),
        customer_id=CustomerId("cu_dana"),
        conversation_id=ConversationId("co_one"),
        channel=Channel.SMS,
        hint="04",
        sent_at=desk.clock(),
        expires_at=desk.clock() + timedelta(minutes=10),
    )
    with desk.store.begin() as unit:
        unit.verifications.add(sent)
    assert desk.profile()["proved"] == {"by": None, "until": None, "waiting": True}


def test_nobody_is_merged_who_is_not_proposed(desk: PeopleDesk) -> None:
    with desk.store.begin() as unit:
        unit.customers.save(Customer(id=OTHER, name="D. Kim", identities=(replace(WHATSAPP),)))
    assert desk.does("merge", other=OTHER)[0] == 404
    assert desk.does("unmerge", merge="mg_none")[0] == 404


def test_nobody_elses_proposal_is_taken_and_nobody_elses_merge_is_undone(desk: PeopleDesk) -> None:
    desk.stranger()
    with desk.store.begin() as unit:
        for name in ("cu_erik", "cu_rik"):
            unit.customers.save(Customer(id=CustomerId(name), name=name))
        unit.conversations.add(conversation("erik", customer_id=CustomerId("cu_erik")))
        made = merge(unit, CustomerId("cu_erik"), CustomerId("cu_rik"), "Tom Okafor", "told", desk.clock())
    assert desk.does("unmerge", merge=made.id)[0] == 404
    for act in ("merge", "different"):
        assert desk.post(f"tickets/t-erik/profile/{act}", {"other": OTHER}).status_code == 404
    with desk.store.read() as unit:
        assert unit.merges.into(CustomerId("cu_rik")) == made
        assert unit.merges.into(OTHER) is None
    assert [each["id"] for each in desk.profile()["proposals"]] == [OTHER]
