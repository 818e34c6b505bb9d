"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.answer.style import StyleCard
from core.coordinate.policy import Policy
from core.execute.wording import automatic_text
from core.handoff.card import CHANNEL_WORDS, note_text, quoted, wrote
from core.handoff.notice import handoff_notice, limit_of
from core.model.conversation import CaseContext, Message, OwnerKind
from core.model.customer import Channel, IdentityKind
from core.model.decision import Action, Decision
from core.model.outbound import Authority, Effect, EffectKind
from core.outreach.card import handoff_alert, plain_alert
from core.procedure.guide import COMPOSER as BY_PROCEDURE

MESSAGING = frozenset({Channel.SMS, Channel.WHATSAPP})
SURE_OF_LANGUAGE = 0.5
FIRST = "urgent"  # the helpdesk's priority of what jumps the queue
SPAM_TAG = "handrail_spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """What is written on a ticket besides the sidebar: `notes` mirrors phone messages and handoff cards as internal
    notes, `tags` sets the policy's tags, `fields` maps `intent`, `sentiment` and `urgency` to custom field ids."""

    notes: bool = True
    tags: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    policy: Policy
    settings: DeliverySettings
    style: StyleCard

    def effects(self, case: CaseContext, decision: Decision) -> list[Effect]:
        """In the order in which they should leave. Each key follows from the decision: planned twice, done once."""
        plan = _Plan(planner=self, case=case, decision=decision)
        action = decision.disposition.action
        if action is Action.HANDOFF:
            return plan.handoff()
        return plan.reply() if action is Action.AUTO_REPLY else plan.whisper()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    planner: Planner
    case: CaseContext
    decision: Decision

    def whisper(self) -> list[Effect]:
        """For people only: the phone message on the ticket, tags and fields; an alert where it presses. Where no ticket
        shows a suggestion to anybody, one is opened."""
        alert = [self._alert()] if self.decision.disposition.alert else []
        if self._shown_nowhere:
            return [self._new_ticket({"group": self._group, **self._changes()}), *alert]
        return [*self._mirrored(), *self._marked(), *alert]

    @property
    def _shown_nowhere(self) -> bool:
        conversation, action = self.case.conversation, self.decision.disposition.action
        on_phone = self._latest.channel in MESSAGING
        unseen = conversation.ticket_id is None and not conversation.owner.is_human
        return action is Action.SUGGEST and on_phone and unseen

    @property
    def _group(self) -> str:
        """The team that the owner table names for what is wanted."""
        policy, intent = self.planner.policy, self.decision.signals.intent
        sure = intent.confidence >= policy.confidence_intent
        return (policy.owner_of(intent.value) if sure else policy.default_owner).group

    def reply(self) -> list[Effect]:
        draft = self.decision.draft
        assert draft is not None  # noqa: S101 - only a draft is ever sent automatically
        on_phone = self._latest.channel in MESSAGING
        style = self.planner.style.of(self.case.brand)
        text = automatic_text(draft, draft.language, style, compact=on_phone)
        standing = "procedure" if draft.composer == BY_PROCEDURE else "automatic_reply"
        said = self._to_customer(text, standing, then=self._once_said(text))
        return [*said, *self._mirrored(), *self._marked(answered=False)]

    def _once_said(self, text: str) -> Mapping[str, Any]:
        """What the ticket is told when the reply has left, and not before: it may yet be stopped."""
        on_phone, settings = self._latest.channel in MESSAGING, self.planner.settings
        tag = self._tags()
        note = f"The virtual assistant answered by {CHANNEL_WORDS[self._latest.channel]}:\n{text}"
        noted = {"note": note} if on_phone and settings.notes else {}
        return noted | ({"add_tags": tag} if tag else {})

    def handoff(self) -> list[Effect]:
        notify = self.decision.disposition.notify_customer
        notice = self._to_customer(self._notice(self._agent), "handoff_notice") if notify else []
        effects = [*self._mirrored(), self._handed_over(self._unnamed(notice)), *notice]
        if self.decision.disposition.alert:
            effects.append(self._alert())
        return effects

    @property
    def _agent(self) -> str | None:
        return self.decision.handoff.agent if self.decision.handoff else None

    def _unnamed(self, notice: Sequence[Effect]) -> Mapping[str, Any]:
        """The notice without a name, for a helpdesk that will not have the agent."""
        if not notice or not self._agent:
            return {}
        return {"unnamed_notice": {"instead_of": notice[0].key, "body": self._notice(None)}}

    def _notice(self, agent: str | None) -> str:
        disposition = self.decision.disposition
        team = disposition.owner.name
        return handoff_notice(
            self._language,
            team,
            self.planner.policy.reply_within(team),
            agent=agent,
            limit=limit_of(disposition.rule),
        )

    @property
    def _latest(self) -> Message:
        assert self.case.latest is not None  # noqa: S101 - a decision answers a message
        return self.case.latest

    @property
    def _language(self) -> str:
        read = self.decision.signals.language
        return read.value if read.confidence >= SURE_OF_LANGUAGE else self.case.customer.locale.split("-")[0]

    def _effect(self, kind: EffectKind, name: str, target: str, payload: Mapping[str, Any], rule: str = "") -> Effect:
        authority = Authority(rule=rule or self.decision.disposition.rule, policy_version=self.decision.policy_version)
        return Effect(
            kind=kind,
            key=f"{self.decision.id}:{name}",
            target=target,
            payload=payload,
            authority=authority,
            # The helpdesk's clock may be ahead of ours; an answer never stands before what it answers.
            created_at=max(self.decision.at, self._latest.at),
            conversation_id=self.case.conversation.id,
        )

    def _to_customer(self, text: str, rule: str, then: Mapping[str, Any] | None = None) -> list[Effect]:
        """On the channel of the customer's last message; `then` is written on the ticket once it has left."""
        channel, after = self._latest.channel, {"then": dict(then)} if then else {}
        phone = self.case.reply_to or self.case.customer.phone
        if channel in MESSAGING and phone:
            payload = {"channel": channel, "body": text, "ai_generated": True, **after}
            return [self._effect(EffectKind.MESSAGE, rule, phone, payload, rule)]
        if self.case.conversation.ticket_id is None:
            return []
        payload = {"body": text, "ai_generated": True, **after}
        return [self._effect(EffectKind.TICKET_REPLY, rule, self.case.conversation.ticket_id, payload, rule)]

    def _mirrored(self) -> list[Effect]:
        """A phone message as an internal note, so that the agent's ticket tells the whole story."""
        ticket = self.case.conversation.ticket_id
        if ticket is None or self._latest.channel not in MESSAGING or not self.planner.settings.notes:
            return []
        body = wrote(self.case.customer.name, self._latest)
        return [self._effect(EffectKind.TICKET_NOTE, "mirror", ticket, {"body": body})]

    def _marked(self, *, answered: bool = True) -> list[Effect]:
        """Tags and fields; the tag of an answer is not set before it is `answered`."""
        ticket = self.case.conversation.ticket_id
        changes = {key: value for key, value in self._changes().items() if answered or key != "add_tags"}
        if ticket is None or not changes:
            return []
        return [self._effect(EffectKind.TICKET_UPDATE, "marks", ticket, changes)]

    def _tags(self) -> list[str]:
        disposition = self.decision.disposition
        tag = self.planner.policy.tags.get(disposition.action)
        tags = [*([tag] if tag else []), *([SPAM_TAG] if disposition.rule == "spam" else [])]
        return tags if self.planner.settings.tags else []

    def _changes(self) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        disposition = self.decision.disposition
        if tags := self._tags():
            changes["add_tags"] = tags
        routed = self.decision.routed
        if disposition.first or (routed and routed.priority == FIRST):
            changes["priority"] = FIRST
        if routed and routed.agent_id:
            changes["assignee"] = routed.agent_id
        if disposition.rule == "spam" and disposition.owner.kind is OwnerKind.TEAM:
            changes["group"] = disposition.owner.name  # set aside there for review
        if disposition.action is Action.SUGGEST and not self.case.conversation.open:
            changes["status"] = "open"  # nobody looks at a solved ticket
        signals = self.decision.signals
        values = {
            "intent": signals.intent.value,
            "sentiment": signals.sentiment.value,
            "urgency": signals.urgency.value,
        }
        fields = {field_id: values[name] for name, field_id in self.planner.settings.fields.items() if name in values}
        return changes | ({"fields": fields} if fields else {})

    def _handed_over(self, besides: Mapping[str, Any]) -> Effect:
        """Group, tags and card on the ticket; where there is none, a new one that gets them."""
        assert self.decision.handoff is not None  # noqa: S101 - a handoff has its card
        disposition = self.decision.disposition
        way = self.decision.routed.reason if self.decision.routed else ""
        card = note_text(self.decision.handoff, self.case, self.decision.policy_version, disposition.rule, way)
        # Open again, should it be solved: a person is to see it in their queue.
        changes = {"group": disposition.owner.name, "status": "open", **self._changes(), "note": card, **besides}
        ticket = self.case.conversation.ticket_id
        if ticket is not None:
            return self._effect(EffectKind.TICKET_UPDATE, "handoff", ticket, changes)
        return self._new_ticket(changes)

    def _new_ticket(self, changes: Mapping[str, Any]) -> Effect:
        """`covers` are the messages that it tells; what comes before it is linked is added to it then."""
        customer = self.case.customer
        payload = {
            "subject": quoted(self.case.conversation.subject or self._latest.text, 80),
            "text": self._transcript(),
            "requester_id": customer.current(IdentityKind.HELPDESK),
            "name": customer.name,
            "phone": customer.phone,
            "then": dict(changes),
            "covers": [message.id for message in self.case.timeline],
        }
        return self._effect(EffectKind.TICKET_CREATE, "ticket", customer.id, payload)

    def _transcript(self) -> str:
        lines = [
            f"{m.author} by {CHANNEL_WORDS[m.channel]}, {m.at:%Y-%m-%d %H:%M} UTC: {m.text}" for m in self.case.timeline
        ]
        return "\n\n".join(lines)

    def _alert(self) -> Effect:
        disposition, card, customer = self.decision.disposition, self.decision.handoff, self.case.customer
        ticket = self.case.conversation.ticket_id
        if card is not None:
            text = f"{customer.name} was handed to {disposition.owner.name}: {disposition.reason}"
            blocks = handoff_alert(customer, card, ticket, disposition.rule)
        else:
            text = f"{customer.name}: {disposition.reason}"
            blocks = list(plain_alert(text, {"rule": disposition.rule, **({"ticket": ticket} if ticket else {})}))
        channel = self.planner.policy.alert_channel
        return self._effect(EffectKind.SLACK_POST, "alert", channel, {"text": text, "blocks": blocks})
