"""A wrap-up is written: on the ticket, and in the CRM where the policy names how; by an agent's click, or by itself if
nobody objects.

It is written once for what was said last: whoever writes again begins anew. Recap and rating leave by their plays."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actions.examine import Actions, Examined, Whose
from core.errors import HandrailError, RejectedError
from core.execute.actions import commit_run
from core.model.action import ActionRun, RunState
from core.model.conversation import Conversation
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ApprovalId, ConversationId, TicketId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.policy.wrap_up import Filed
from core.ports import Store, Unit
from core.wrap_up.filing import WORDS, Ended, WrapUp, last_word_of, wrap_up_of

RULE = "wrap_up"
BY_POLICY = "the policy"
CURSOR = "wrap_up"
MOST = 1_000
LATE = timedelta(minutes=5)  # a webhook that tells of an end may come so much later than the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A wrap-up as it is to be written: as it was made, or as an agent changed it. `ticket` is the one that the agent
    looks at, None: the conversation's."""

    text: str
    disposition: str
    outcome: Ended
    next_step: str
    by: str
    ticket: TicketId | None = None

    @staticmethod
    def as_made(made: WrapUp, by: str) -> "Written":
        return Written(
            text=made.text, disposition=made.disposition, outcome=made.outcome, next_step=made.next_step, by=by
        )

    def note(self, beside: str = "") -> str:
        rows = (
            f"Wrap-up by {self.by}: {WORDS[self.outcome]}. Disposition: {self.disposition}.",
            self.text,
            f"Next step: {self.next_step}" if self.next_step else "",
            beside,
        )
        return "\n".join(row for row in rows if row)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUps:
    """`actions` writes notes into the CRM; None: no system is set up."""

    store: Store
    policy: Policy
    actions: Actions | None = None

    def write(self, conversation_id: ConversationId, written: Written, now: datetime) -> list[Effect]:
        """What is new in the outbox.

        Raises:
            RejectedError: it was written already for what was said last, or there is no such conversation.
        """
        examined, trouble = self._examined(conversation_id, written)
        with self.store.begin() as unit:
            unit.outbox.take_turn()
            conversation = unit.conversations.get(conversation_id)
            if conversation is None:
                raise RejectedError("there is no such conversation")
            if is_settled(unit, conversation):
                raise RejectedError("The wrap-up of this ticket is written already.")
            made = self._noted(unit, conversation, written, examined, now) if examined else []
            changes = self._changes(written, trouble)
            effect = _effect(unit, conversation, written, changes, self.policy, now)
            fresh = [effect] if effect is not None and unit.outbox.add(effect) else []
            facts = {
                "conversation": conversation.id,
                "ticket": conversation.ticket_id,
                "disposition": written.disposition,
                "outcome": written.outcome,
                "by": written.by,
            }
            unit.ledger.append("wrapped_up", facts, now)
            return [*fresh, *made]

    def object(self, conversation_id: ConversationId, agent: str, now: datetime) -> None:
        """Nothing is written by itself for what was said last. RejectedError as `write`."""
        with self.store.begin() as unit:
            unit.outbox.take_turn()
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or is_settled(unit, conversation):
                raise RejectedError("The wrap-up of this ticket is written already.")
            made = Written.as_made(wrap_up_of(unit, conversation, self.policy), agent)
            effect = _effect(unit, conversation, made, self._changes(made, ""), self.policy, now)
            if effect is not None and unit.outbox.add(effect):
                unit.outbox.cancel(conversation.id, RULE, f"{agent} objected", now)
            unit.ledger.append("wrap_up_refused", {"conversation": conversation.id, "by": agent}, now)

    def due(self, now: datetime) -> list[ConversationId]:
        """The matters that ended so long ago and are the policy's to wrap up. The first call begins with what ends from
        then on: nobody wants the last year's."""
        rules = self.policy.wrap_up
        if not rules.automatic:
            return []
        until = now - rules.after
        with self.store.read() as unit:
            mark = unit.cursors.get(CURSOR)
            since = datetime.fromisoformat(mark) if mark else now
            found = unit.conversations.solved_between(since - LATE, until, MOST) if until > since - LATE else []
            wanted = [each.id for each in found if each.channel in rules.automatic and not is_settled(unit, each)]
        ended = found[-1].solved_at if len(found) == MOST else None
        reached = max(since, ended or until)
        if mark is None or reached > since:
            with self.store.begin_lightly() as unit:
                unit.cursors.set(CURSOR, reached.isoformat())
        return wanted

    def write_alone(self, conversation_id: ConversationId, now: datetime) -> list[Effect]:
        """What `due` named, unless it was opened, written or objected to meanwhile."""
        with self.store.read() as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or conversation.open:
                return []
            written = Written.as_made(wrap_up_of(unit, conversation, self.policy), BY_POLICY)
        try:
            return self.write(conversation_id, written, now)
        except RejectedError:
            return []  # somebody was faster

    # ------------------------------------------------------------------

    def _changes(self, written: Written, trouble: str) -> TicketUpdatePayload:
        rules = self.policy.wrap_up
        values = {
            Filed.DISPOSITION: written.disposition,
            Filed.OUTCOME: written.outcome,
            Filed.NEXT_STEP: written.next_step,
        }
        tags = (f"code_{written.disposition}", f"outcome_{written.outcome}") if rules.tags else ()
        remains = (rules.follow_up_tag,) if written.next_step and written.outcome is not Ended.HANDED_OVER else ()
        return TicketUpdatePayload(
            note=written.note(trouble),
            add_tags=(*tags, *remains),
            fields={rules.fields[name]: value for name, value in values.items() if name in rules.fields and value},
        )

    def _examined(self, conversation_id: ConversationId, written: Written) -> tuple[Examined | None, str]:
        """The note for the CRM, and what a person reads where it cannot be written. The systems are asked outside of
        every transaction."""
        spec = self.policy.actions.get(self.policy.wrap_up.note)
        if spec is None or self.actions is None:
            return None, ""
        with self.store.read() as unit:
            conversation = unit.conversations.get(conversation_id)
            customer = unit.customers.get(conversation.customer_id) if conversation else None
        if customer is None:
            return None, ""
        given = {spec.note_input: written.note()[: spec.input[spec.note_input].most]}
        try:
            found = self.actions.examine(spec, given, Whose(customer=customer), dict.fromkeys(given, written.by))
        except HandrailError as error:
            return None, f"Not written to the CRM: {error}"
        against = [each.why for each in found.refused] or [f"{name} is not known" for name in found.missing]
        return (found, "") if found.allowed else (None, f"Not written to the CRM: {'; '.join(against)}")

    def _noted(
        self, unit: Unit, conversation: Conversation, written: Written, examined: Examined, now: datetime
    ) -> list[Effect]:
        customer = unit.customers.get(conversation.customer_id)
        if customer is None:
            return []
        run = ActionRun(
            id=ApprovalId(derive_id("ac", _key(unit, conversation), examined.call.digest)),
            call=examined.call,
            customer_id=customer.id,
            customer=customer.name,
            conversation_id=conversation.id,
            policy_version=self.policy.version,
            created_at=now,
            expires_at=now + self.policy.outreach.expires_after,
            asked_by=written.by,
            state=RunState.AWAITING if examined.call.approvers else RunState.READY,
        )
        effects = commit_run(unit, run, customer.tier, self.policy, now)
        return [effect for effect in effects if unit.outbox.add(effect)]


def is_settled(unit: Unit, conversation: Conversation) -> bool:
    """Whether a wrap-up was written, or objected to, since anybody said anything."""
    key = _key(unit, conversation)
    return any(row.effect.key == key for row in unit.outbox.of_conversation(conversation.id))


def _key(unit: Unit, conversation: Conversation) -> str:
    last = last_word_of(unit.conversations.messages(conversation.id))
    return f"{conversation.id}:{RULE}:{last.id if last else ''}"


def _effect(
    unit: Unit,
    conversation: Conversation,
    written: Written,
    changes: TicketUpdatePayload,
    policy: Policy,
    now: datetime,
) -> Effect | None:
    """None where there is no ticket to write on: the ledger has it then, and the CRM."""
    ticket = written.ticket or conversation.ticket_id
    if ticket is None:
        return None
    return Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=_key(unit, conversation),
        target=ticket,
        payload=changes,
        authority=Authority(rule=RULE, policy_version=policy.version),
        created_at=now,
        conversation_id=conversation.id,
    )
