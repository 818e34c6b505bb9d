"""What is planted in a simulated company, and which proposals name it."""

import random

import pytest

from benchmarks.quality.proposed_intents import CUT, KNOWN_BY, MISLED, MISSING, Company, Found, Month, judge, plant
from core.model.ids import ConversationId, CustomerId
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind
from core.model.signals import OUT_OF_SCOPE
from tests.core.people import NOW

ROWS = [(f"{intent} {number}", f"intent {intent}") for intent in range(40) for number in range(25)]


@pytest.fixture
def company() -> Company:
    return plant(ROWS, random.Random(1))


def proposal(kind: ProposalKind, row: dict[str, object], about: str = "") -> Proposal:
    evidence = [
        Evidence(
            conversation_id=ConversationId(name),
            customer_id=CustomerId(name),
            ticket_id="",
            agent="",
            at=NOW,
            before="",
            after="",
        )
        for name in about
    ]
    return Proposal(
        id="", key="", kind=kind, cause=Cause.READING, title="", says="", change={"intents": row}, matters=1, agents=1,
        customers=1, could=1, words=0, found_at=NOW, evidence=tuple(evidence),
    )  # fmt: skip


def test_what_is_planted_is_told_apart(company: Company) -> None:
    assert (len(company.missing), len(company.halves), len(company.strays)) == (MISSING, CUT, MISLED)
    assert not company.missing & company.examples.keys()
    for intent, halves in company.halves.items():
        assert intent not in company.examples
        assert sum(len(company.examples[half]) for half in halves) == KNOWN_BY
        assert [company.right(intent, agent) for agent in (0, 1)] == list(halves)
    for text, intent in company.strays.items():
        assert text in company.examples[intent]
        assert f"intent {text.split()[0]}" != intent
    assert company.right(min(company.missing), 0) == OUT_OF_SCOPE


def test_a_proposal_is_right_where_most_of_its_evidence_is_of_one_that_is_missing(company: Company) -> None:
    one, other = sorted(company.missing)[:2]
    meant = {ConversationId(name): intent for name, intent in zip("abcd", (one, one, other, "known"), strict=True)}
    halves = next(iter(company.halves.values()))
    text, under = next(iter(company.strays.items()))
    found = Found()
    month = Month(
        company=company,
        meant=meant,
        proposals=[
            proposal(ProposalKind.INTENT_NEW, {"do": "add"}, "abc"),
            proposal(ProposalKind.INTENT_NEW, {"do": "add"}, "acd"),
            proposal(ProposalKind.INTENT_MERGE, {"name": halves[1], "into": halves[0]}),
            proposal(ProposalKind.INTENT_MERGE, {"name": halves[1], "into": under}),
            proposal(ProposalKind.INTENT_RETIRE, {"name": under, "examples": [text]}),
        ],
    )
    judge(month, found)
    assert found.right == {"intent_new": [True, False], "intent_merge": [True, False], "intent_retire": [True]}
    assert [sum(values) for values in found.named.values()] == [1, 1, 1]
    assert [len(values) for values in found.named.values()] == [MISSING, CUT, MISLED]
