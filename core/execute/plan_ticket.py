"""What a decision writes on the ticket, or on a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.control.linking import mark_of
from core.execute.planning import Planning
from core.handoff.card import CHANNEL_WORDS, note_text, quote_line, wrote
from core.handoff.ways import RULE as CHOICE
from core.handoff.ways import TAGS, Way, describe_way
from core.model.conversation import Control, Message, OwnerKind, Role
from core.model.customer import CHATTED, DIRECT, IdentityKind
from core.model.decision import Action
from core.model.outbound import Effect, EffectKind

FIRST = "urgent"  # the helpdesk's priority of what jumps the queue
SPAM_TAG = "handrail_spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticketing(Planning):
    """The helpdesk's side of a plan."""

    @property
    def shown_nowhere(self) -> bool:
        conversation, action = self.case.conversation, self.decision.disposition.action
        on_phone = self.latest.channel in DIRECT
        unseen = conversation.ticket_id is None and not conversation.owner.is_human
        return action is Action.SUGGEST and on_phone and unseen

    @property
    def group(self) -> str:
        """The team that the owner table names for what is wanted."""
        policy, intent = self.policy, self.decision.signals.intent
        sure = intent.confidence >= policy.confidence_intent
        return (policy.owner_of(intent.value) if sure else policy.default_owner).group

    def once_said(self, text: str) -> Mapping[str, Any]:
        """What the ticket is told when the reply has left, and not before: it may yet be stopped."""
        on_phone, settings = self.latest.channel in DIRECT, self.settings
        tag = self._tags()
        note = f"The virtual assistant answered by {CHANNEL_WORDS[self.latest.channel]}:\n{text}"
        if self._way is not None:
            note = f"{describe_way(self._way, self.case, self.policy)}\n\n{note}"
        noted = {"note": note} if on_phone and settings.notes else {}
        return noted | ({"add_tags": tag} if tag else {})

    @property
    def told_first(self) -> tuple[Message, ...]:
        """The texts that no turn has put on the ticket before this one."""
        fresh = tuple(m for m in self.case.unanswered if m.id not in self.case.decided and self._is_unseen(m))
        return fresh or (self.latest,)

    def _is_unseen(self, message: Message) -> bool:
        return message.channel in DIRECT or (self.case.beside is not None and message.id == self.latest.id)

    def mirrored(self) -> list[Effect]:
        """A phone message as an internal note, so that the agent's ticket tells the whole story."""
        ticket = self.case.conversation.ticket_id
        unseen = self.latest.channel in DIRECT or self.case.beside is not None
        if ticket is None or not unseen or not self.settings.notes or self.case.in_workspace:
            return []
        body = "\n".join(wrote(self.case.customer.name, message) for message in self.told_first)
        return [self.effect(EffectKind.TICKET_NOTE, "mirror", ticket, {"body": body})]

    def marked(self, *, answered: bool = True) -> list[Effect]:
        """Tags and fields; the tag of an answer is not set before it is `answered`."""
        ticket = self.case.conversation.ticket_id
        changes = {key: value for key, value in self.changes().items() if answered or key != "add_tags"}
        if ticket is None or not changes:
            return []
        return [self.effect(EffectKind.TICKET_UPDATE, "marks", ticket, changes)]

    @property
    def _way(self) -> Way | None:
        """How the customer wants to be reached, where this turn is about that."""
        kind, _, way = self.decision.disposition.rule.partition(":")
        return Way(way) if f"{kind}:" == CHOICE else None

    def _tags(self) -> list[str]:
        disposition = self.decision.disposition
        if self._way is not None:
            return [TAGS[self._way]]  # how to reach them, whatever else is tagged: a task for the team
        tag = self.policy.tags.get(disposition.action)
        tags = [*([tag] if tag else []), *([SPAM_TAG] if disposition.rule == "spam" else [])]
        return tags if self.settings.tags else []

    def changes(self) -> dict[str, Any]:
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
        fields = {field_id: values[name] for name, field_id in self.settings.fields.items() if name in values}
        return changes | ({"fields": fields} if fields else {})

    def handed_over(self, besides: Mapping[str, Any]) -> Effect:
        """Group, tags and card on the ticket; where there is none, a new one that gets them."""
        assert self.decision.handoff is not None  # noqa: S101 - a handoff has its card
        disposition = self.decision.disposition
        way = self.decision.routed.reason if self.decision.routed else ""
        brought = self.decision.handoff
        if self.case.conversation.ticket_id is None:
            brought = replace(brought, transcript=())  # a new ticket begins with it
        card = note_text(brought, self.case, self.decision.policy_version, disposition.rule, way)
        # Open again, should it be solved: a person is to see it in their queue.
        changes = {"group": disposition.owner.name, "status": "open", **self.changes(), "note": card, **besides}
        ticket = self.case.conversation.ticket_id
        if ticket is not None:
            return self.effect(EffectKind.TICKET_UPDATE, "handoff", ticket, changes)
        return self.opened(changes)

    def opened(self, changes: Mapping[str, Any]) -> Effect:
        """A ticket where there is none. On messaging the helpdesk opens it by itself, when agents get control."""
        return self.passed({"then": dict(changes)}) if self.messaging else self.new_ticket(changes)

    @property
    def messaging(self) -> str:
        """The messaging conversation that the newest message came from; empty where that came another way."""
        return (self.case.reply_to or self.latest.address) if self.latest.channel in CHATTED else ""

    def passed(self, besides: Mapping[str, Any] | None = None) -> Effect:
        """Control of the messaging conversation, to agents. The ticket that the helpdesk opens for it begins with the
        first message and has the tag by which we know it again."""
        ours = [m for m in self.case.timeline if m.address == self.messaging and m.role is Role.CUSTOMER]
        payload = {
            "to": Control.AGENTS,
            "subject": quote_line(self.case.conversation.subject or self.latest.text, 80),
            "tags": [mark_of(self.case.conversation.id)],
            "first": ours[0].vendor_ref.partition(":")[2] if ours else "",
            **(besides or {}),
        }
        return self.effect(EffectKind.CONTROL, "control", self.messaging, payload)

    def new_ticket(self, changes: Mapping[str, Any]) -> Effect:
        """`covers` are the messages that it tells; what comes before it is linked is added to it then."""
        customer = self.case.customer
        payload = {
            "subject": quote_line(self.case.conversation.subject or self.latest.text, 80),
            "text": self._transcript(),
            "requester_id": customer.current(IdentityKind.HELPDESK),
            "name": customer.name,
            "phone": customer.phone,
            "then": dict(changes),
            "covers": [message.id for message in self.case.timeline],
        }
        return self.effect(EffectKind.TICKET_CREATE, "ticket", customer.id, payload)

    def _transcript(self) -> str:
        """What was said in public; of a team that may not see it, the summary alone."""
        card = self.decision.handoff
        if card is not None and not self.policy.may_see(self.decision.disposition.owner.name, "transcript"):
            return card.summary
        return "\n\n".join(
            f"{m.author} by {CHANNEL_WORDS[m.channel]}, {m.at:%Y-%m-%d %H:%M} UTC: {m.text}"
            for m in self.case.timeline
            if m.public
        )
