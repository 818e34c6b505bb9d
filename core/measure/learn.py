"""What an agent's public comment teaches, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.context.ownership import withdraw
from core.context.questions import drafts_elsewhere, place_of, questions_of
from core.context.sender import address_of
from core.execute.planning import language_of
from core.govern.draft_edits import ADOPTED_FROM, adoption, distance, share_kept
from core.govern.requests import overtaken
from core.handoff.card import CHANNEL_WORDS
from core.handoff.relay import note_files_left, parts, with_files
from core.handoff.ways import RULE as CHOICE
from core.handoff.ways import Way
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import WRITTEN
from core.model.decision import Action
from core.model.draft import Draft, DraftState
from core.model.effect_payloads import MessagePayload, TicketNotePayload
from core.model.ids import ConversationId
from core.model.insertion import OF_DRAFT, Compared, Fate, InsertedFrom, Insertion
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit


def learn(unit: Unit, case: CaseContext, comment: Message, policy: Policy, now: datetime) -> list[Effect]:
    """Compare the comment with what was offered, inserted and approved, stop what the assistant still had to say, carry
    the comment to the phone when that is where the customer is; the effects that are new."""
    conversation = case.conversation
    sent = reply(unit, conversation.id, comment, now)
    kept = drafts_elsewhere(unit, conversation, case.timeline, comment.ticket_id)
    offered = [(draft, state) for draft, state in unit.decisions.open_drafts(conversation.id) if draft.id not in kept]
    if offered:
        record_outcome(unit, *offered[0], sent, now)
    # Drafts of earlier turns are overtaken too: the next comment must not be measured against them.
    withdraw(unit, conversation, f"{comment.author} has answered", now, drafts=False)
    for draft, _ in unit.decisions.open_drafts(conversation.id):
        if draft.id not in kept:
            unit.decisions.set_draft_state(draft.id, DraftState.WITHDRAWN)
    relay = _relay(unit, case, comment, policy, now)
    lost = _files_lost(case, comment, relay) if relay is not None else None
    carried = [effect for effect in (relay, lost) if effect is not None]
    effects = [*overtaken(unit, conversation.id, comment, policy, now), *carried]
    return [effect for effect in effects if unit.outbox.add(effect)]


def _before(case: CaseContext, comment: Message) -> tuple[Message, ...]:
    """The timeline up to a comment. Its order decides, not the times: the helpdesk's are whole seconds."""
    places = [place for place, message in enumerate(case.timeline) if message.id == comment.id]
    earlier = case.timeline[: places[0]] if places else case.timeline
    return tuple(m for m in earlier if m.at < comment.at or (places and m.at == comment.at))


def _relay(unit: Unit, case: CaseContext, comment: Message, policy: Policy, now: datetime) -> Effect | None:
    """The agent's own words to the channel that the customer last wrote on, when that is not the ticket's own."""
    before = _before(case, comment)
    last = next((m for m in reversed(before) if _theirs(m)), None)
    address = address_of(last, case.customer) if last is not None and last.channel in WRITTEN else None
    if last is None or address is None or comment.address == address:
        return None
    if _wants_mail(unit, before) or _answers_letter(unit, case, comment, last):
        return None  # the helpdesk sends one
    spoken = unit.decisions.latest(case.conversation.id)
    language = language_of(spoken.signals.language if spoken else None, case.customer)
    first, *rest = parts(with_files(comment, case.customer, language), last.channel)
    return Effect(
        kind=EffectKind.MESSAGE,
        key=f"{comment.id}:relay",
        target=address,
        payload=MessagePayload(
            channel=last.channel,
            body=first,
            language=language,
            relayed=True,
            author=comment.author,
            comment=comment.vendor_ref,
            rest=tuple(rest) or None,
        ),
        authority=Authority(rule="agent_reply", policy_version=policy.version),
        created_at=now,
        conversation_id=case.conversation.id,
    )


def _wants_mail(unit: Unit, before: Sequence[Message]) -> bool:
    """Whether the last that was heard of them is that they want an e-mail. Thanks, and whatever else was met with
    silence, do not take it back."""
    decided = (unit.decisions.of_message(m.id) for m in reversed(before) if _theirs(m))
    heard = next((d for d in decided if d is not None and d.disposition.action is not Action.SILENT), None)
    return heard is not None and heard.disposition.rule == f"{CHOICE}{Way.EMAIL}"


