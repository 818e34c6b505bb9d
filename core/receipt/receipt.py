"""How a conversation was answered: the words, masked, who spoke, from what, and what was done in the company's systems.

The customer's page shows of it what is theirs; `handrail receipt` shows on what each line rests, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.govern.draft_edits import distance
from core.measure.learn import THEIRS_FROM
from core.model.action import ActionRun
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.decision import Decision
from core.model.draft import Draft, DraftState
from core.model.ids import ApprovalId, ConversationId, EffectId
from core.model.insertion import OF_DRAFT, Compared, InsertedFrom
from core.model.knowledge import Audience
from core.model.outbound import OutboxRow, source_of
from core.ports import Unit
from core.privacy.find import of_customer, region_of
from core.privacy.mask import redact
from core.text.hidden import hidden_email

SHOWN = 40  # of the newest messages
LONGEST = 400  # characters of one


class Speaker(StrEnum):
    """YOU: the customer. ROUTINE: a notice or question that follows from a rule, not from an article. APPROVED: written
    automatically and read by a person before it left. DRAFTED: an agent sent the assistant's draft as it was, EDITED:
    with changes of their own."""

    YOU = "you"
    ASSISTANT = "assistant"
    PERSON = "person"
    DRAFTED = "drafted"
    EDITED = "edited"
    ROUTINE = "routine"
    APPROVED = "approved"


OF_AGENT = frozenset({Speaker.PERSON, Speaker.DRAFTED, Speaker.EDITED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """`internal`: not for customers, who are not told of it."""

    title: str
    url: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what a line rests; no customer's page shows it. Of a customer's message it is what was decided about it
    (`action`), of ours under what it left: `approval` names what the people of `approved_by` said yes to."""

    rule: str
    policy_version: str
    action: str = ""
    reason: str = ""
    approval: str = ""
    approved_by: tuple[str, ...] = ()
    effect: EffectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message, in words that name nobody. `author` is the agent's name, for colleagues alone."""

    at: datetime
    speaker: Speaker
    channel: Channel
    text: str
    sources: tuple[Cited, ...] = ()
    author: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`kept` counts and names, masked, what is stored: messages, phone, email, ticket, consents. `actions` are those
    that were agreed to, oldest first; what of them is personal is masked."""

    conversation_id: ConversationId
    language: str
    lines: tuple[Line, ...]
    kept: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[ActionRun, ...] = ()


def receipt_of(unit: Unit, conversation_id: ConversationId, most: int = SHOWN) -> Receipt | None:
    """None for a conversation that is not there, or no more."""
    conversation = unit.conversations.get(conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        return None
    found = unit.conversations.messages(conversation_id, max(most, 200))
    messages = [m for m in found if m.public and m.role is not Role.SYSTEM]
    record = _read(unit, conversation_id)
    drafts = [decision.draft for decision in record.decisions if decision.draft]
    return Receipt(
        conversation_id=conversation_id,
        language=drafts[-1].language if drafts else customer.locale[:2],
        lines=tuple(_line(unit, m, record, customer) for m in messages[-most:]),
        kept=_kept(conversation, customer, messages),
        actions=tuple(_masked(run, customer) for run in sorted(record.runs, key=lambda run: run.created_at)),
    )


# ------------------------------------------------------------------ what is written down


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What of the assistant's an agent's reply was made of. `draft` is None where it was worded while they watched."""

    draft: Draft | None
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    decisions: Sequence[Decision]
    sent: Mapping[str, OutboxRow]
    runs: Sequence[ActionRun]
    made: Mapping[str, _Made]  # by the agent's comment
    approved: Mapping[str, ApprovalId]  # the supervisor's yes to an agent's reply, by that comment

    def made_with(self, row: OutboxRow | None) -> Decision | None:
        """The decision with which a message was made."""
        return next((d for d in self.decisions if row and row.effect.key.startswith(f"{d.id}:")), None)


def _read(unit: Unit, conversation_id: ConversationId) -> _Record:
    decisions = unit.decisions.of_conversation(conversation_id)
    compared = unit.insertions.list_compared(conversation_id)
    return _Record(
        decisions=decisions,
        sent={_ref(row): row for row in unit.outbox.of_conversation(conversation_id) if row.vendor_ref},
        runs=unit.actions.of_conversation(conversation_id),
        made=_made(unit, compared, [decision.draft for decision in decisions if decision.draft]),
        approved={
            each.fate.comment: ApprovalId(each.insertion.ref)
            for each in compared
            if each.insertion.source is InsertedFrom.APPROVED and each.fate.distance == 0
        },
    )


def _ref(row: OutboxRow) -> str:
    return f"{source_of(row.effect.channel)}:{row.vendor_ref}"


def _made(unit: Unit, compared: Sequence[Compared], drafts: Sequence[Draft]) -> Mapping[str, _Made]:
    """As each was compared when it was sent: what they inserted, else what they copied."""
    made: dict[str, _Made] = {}
    for draft in drafts:
        for kind, told in unit.decisions.feedback(draft.id):
            if kind in (DraftState.USED, DraftState.EDITED):
                made[told["comment"]] = _Made(draft=draft, edited=told["distance"] > 0 or bool(told.get("note")))
    known = {draft.id: draft for draft in drafts}
    for each in compared:
        one = each.insertion
        draft_of = known.get(one.draft_id) if one.draft_id and one.source in OF_DRAFT else None
        if (draft_of is not None or one.source is InsertedFrom.LIVE) and each.fate.kept >= THEIRS_FROM:
            made[each.fate.comment] = _Made(draft=draft_of, edited=_edited(each, draft_of))
    return made


