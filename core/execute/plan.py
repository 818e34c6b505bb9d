"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.answer.style import StyleCard
from core.coordinate.policy import Policy
from core.execute.wording import automatic_text
from core.handoff.card import CHANNEL_WORDS, note_text, quoted
from core.handoff.notice import handoff_notice
from core.model.conversation import CaseContext, Message
from core.model.customer import Channel, IdentityKind
from core.model.decision import Action, Decision
from core.model.outbound import Authority, Effect, EffectKind
from core.outreach.card import handoff_alert

MESSAGING = frozenset({Channel.SMS, Channel.WHATSAPP})
SURE_OF_LANGUAGE = 0.5


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
        """For the agent only: the phone message on the ticket, tags and fields."""
        return [*self._mirrored(), *self._marked()]

    def reply(self) -> list[Effect]:
        draft = self.decision.draft
        assert draft is not None  # noqa: S101 - only a draft is ever sent automatically
        on_phone = self._latest.channel in MESSAGING
        text = automatic_text(draft, draft.language, self.planner.style, compact=on_phone)
        return [*self._to_customer(text, "automatic_reply"), *self._mirrored(reply=text), *self._marked()]

    def handoff(self) -> list[Effect]:
        effects = [*self._mirrored(), self._handed_over()]
        if self.decision.disposition.notify_customer:
            team = self.decision.disposition.owner.name
            within = self.planner.policy.reply_within(team)
            effects += self._to_customer(handoff_notice(self._language, team, within), "handoff_notice")
        if self.decision.disposition.alert:
            effects.append(self._alert())
        return effects

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

    def _to_customer(self, text: str, rule: str) -> list[Effect]:
        """On the channel of the customer's last message."""
        channel = self._latest.channel
        phone = self.case.reply_to or self.case.customer.phone
        if channel in MESSAGING and phone:
            payload = {"channel": channel, "body": text, "ai_generated": True}
            return [self._effect(EffectKind.MESSAGE, rule, phone, payload, rule)]
        if self.case.conversation.ticket_id is None:
            return []
        payload = {"body": text, "ai_generated": True}
        return [self._effect(EffectKind.TICKET_REPLY, rule, self.case.conversation.ticket_id, payload, rule)]

    def _mirrored(self, reply: str = "") -> list[Effect]:
        """A phone message as an internal note, so that the agent's ticket tells the whole story."""
        ticket = self.case.conversation.ticket_id
        if ticket is None or self._latest.channel not in MESSAGING or not self.planner.settings.notes:
            return []
        by = CHANNEL_WORDS[self._latest.channel]
        lines = [f"{self.case.customer.name} wrote by {by}: {self._latest.text}"]
        if reply:
            lines.append(f"The virtual assistant answered by {by}:\n{reply}")
        return [self._effect(EffectKind.TICKET_NOTE, "mirror", ticket, {"body": "\n\n".join(lines)})]

    def _marked(self) -> list[Effect]:
        ticket = self.case.conversation.ticket_id
        changes = self._changes()
        if ticket is None or not changes:
            return []
        return [self._effect(EffectKind.TICKET_UPDATE, "marks", ticket, changes)]

    def _changes(self) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        tag = self.planner.policy.tags.get(self.decision.disposition.action)
        if self.planner.settings.tags and tag:
            changes["add_tags"] = [tag]
        if self.decision.disposition.action is Action.SUGGEST and not self.case.conversation.open:
            changes["status"] = "open"  # nobody looks at a solved ticket
        signals = self.decision.signals
        values = {
            "intent": signals.intent.value,
            "sentiment": signals.sentiment.value,
            "urgency": signals.urgency.value,
        }
        fields = {field_id: values[name] for name, field_id in self.planner.settings.fields.items() if name in values}
        return changes | ({"fields": fields} if fields else {})

    def _handed_over(self) -> Effect:
        """Group, tags and card on the ticket; where there is none, a new one that gets them."""
        assert self.decision.handoff is not None  # noqa: S101 - a handoff has its card
        disposition = self.decision.disposition
        card = note_text(self.decision.handoff, self.case, self.decision.policy_version, disposition.rule)
        # Open again, should it be solved: a person is to see it in their queue.
        changes = {"group": disposition.owner.name, "status": "open", **self._changes(), "note": card}
        ticket = self.case.conversation.ticket_id
        if ticket is not None:
            return self._effect(EffectKind.TICKET_UPDATE, "handoff", ticket, changes)
        customer = self.case.customer
        payload = {
            "subject": quoted(self.case.conversation.subject or self._latest.text, 80),
            "text": self._transcript(),
            "requester_id": customer.current(IdentityKind.HELPDESK),
            "name": customer.name,
            "phone": customer.phone,
            "then": changes,
        }
        return self._effect(EffectKind.TICKET_CREATE, "ticket", customer.id, payload)

    def _transcript(self) -> str:
        lines = [
            f"{m.author} by {CHANNEL_WORDS[m.channel]}, {m.at:%Y-%m-%d %H:%M} UTC: {m.text}" for m in self.case.timeline
        ]
        return "\n\n".join(lines)

    def _alert(self) -> Effect:
        assert self.decision.handoff is not None  # noqa: S101 - a handoff has its card
        disposition = self.decision.disposition
        blocks = handoff_alert(
            self.case.customer, self.decision.handoff, self.case.conversation.ticket_id, disposition.rule
        )
        text = f"{self.case.customer.name} was handed to {disposition.owner.name}: {disposition.reason}"
        channel = self.planner.policy.alert_channel
        return self._effect(EffectKind.SLACK_POST, "alert", channel, {"text": text, "blocks": blocks})
