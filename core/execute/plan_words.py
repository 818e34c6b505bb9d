"""What a decision says to the customer: on which channel, to which address, in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.context.addressed import address_of
from core.execute.planning import Planning
from core.execute.wording import automatic_text
from core.handoff.notice import handoff_notice, limit_of
from core.model.customer import DIRECT
from core.model.outbound import Effect, EffectKind
from core.procedure.guide import COMPOSER as BY_PROCEDURE

NOTICE = "handoff_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying(Planning):
    """The customer's side of a plan."""

    @property
    def directly(self) -> bool:
        """Whether the customer wrote where we speak ourselves, and not through the helpdesk."""
        return self.latest.channel in DIRECT

    def answer(self) -> tuple[str, str]:
        """The automatic reply, and the standing approval that it leaves under."""
        draft = self.decision.draft
        assert draft is not None  # noqa: S101 - only a draft is ever sent automatically
        text = automatic_text(draft, draft.language, self.style.of(self.case.brand), compact=self.directly)
        return text, "procedure" if draft.composer == BY_PROCEDURE else "automatic_reply"

    def told_of_handoff(self) -> list[Effect]:
        """Who takes over and when, where the customer is to be told."""
        if not self.decision.disposition.notify_customer:
            return []
        return self.to_customer(self._notice(self._agent), NOTICE)

    def unnamed(self, notice: Sequence[Effect]) -> Mapping[str, Any]:
        """The notice without a name, for a helpdesk that will not have the agent."""
        if not notice or not self._agent:
            return {}
        return {"unnamed_notice": {"instead_of": notice[0].key, "body": self._notice(None)}}

    def to_customer(self, text: str, rule: str, then: Mapping[str, Any] | None = None) -> list[Effect]:
        """On the channel of the customer's last message; `then` is written on the ticket once it has left."""
        channel, after = self.latest.channel, {"then": dict(then)} if then else {}
        address = self.case.reply_to or address_of(self.latest, self.case.customer)
        if channel in DIRECT and address:
            payload = {"channel": channel, "body": text, "ai_generated": True, **after}
            return [self.effect(EffectKind.MESSAGE, rule, address, payload, rule)]
        if self.case.conversation.ticket_id is None:
            return []
        payload = {"body": text, "ai_generated": True, **after}
        return [self.effect(EffectKind.TICKET_REPLY, rule, self.case.conversation.ticket_id, payload, rule)]

    @property
    def _agent(self) -> str | None:
        return self.decision.handoff.agent if self.decision.handoff else None

    def _notice(self, agent: str | None) -> str:
        disposition = self.decision.disposition
        team = disposition.owner.name
        return handoff_notice(
            self.language,
            team,
            self.policy.reply_within(team),
            agent=agent,
            limit=limit_of(disposition.rule),
        )
