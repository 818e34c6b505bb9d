"""One person's rows in every table: how they are found, what they are in plain words, and what an erasure does to them.

`TABLES` names every table of the store; a test fails for a new one without an entry.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row

from connectors.sql import tables as t
from core.model.campaign import RecipientState
from core.model.customer import IdentityKind
from core.model.privacy import Subject

Keys = Sequence[tuple[Column[Any], Collection[Any]]]

ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """`keys` are columns with the values by which the person's rows are found. A `blank` row stays, with these values
    in the place of what it said; any other goes."""

    kind: str
    keys: Callable[[Subject], Keys]
    blank: Callable[[Row[Any]], Mapping[str, Any]] | None = None
    hidden: frozenset[str] = frozenset()  # columns that tell a person nothing


@dataclass(frozen=True, slots=True)
class Nobodys:
    """A table that holds nothing of a customer, and why."""

    why: str


def _of_customers(kind: str, *columns: Column[Any]) -> Personal:
    return Personal(kind=kind, keys=lambda s: [(each, s.customers) for each in columns])


def _of_conversations(kind: str, *columns: Column[Any]) -> Personal:
    return Personal(kind=kind, keys=lambda s: [(each, s.conversations) for each in columns])


def addresses(subject: Subject) -> tuple[str, ...]:
    return subject.values(IdentityKind.EMAIL, IdentityKind.PHONE)


def _blank_line(row: Row[Any]) -> Mapping[str, Any]:
    """Its digest stays, by which the seal over the whole manifest is proved."""
    gone = f"{ERASED}:{row.ordinal}"
    state = RecipientState.STOPPED if row.state == RecipientState.PLANNED else row.state
    return {
        "customer_id": gone,
        "address": gone,
        "address_sealed": gone,
        "fields": {},
        "time_zone": None,
        "state": state,
    }


def _blank_event(row: Row[Any]) -> Mapping[str, Any]:
    """Its delivery id stays: the same thing told once more is still known to have been told."""
    done = {"state": "done", "result": ERASED, "error": None, "claimed_at": None, "retry_at": None}
    return {"subject": "", "payload": "{}", **done}


LINES = Personal(
    kind="campaigns they were in",
    keys=lambda s: [
        (t.campaign_recipients.c.customer_id, s.customers),
        (t.campaign_recipients.c.address, addresses(s)),
    ],
    blank=_blank_line,
)
STAFF = Nobodys("what agents, supervisors and admins did, without a customer")
OWN = Nobodys("the company's own articles")

TABLES: Mapping[str, Personal | Nobodys] = {
    # Who they are.
    "customers": Personal(kind="profile", keys=lambda s: [(t.customers.c.id, s.customers)]),
    "customer_attributes": _of_customers("fields that the helpdesk keeps", t.customer_attributes.c.customer_id),
    "identities": _of_customers("addresses and numbers they are known by", t.identities.c.customer_id),
    "name_tokens": _of_customers("keyed hashes that their name is found by", t.name_tokens.c.customer_id),
    "consents": _of_customers("permissions given and withdrawn", t.consents.c.customer_id),
    "profile_facts": _of_customers("facts noted about them", t.profile_facts.c.customer_id),
    "asked_sources": _of_customers("what the company's other systems answered", t.asked_sources.c.customer_id),
    "claims": Personal(
        kind="addresses that may be theirs",
        keys=lambda s: [(t.claims.c.customer_id, s.customers), (t.claims.c.value, addresses(s))],
    ),
    "merges": _of_customers("profiles found to be one person's", t.merges.c.kept_id, t.merges.c.merged_id),
    "different_people": _of_customers(
        "profiles found to be two people's", t.different_people.c.first_id, t.different_people.c.second_id
    ),
    "verifications": Personal(
        kind="codes sent to prove who they are",
        keys=lambda s: [
            (t.verifications.c.customer_id, s.customers),
            (t.verifications.c.conversation_id, s.conversations),
        ],
    ),
    # What was said.
    "conversations": Personal(kind="conversations", keys=lambda s: [(t.conversations.c.id, s.conversations)]),
    "messages": Personal(
        kind="messages, with files and what was read in them", keys=lambda s: [(t.messages.c.id, s.messages)]
    ),
    "joins": Personal(
        kind="why a message stands in a conversation",
        keys=lambda s: [(t.joins.c.conversation_id, s.conversations), (t.joins.c.message_id, s.messages)],
    ),
    "linked_tickets": _of_conversations("further tickets", t.linked_tickets.c.conversation_id),
    "moves": _of_conversations("messages moved between conversations", t.moves.c.origin, t.moves.c.to),
    "merge_suggestions": _of_conversations(
        "conversations that may be one matter", t.merge_suggestions.c.conversation_id, t.merge_suggestions.c.other_id
    ),
    "calls": Personal(kind="telephone calls", keys=lambda s: [(t.calls.c.sid, s.calls)]),
    "call_lines": Personal(kind="what was said in calls", keys=lambda s: [(t.call_lines.c.sid, s.calls)]),
    # What was made of it.
    "decisions": _of_conversations("decisions about their messages", t.decisions.c.conversation_id),
    "decision_figures": Personal(
        kind="figures of these decisions", keys=lambda s: [(t.decision_figures.c.decision_id, s.decisions)]
    ),
    "exposures": Personal(
        kind="experiments that these decisions are part of",
        keys=lambda s: [(t.exposures.c.decision_id, s.decisions)],
    ),
    "quality_reviews": _of_conversations(
        "what people said of the quality of conversations", t.quality_reviews.c.conversation_id
    ),
    "proposal_evidence": _of_conversations(
        "what agents changed in drafts for them, where it is part of a proposal", t.proposal_evidence.c.conversation_id
    ),
    "suite_cases": _of_conversations(
        "cases of the regression suite and training exercises, masked, that were made of their conversations",
        t.suite_cases.c.conversation_id,
    ),
    "drafts": Personal(kind="drafts of answers", keys=lambda s: [(t.drafts.c.id, s.drafts)]),
    "draft_sources": Personal(kind="sources of these drafts", keys=lambda s: [(t.draft_sources.c.draft_id, s.drafts)]),
    "draft_sentences": Personal(
        kind="sentences of these drafts", keys=lambda s: [(t.draft_sentences.c.draft_id, s.drafts)]
    ),
    "feedback": Personal(kind="what agents did with the drafts", keys=lambda s: [(t.feedback.c.draft_id, s.drafts)]),
    "assignments": _of_conversations("to whom conversations were given", t.assignments.c.conversation_id),
    "insertions": _of_conversations("what agents put into replies", t.insertions.c.conversation_id),
    "requests": _of_conversations("what agents asked supervisors", t.requests.c.conversation_id),
    "action_runs": Personal(
        kind="actions in the company's systems",
        keys=lambda s: [
            (t.action_runs.c.customer_id, s.customers),
            (t.action_runs.c.conversation_id, s.conversations),
        ],
    ),
    "intent_corrections": _of_conversations(
        "what agents said a message was about", t.intent_corrections.c.conversation_id
    ),
    "source_votes": _of_conversations(
        "what was made of their answers, as votes on articles", t.source_votes.c.conversation_id
    ),
    "judged_drafts": _of_conversations("whether these drafts were right", t.judged_drafts.c.conversation_id),
    "learning_resets": Nobodys("which votes count no more, and who of the company said so"),
    "calibrations": Nobodys("how sure answers are, by intent, from sums over many of them"),
    "matters": _of_conversations("what came of each conversation, in figures", t.matters.c.conversation_id),
    "gaps": _of_conversations("questions that no article answered", t.gaps.c.conversation_id),
    "alerts": Personal(kind="alerts to supervisors", keys=lambda s: [(t.alerts.c.id, s.alerts)]),
    "alert_hits": Personal(kind="occurrences of these alerts", keys=lambda s: [(t.alert_hits.c.alert_id, s.alerts)]),
    # What came in and went out.
    "events": Personal(
        kind="what vendors told of them", keys=lambda s: [(t.events.c.id, s.events)], blank=_blank_event
    ),
    "outbox": Personal(kind="messages, notes and cards that were sent", keys=lambda s: [(t.outbox.c.id, s.effects)]),
    "campaign_recipients": LINES,
    "journey_steps": Personal(kind="pages visited", keys=lambda s: [(t.journey_steps.c.visitor, s.visitors)]),
    "offers": Personal(kind="help offered on pages", keys=lambda s: [(t.offers.c.visitor, s.visitors)]),
    "cursors": Personal(
        kind="whether a number can be texted",
        keys=lambda s: [(t.cursors.c.name, [f"bad_number:{each}" for each in s.values(IdentityKind.PHONE)])],
    ),
    # Solved tickets as articles for agents.
    "articles": Personal(
        kind="solved tickets kept as articles for agents", keys=lambda s: [(t.articles.c.id, ticket_articles(s))]
    ),
    "passages": Personal(
        kind="passages of these articles",
        keys=lambda s: [(t.passages.c.article_id, ticket_articles(s))],
        hidden=frozenset({"vector"}),
    ),
    # Who looked.
    "accesses": Personal(
        kind="who looked at their data",
        keys=lambda s: [
            (t.accesses.c.customer_id, s.customers),
            (t.accesses.c.ref, (*s.conversations, *s.tickets)),
        ],
        blank=lambda row: {"customer_id": "", "ref": "", "what": "somebody who was erased since"},
    ),
    # Nobody's.
    "campaigns": Personal(
        kind="what was written to them alone, unasked", keys=lambda s: [(t.campaigns.c.id, s.campaigns)]
    ),
    "campaign_seals": Nobodys("who approved a campaign, and hashes over it"),
    "campaign_votes": STAFF,
    "passage_scopes": OWN,
    "scope_names": OWN,
    "concept_counts": Nobodys("how often words stand in articles, without where"),
    "passages_gone": Nobodys("numbers of passages that are gone"),
    "index_version": OWN,
    "index_stamps": OWN,
    "proposals": STAFF,
    "policies": STAFF,
    "policy_enactments": STAFF,
    "policy_signoffs": STAFF,
    "sign_ins": Nobodys("hashes of agents' signed addresses, for minutes"),
    "slack_installations": STAFF,
    "pulse": STAFF,
    "data_keys": Nobodys("wrapped keys, by keyed hashes; a person's are destroyed with their rows"),
    "stale_matters": Nobodys("ids of conversations that are counted again, for seconds"),
    "budgets": Nobodys("what models cost in all"),
    "ledger": Nobodys(
        "the chain of what was decided and sent: keyed hashes in the place of addresses; it stays, to prove it"
    ),
    "erasures": Nobodys("what was erased when, by kind and count"),
    "suppressions": Nobodys("keyed hashes of addresses that are not to come back"),
    "erased_effects": Nobodys("ids and hashes of messages whose rows were erased"),
}


def ticket_articles(subject: Subject) -> list[str]:
    return [f"zendesk:ticket:{each}" for each in subject.tickets]
