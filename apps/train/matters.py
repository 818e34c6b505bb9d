"""The company's own matters to practise on: promoted by those who lead, kept without personal data.

A matter is kept as the words of the customer up to a turn that was decided, with what the company's systems said, what
an agent wrote then, who was to have it and which articles were cited. It stands in the table of the regression suite,
beside what the suite may have kept of the same ticket."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from marshmallow import ValidationError, fields

from apps.installed import container_here
from apps.run.conversations import ConversationSchema, Known, case_of
from apps.suite import Decided, case_row, decided_of, put, until
from apps.train.exercises import Exercise, Promoted
from apps.validation import tell
from core.decide.policy_tests import show
from core.errors import ConfigurationError, RejectedError
from core.model.conversation import Message, Role
from core.model.decision import Action, Decision
from core.model.ids import ArticleId
from core.model.suite import NOBODY_ANSWERED, NOTHING_DECIDED, KeptCase
from core.ports import Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact

MINUTES = 10  # that a matter should take at most
HOW = "Promote one: handrail train keep TICKET, or “Keep as a training exercise” below “Why?” of a ticket."
NONE = f"No matter was promoted to practise on yet. {HOW}"

# ------------------------------------------------------------------
# Promoting a matter.


def promote(unit: Unit, ticket: str, by: str, at: datetime) -> tuple[KeptCase, bool]:
    """The matter as it is kept, and whether that is new: one that is there stays as it is.

    Raises RejectedError where nothing was decided, or no agent has answered."""
    decided, sent = answered_of(unit, ticket)
    before = unit.suite.get(decided.name)
    if before is not None and before.training:
        return before, False
    fresh = KeptCase(name=decided.name, conversation_id=decided.conversation.id, case={}, by=by, at=at)
    kept = replace(before or fresh, training=_row(unit, decided, sent) | {"by": by, "at": at.isoformat()})
    put(unit, kept)
    unit.ledger.append("training_matter_kept", {"case": kept.name, "conversation": kept.conversation_id, "by": by}, at)
    return kept, True


def answered_of(unit: Unit, ticket: str) -> tuple[Decided, str]:
    """The newest decided turn that an agent answered, and their words. RejectedError where there is none."""
    decided = decided_of(unit, ticket)
    if decided is None:
        raise RejectedError(NOTHING_DECIDED)
    for decision in reversed(unit.decisions.of_conversation(decided.conversation.id)):
        sent = _answer_to(decided.messages, decision)
        if sent and decision.disposition.action is not Action.SILENT:
            return replace(decided, decision=decision), sent
    raise RejectedError(NOBODY_ANSWERED)


def _answer_to(messages: Sequence[Message], decision: Decision) -> str:
    """What agents wrote to the customer after the turn and before the customer's next words."""
    place = next((place for place, message in enumerate(messages) if message.id == decision.about), None)
    said: list[str] = []
    for message in messages[place + 1 :] if place is not None else ():
        if message.role is Role.CUSTOMER and said:
            break
        if message.role is Role.AGENT and message.public and message.text.strip():
            said.append(message.text.strip())
    return "\n\n".join(said)


def _row(unit: Unit, decided: Decided, sent: str) -> dict[str, Any]:
    known = of_customer(decided.customer) if decided.customer else ()
    messages = until(decided.messages, decided.decision)
    done = show(decided.decision.disposition)
    return {
        "conversation": case_row(decided.name, "", decided.conversation, decided.customer, messages, {})[
            "conversation"
        ],
        "record": [redact(line, known=known) for line in _record(decided.decision)],
        "sent": redact(sent, known=known),
        "owner": {"action": done["action"], "group": done["group"]},
        "cites": [{"id": article, "title": _title(unit, article)} for article in _cited(decided.decision)],
    }


def _record(decision: Decision) -> list[str]:
    """What the company's systems said of the customer's case, as the draft, the procedure and the card tell it."""
    drafted = [sentence.record for sentence in decision.draft.sentences if sentence.record] if decision.draft else []
    asked = (
        [f"{each.what}: {each.result}" for each in decision.procedure.taken if each.result]
        if decision.procedure
        else []
    )
    return list(dict.fromkeys([*drafted, *asked, *(decision.handoff.history if decision.handoff else ())]))


def _cited(decision: Decision) -> list[ArticleId]:
    cited = decision.draft.cited if decision.draft else ()
    return list(dict.fromkeys(citation.passage.article_id for citation in cited))


