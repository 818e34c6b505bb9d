"""Intents that agents corrected, where the policy wants them proposed: from a correction to a yes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from apps.bootstrap import enacter
from apps.policy_rewrite import with_disclaimers, with_wording
from connectors.sql.store import SqlCorrections, SqlStore
from core.answer.style import StyleCard
from core.decide.evaluation import circumstances_of
from core.errors import RejectedError
from core.improve.accepting import Deciding
from core.improve.find import Lessons
from core.improve.taught import TaughtIntents
from core.model.conversation import CaseContext
from core.model.customer import Customer
from core.model.ids import ConversationId, CustomerId, DecisionId, MessageId, TicketId
from core.model.lesson import Proposal, ProposalKind
from core.model.signals import OUT_OF_SCOPE, Correction, Scored
from core.policy import Policy
from core.read.corrections import KeptCorrections
from tests.core import rules, samples
from tests.core.encoder import WordEncoder
from tests.core.people import MINUTE, NOW

LATER = NOW + 60 * MINUTE
PROPOSE = rules.policy(learning={"corrections": "propose"})
LABELS = {"refund": "Refund status", "delivery": "Late delivery"}


@pytest.fixture(autouse=True)
def _asked(store: SqlStore) -> None:
    """Twelve customers, each with a ticket."""
    with store.begin() as unit:
        for number in range(12):
            unit.customers.save(Customer(id=CustomerId(f"cu_{number}"), name="Emma"))
            unit.conversations.add(
                samples.conversation(
                    id=ConversationId(f"co_{number}"),
                    customer_id=CustomerId(f"cu_{number}"),
                    ticket_id=TicketId(str(number)),
                )
            )


def corrected(store: SqlStore, *numbers: int, intent: str = "refund", text: str = "") -> None:
    with store.begin() as unit:
        for number in numbers:
            unit.corrections.add(
                Correction(
                    message_id=MessageId(f"ms_{number}"),
                    conversation_id=ConversationId(f"co_{number}"),
                    text=text or f"when do I see my money, number {number}",
                    intent=intent,
                    by=("Maria", "Jonas")[number % 2],
                    at=NOW + number * MINUTE,
                )
            )


def found(store: SqlStore, policy: Policy = PROPOSE) -> list[Proposal]:
    taught = TaughtIntents(policy=lambda: policy, labels=lambda: LABELS, reading=Reading)
    return Lessons(store=store, encoder=WordEncoder, card=StyleCard, further=(taught,)).find(LATER)


@dataclass(frozen=True, slots=True)
class Reading:
    """An intent reader that knows what some message is about where a corrected one has half of its words."""

    corrections: Sequence[Correction]

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        words = set(text.split())
        alike = (one for one in self.corrections if 2 * len(words & set(one.text.split())) >= len(words))
        return tuple(Scored(value=one.intent, confidence=0.9, made_by="test") for one in alike)


def deciding(store: SqlStore) -> Deciding:
    return Deciding(
        store=store,
        enacter=enacter(store, lambda: LATER),
        with_lines=with_disclaimers,
        with_wording=with_wording,
        now=lambda: LATER,
    )


def counting(store: SqlStore) -> list[str]:
    every = SqlCorrections(store)
    kept = KeptCorrections(every=every, accepted=every.accepted, policy=lambda: PROPOSE, now=lambda: LATER)
    return [one.message_id for one in kept.all()]


def test_accepted_they_count_as_examples_and_taken_back_they_do_not(store: SqlStore) -> None:
    corrected(store, 1, 2, 3)
    (proposal,) = found(store)
    assert proposal.kind is ProposalKind.INTENT_EXAMPLES
    assert proposal.title == "Read messages like these 3 as “Refund status”"
    assert (proposal.matters, proposal.agents, proposal.customers) == (3, 2, 3)
    with store.read() as unit:
        kept = unit.proposals.get(proposal.id)
    assert kept is not None
    assert {each.ticket_id for each in kept.evidence} == {"1", "2", "3"}
    assert counting(store) == []
    done = deciding(store).accept(proposal.id, "priya@x.example")
    assert done.reversible
    assert counting(store) == ["ms_1", "ms_2", "ms_3"]
    deciding(store).take_back(proposal.id, "priya@x.example")
    assert counting(store) == []


@pytest.mark.parametrize("by", ["accept", "refuse"])
def test_those_that_come_later_are_a_proposal_of_their_own(store: SqlStore, by: str) -> None:
    corrected(store, 1, 2, 3)
    (first,) = found(store)
    getattr(deciding(store), by)(first.id, "priya@x.example")
    assert found(store) == []
    corrected(store, 4, 5, 6)
    (second,) = found(store)
    assert second.change["examples"]["messages"] == ["ms_4", "ms_5", "ms_6"]
    assert counting(store) == (["ms_1", "ms_2", "ms_3"] if by == "accept" else [])


def test_more_of_an_open_one_are_the_same_proposal(store: SqlStore) -> None:
    corrected(store, 1, 2, 3)
    (first,) = found(store)
    corrected(store, 4)
    assert found(store) == []
    with store.read() as unit:
        (kept,) = unit.proposals.listed()
    assert (kept.id, kept.matters) == (first.id, 4)


def test_few_the_same_words_and_what_is_about_nothing_of_ours_are_not_proposed(store: SqlStore) -> None:
    corrected(store, 1, 2)
    corrected(store, 3, 4, 5, intent="delivery", text="where is it")
    corrected(store, 6, 7, 8, intent=OUT_OF_SCOPE)
    corrected(store, 9, 10, 11, intent="gone")
    assert found(store) == []


@pytest.mark.parametrize("way", ["off", "examples"])
def test_where_the_policy_says_otherwise_nothing_is_proposed(store: SqlStore, way: str) -> None:
    corrected(store, 1, 2, 3)
    assert found(store, rules.policy(learning={"corrections": way})) == []


def test_their_words_are_not_edited(store: SqlStore) -> None:
    corrected(store, 1, 2, 3)
    (proposal,) = found(store)
    with pytest.raises(RejectedError, match="as customers wrote them"):
        deciding(store).edit(proposal.id, "other words", "priya@x.example")


def test_of_an_erased_customer_nothing_counts_any_more(store: SqlStore) -> None:
    corrected(store, 1, 2, 3)
    (proposal,) = found(store)
    deciding(store).accept(proposal.id, "priya@x.example")
    with store.begin() as unit:
        kept = unit.proposals.get(proposal.id)
        assert kept is not None
        assert "my money" not in str(replace(kept, evidence=()))


def asked(store: SqlStore, number: int, text: str) -> None:
    """The customer's first message, read as no intent."""
    with store.begin() as unit:
        conversation = unit.conversations.get(ConversationId(f"co_{number}"))
        customer = unit.customers.get(CustomerId(f"cu_{number}"))
        assert conversation is not None
        assert customer is not None
        message = samples.message(
            1, id=MessageId(f"ms_{number}"), conversation_id=conversation.id, text=text, vendor_ref=f"m{number}", at=NOW
        )
        unit.conversations.add_message(message)
        case = CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=NOW)
        unit.decisions.add(
            samples.decision(
                id=DecisionId(f"de_{number}"),
                conversation_id=conversation.id,
                message_id=message.id,
                draft=None,
                at=NOW,
                circumstances=circumstances_of(case),
            )
        )


def test_its_effect_is_what_other_messages_of_the_last_matters_would_have_been_read_as(store: SqlStore) -> None:
    for number in range(1, 7):
        asked(store, number, f"when do I see my money, number {number}")
    asked(store, 7, "the doorbell has no picture at all")
    corrected(store, 1, 2, 3)
    corrected(store, 4, 5, intent=OUT_OF_SCOPE)
    corrected(store, 6)
    (proposal,) = found(store)
    assert proposal.matters == 4
    assert proposal.replayed == (
        "reads 2 of your last 3 other messages otherwise: 0 of them as an agent said, 2 against what an agent said"
    )


def test_what_an_agent_said_and_the_examples_say_too_counts_for_it(store: SqlStore) -> None:
    for number in range(1, 5):
        asked(store, number, f"when do I see my money, number {number}")
    corrected(store, 1, 2, 3)
    # The same words twice are one example; the other message reads as it does.
    corrected(store, 4, text="when do I see my money, number 3")
    (proposal,) = found(store)
    assert proposal.replayed == (
        "reads 1 of your last 1 other messages otherwise: 1 of them as an agent said, 0 against what an agent said"
    )
