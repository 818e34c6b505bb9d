"""What somebody did in an exercise, from the helpdesk's own API and from what Handrail kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from apps.demo.outside import Outside
from apps.train.grade import Evidence
from core.measure.pilot.observe import ESCALATED
from core.model.ids import TicketId
from core.model.knowledge import Audience
from core.model.outbound import OutboxRow
from core.ports import Store

PASSED_ON = re.compile(r"escalated this to [^:\n]+(?::\s*|\.\s*)(?P<note>.*)", re.DOTALL)

# What agents wrote to customers before: theirs to say again.
REPLIES = frozenset({"zendesk_macros", "zendesk_tickets"})
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Looks; changes nothing."""

    outside: Outside
    store: Store

    @cached_property
    def internal(self) -> tuple[str, ...]:
        with self.store.read() as unit:
            inside = [each for each in unit.articles.every() if each.audience is Audience.INTERNAL]
        return tuple(each.text for each in inside if each.origin not in REPLIES)

    def ready(self, ticket_id: str) -> bool:
        """Whether Handrail has decided about the ticket, so that the sidebar has something to show."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            return conversation is not None and unit.decisions.latest(conversation.id) is not None

    def evidence(self, ticket_id: str, agent_id: str, agent: str) -> Evidence:
        comments = self.outside.comments(ticket_id)
        mine = [each for each in comments if str(each["author_id"]) == agent_id]
        replies = [each for each in mine if each["public"]]
        group = self.outside.group(self.outside.ticket(ticket_id).get("group_id"))
        drafts, feedback, effects = self._kept(ticket_id)
        passed_on = [row for row in effects if row.effect.authority.rule == ESCALATED]
        acts = [_moment(each["created_at"]) for each in replies] + [row.effect.created_at for row in passed_on]
        return Evidence(
            replies=tuple(_text(each) for each in replies),
            notes=(*(_text(each) for each in mine if not each["public"]), *_notes(comments, agent)),
            group=group,
            escalated=bool(passed_on),
            drafts=drafts,
            internal=self.internal,
            feedback=feedback,
            acted_at=min(acts, default=None),
        )

    def _kept(self, ticket_id: str) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...], list[OutboxRow]]:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            if conversation is None:
                return (), (), []
            drafts = [d.draft for d in unit.decisions.of_conversation(conversation.id) if d.draft is not None]
            rows = tuple(row for draft in drafts for row in unit.decisions.feedback(draft.id))
            return tuple(draft.body for draft in drafts), rows, unit.outbox.of_conversation(conversation.id)


def _notes(comments: Sequence[Json], agent: str) -> list[str]:
    """The words that the agent gave along when passing it on; Handrail writes them onto the ticket."""
    found = (PASSED_ON.search(_text(each)) for each in comments if not each["public"] and agent in _text(each))
    return [match["note"].strip() for match in found if match]


def _text(comment: Json) -> str:
    return str(comment.get("plain_body") or comment.get("body") or "")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))