def _answers_letter(unit: Unit, case: CaseContext, comment: Message, last: Message) -> bool:
    """Whether the comment answers a question that stands on its ticket, while what came by text is answered."""
    solved_at = case.conversation.solved_at
    # What solved the matter came with this comment: the questions from before it are those that it answers.
    before = replace(case.conversation, solved_at=None if solved_at and solved_at >= comment.at else solved_at)
    asked = questions_of(unit, before, [m for m in case.timeline if m.id != comment.id])
    here = any(each.waits and each.message.ticket_id == comment.ticket_id for each in asked)
    text = next((each for each in asked if place_of(each.message) == last.address), None)
    return here and text is not None and not text.waits


def _theirs(message: Message) -> bool:
    return message.role is Role.CUSTOMER


def _files_lost(case: CaseContext, comment: Message, relay: Effect) -> Effect | None:
    """The agent is told of files that reach nobody."""
    ticket = case.conversation.ticket_id
    said = note_files_left(comment, case.customer, CHANNEL_WORDS[relay.channel])
    if not said or ticket is None:
        return None
    note = TicketNotePayload(body=said)
    return replace(relay, kind=EffectKind.TICKET_NOTE, key=f"{comment.id}:files", target=ticket, payload=note)


# ------------------------------------------------------------------
# A reply that was sent, held against what the agent was offered, what they inserted and what was approved.


# An insertion that another agent's comment shares less with is not in it: its author may still be writing.
THEIRS_FROM = ADOPTED_FROM[1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A public comment of an agent with what went into it, oldest first."""

    comment: Message
    inserted: Sequence[Compared] = ()

    @property
    def to_inserted(self) -> int | None:
        """Words by which it differs from everything inserted, one after the other; None where nothing was. What was
        inserted twice, or taken out again for something else, counts by its best fit: the nearest of the whole and
        its parts."""
        texts = [each.insertion.text for each in self.inserted]
        whole = ["\n\n".join(texts)] if texts else []
        return min((distance(text, self.comment.text) for text in (*whole, *texts)), default=None)


def reply(unit: Unit, conversation_id: ConversationId, comment: Message, now: datetime) -> Reply:
    """Compare what is open with the comment, and write down what became of it."""
    fates = [_fate(each, comment) for each in unit.insertions.open(conversation_id)]
    theirs = [each for each in fates if each.insertion.agent == comment.author or each.fate.kept >= THEIRS_FROM]
    unit.insertions.settle(theirs)
    for each in theirs:
        if each.insertion.source is InsertedFrom.APPROVED:
            facts = {"request": each.insertion.ref, "distance": each.fate.distance, "by": comment.author}
            unit.ledger.append("approved_reply", facts, now)
    return Reply(comment=comment, inserted=theirs)


def _fate(insertion: Insertion, comment: Message) -> Compared:
    words = distance(insertion.text, comment.text)
    fate = Fate(comment=comment.vendor_ref, kept=share_kept(insertion.text, comment.text), distance=words)
    return Compared(insertion=insertion, fate=fate)


def record_outcome(unit: Unit, draft: Draft, before: DraftState, sent: Reply, now: datetime) -> None:
    """Write down what became of a draft that was offered when the comment was sent."""
    comment = sent.comment
    took = [each.insertion for each in sent.inserted if _of(each.insertion, draft)]
    note = next((each.note for each in reversed(took) if each.note), "")
    inserted = bool(took) or before is DraftState.INSERTED
    result = adoption(draft.body, comment.text, note=note, inserted=inserted)
    unit.decisions.set_draft_state(draft.id, result.state)
    detail = {
        "similarity": result.similarity,
        "distance": result.distance,
        "inserted": inserted,
        "draft": draft.body,
        "sent": comment.text,
        "comment": comment.vendor_ref,
        **_taken(sent),
    }
    unit.decisions.add_feedback(draft.id, result.state, comment.author, comment.at, detail)
    unit.ledger.append("adoption", {"draft": draft.id, "state": result.state, "by": comment.author}, now)


def _of(insertion: Insertion, draft: Draft) -> bool:
    return insertion.draft_id == draft.id and insertion.source in OF_DRAFT


def _taken(sent: Reply) -> Mapping[str, Any]:
    taken = [each.insertion for each in sent.inserted]
    return {
        "to_inserted": sent.to_inserted,
        "insertions": [
            {"source": each.insertion.source, "kept": each.fate.kept, "distance": each.fate.distance}
            for each in sent.inserted
        ],
        "note": any(each.note for each in taken),
        "left_out": sorted({number for each in taken for number in each.left_out}),
    }