def _edited(each: Compared, draft: Draft | None) -> bool:
    """Whether a single word is another than the assistant's. What is inserted may be spelt for the helpdesk's editor,
    and is the draft's nevertheless."""
    one = each.insertion
    before = draft is not None and one.source is not InsertedFrom.DRAFT and distance(draft.body, one.text) > 0
    return before or each.fate.distance > 0 or bool(one.note or one.left_out)


# ------------------------------------------------------------------ what is told of it


def _line(unit: Unit, message: Message, record: _Record, customer: Customer) -> Line:
    row = record.sent.get(message.vendor_ref)
    decision = record.made_with(row)
    made = record.made.get(message.vendor_ref) if message.role is Role.AGENT else None
    speaker = _speaker(message, row, decision, made)
    text = _redacted(message.text, customer)
    return Line(
        at=message.at,
        speaker=speaker,
        channel=message.channel,
        text=text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …",
        sources=_sources(speaker, message, decision, made),
        author=message.author if message.role is Role.AGENT else "",
        basis=_basis(unit, message, record, row, customer),
    )


def _redacted(text: str, customer: Customer) -> str:
    return redact(text, region=region_of(customer), known=of_customer(customer))


def _speaker(message: Message, row: OutboxRow | None, decision: Decision | None, made: _Made | None) -> Speaker:
    if message.role is Role.CUSTOMER:
        return Speaker.YOU
    if message.role is Role.AGENT:
        if made is None:
            return Speaker.PERSON
        return Speaker.EDITED if made.edited else Speaker.DRAFTED
    if row is not None and row.effect.authority.approval_id is not None:
        return Speaker.APPROVED
    answers = decision is not None and decision.draft is not None and bool(decision.draft.cited)
    return Speaker.ASSISTANT if row is None or answers else Speaker.ROUTINE


def _sources(speaker: Speaker, message: Message, decision: Decision | None, made: _Made | None) -> tuple[Cited, ...]:
    """Of the sentences that the customer got: an agent may have left some out."""
    if speaker is Speaker.ASSISTANT:
        cited = decision.draft.cited if decision and decision.draft else ()
    elif made is not None and made.draft is not None:
        said = " ".join(message.text.split())
        sentences = [s for s in made.draft.sentences if " ".join(s.text.split()) in said]
        cited = tuple(s.citation for s in sentences if s.citation is not None)
    else:
        return ()
    passages = [citation.passage for citation in cited]
    return tuple(
        dict.fromkeys(Cited(title=p.title, url=p.url or "", internal=p.audience is Audience.INTERNAL) for p in passages)
    )


def _basis(unit: Unit, message: Message, record: _Record, row: OutboxRow | None, customer: Customer) -> Basis | None:
    if message.role is Role.CUSTOMER:
        decided = next((d for d in record.decisions if d.about == message.id), None)
        if decided is None:
            return None
        what = decided.disposition
        version = decided.policy_version
        return Basis(
            rule=what.rule, policy_version=version, action=what.action, reason=_redacted(what.reason, customer)
        )
    if message.vendor_ref in record.approved:
        request = record.approved[message.vendor_ref]
        ruling = unit.requests.get(request)
        return Basis(
            rule="approved_reply",
            policy_version=ruling.request.policy_version if ruling else "",
            approval=request,
            approved_by=(ruling.decided_name,) if ruling and ruling.decided_name else (),
        )
    if row is None:
        return None
    authority = row.effect.authority
    run = next((run for run in record.runs if row.effect.key.startswith(f"{run.id}:")), None)
    approval = authority.approval_id or (run.id if run is not None and run.yes else "")
    seal = unit.seals.get(authority.approval_id) if authority.approval_id else None
    people = seal.sealers if seal else run.yes if run else ()
    return Basis(
        rule=authority.rule,
        policy_version=authority.policy_version,
        approval=approval,
        approved_by=tuple(each.name or each.email for each in people),
        effect=row.effect.id,
    )


def _masked(run: ActionRun, customer: Customer) -> ActionRun:
    """What was shown and what came of it, without what is the customer's alone."""
    changes = {
        label: (_redacted(before, customer), _redacted(after, customer))
        for label, (before, after) in run.call.changes.items()
    }
    label, done = _redacted(run.call.label, customer), _redacted(run.call.done, customer)
    call = replace(run.call, label=label, done=done, changes=changes)
    return replace(run, call=call, error=_redacted(run.error, customer))


def _kept(conversation: Conversation, customer: Customer, messages: Sequence[Message]) -> dict[str, str]:
    found = {
        "messages": str(len(messages)),
        "phone": f"…{customer.phone[-3:]}" if customer.phone else "",
        "email": hidden_email(customer.email) if customer.email else "",
        "ticket": f"#{conversation.ticket_id}" if conversation.ticket_id else "",
        "consents": str(len(customer.consents)) if customer.consents else "",
    }
    return {name: value for name, value in found.items() if value}