def _title(unit: Unit, article: ArticleId) -> str:
    found = unit.articles.get(article)
    return found.title if found else article


# ------------------------------------------------------------------
# A promoted matter as an exercise.


class CitedSchema(Known):
    id = fields.String(required=True)
    title = fields.String(required=True)


class OwnerSchema(Known):
    action = fields.String(required=True)
    group = fields.String(required=True)


class MatterSchema(Known):
    by = fields.String(required=True)
    at = fields.String(required=True)
    conversation = fields.Nested(ConversationSchema, required=True)
    record = fields.List(fields.String(), load_default=list)
    sent = fields.String(required=True)
    owner = fields.Nested(OwnerSchema, required=True)
    cites = fields.List(fields.Nested(CitedSchema), load_default=list)


def exercise_of(kept: KeptCase) -> Exercise:
    """Raises ConfigurationError for what this Handrail cannot read."""
    try:
        row = MatterSchema().load(kept.training)
    except ValidationError as error:
        raise ConfigurationError(f"the exercise {kept.name} of the database: {tell(error.messages)}") from error
    case = case_of(row["conversation"])
    promoted = Promoted(
        case=case,
        record=tuple(row["record"]),
        sent=row["sent"],
        owner=_owner(row["owner"]),
        cites={ArticleId(each["id"]): each["title"] for each in row["cites"]},
    )
    mail = {
        "from": "",
        "name": "Customer",
        "subject": case.conversation.subject or kept.name,
        "body": "\n\n".join(message.text for message in case.timeline if message.role is Role.CUSTOMER),
    }
    title = case.conversation.subject or kept.name
    task = "\n".join(_task(promoted))
    return Exercise(
        id=kept.name, title=title, task=task, minutes=MINUTES, mail=mail, checks=(), good=row["sent"], promoted=promoted
    )


def _task(promoted: Promoted) -> Iterator[str]:
    yield "Somebody wrote this to your company. Answer as you would, or pass it on."
    if promoted.record:
        yield f"Your systems said then: {'; '.join(promoted.record)}"
    for message in promoted.case.timeline:
        if message.role is not Role.CUSTOMER:
            yield f"Answered in between: {message.text}"


def _owner(owner: Mapping[str, str]) -> str:
    told = {"suggest": "an agent, with a draft", "auto_reply": "the assistant", "handoff": "a person"}
    who = told.get(owner["action"], owner["action"])
    return f"{who} ({owner['group']})" if owner["group"] not in ("", "none", "assistant") else who


# ------------------------------------------------------------------
# `handrail train keep|list|drop`.


def keep_matter(ticket: str) -> None:
    from apps.bootstrap import now
    from apps.privacy.accesses import note_command

    container = container_here()
    try:
        with container.store.begin() as unit:
            decided, _ = answered_of(unit, ticket)
            kept, fresh = promote(unit, ticket, getpass.getuser(), now())
    except RejectedError as error:
        raise ConfigurationError(f"{ticket}: {error}") from error
    person, about = decided.conversation.customer_id, decided.conversation.id
    note_command(container.store, now, "a matter to practise on", customer_id=person, ref=about)
    click.echo(kept.name if fresh else f"{kept.name} is there already, kept by {kept.training['by']}.")


def list_matters() -> None:
    with container_here().store.read() as unit:
        kept = unit.suite.exercises()
    for each in kept:
        exercise = exercise_of(each)
        cites = ", ".join(exercise.promoted.cites.values()) if exercise.promoted else ""
        told = f"  (cited then: {cites})" if cites else ""
        click.echo(
            f"{each.name}  {exercise.title}{told}  [kept by {each.training['by']} on {each.training['at'][:10]}]"
        )
    click.echo(f"{len(kept)} matter{'s' if len(kept) != 1 else ''}." if kept else NONE)


def drop_matter(name: str) -> None:
    from apps.bootstrap import now

    with container_here().store.begin() as unit:
        kept = unit.suite.get(name)
        gone = kept is not None and bool(kept.training)
        if kept is not None and gone:
            put(unit, replace(kept, training={}))
            unit.ledger.append("training_matter_dropped", {"case": name, "by": getpass.getuser()}, now())
    if not gone:
        raise ConfigurationError(f"nobody practises on {name}: handrail train list names the matters")
