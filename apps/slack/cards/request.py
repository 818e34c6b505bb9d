"""What supervisors see in Slack when an agent asks for their word on a reply."""

import json
from collections.abc import Sequence

from apps.slack.cards.actions import APPROVE, REJECT
from apps.slack.cards.blocks import (
    Block,
    button,
    context,
    escape,
    header,
    link,
    mention,
    quote_whole,
    reason_field,
    section,
)
from core.model.knowledge import Audience
from core.model.request import Request, RequestState, Ruling, Source
from core.ports.cards import Rendered

SOURCES = 8
FINDINGS, LONGEST_FINDING = 12, 200  # how many are shown, and how many characters of each

OUTCOMES = {
    RequestState.APPROVED: ":white_check_mark: Approved",
    RequestState.REJECTED: ":no_entry_sign: Rejected",
    RequestState.EXPIRED: ":hourglass: Expired",
    RequestState.WITHDRAWN: ":leftwards_arrow_with_hook: Withdrawn",
    RequestState.USED: ":white_check_mark: Approved and taken into the reply",
}


def request_card(request: Request) -> Rendered:
    """The words with two buttons and a field for a reason; each button carries the digest of what is shown."""
    value = json.dumps({"approval": request.id, "digest": request.digest})
    text = f"{request.asked_by} asks for your word on a reply to {request.customer} (ticket #{request.ticket_id})"
    blocks = [
        header(f"May {request.asked_by} send this to {request.customer}?"),
        *_shown(request),
        reason_field(request.id),
        {
            "type": "actions",
            "block_id": request.id,
            "elements": [
                button(APPROVE, "Approve these words", value, "primary"),
                button(REJECT, "Reject", value, "danger"),
            ],
        },
    ]
    return Rendered(text, blocks)


def ruled_card(ruling: Ruling, note: str = "") -> Rendered:
    """The same card without buttons, and what became of it."""
    request = ruling.request
    by = f" by {mention(ruling.decided_by)}" if ruling.decided_by else ""
    said = f"\n>{escape(ruling.reason)}" if ruling.reason else ""
    blocks = [
        header(f"{request.asked_by}’s reply to {request.customer}"),
        *_shown(request),
        section(f"*{OUTCOMES[ruling.state]}{by}*{said}"),
        *([context(escape(note))] if note else []),
    ]
    return Rendered(f"Reply {ruling.state}", blocks)


def _shown(request: Request) -> list[Block]:
    return [
        *(section(piece) for piece in quote_whole(request.text)),
        *_found(request.findings),
        context(
            _sources(request.sources),
            f"Ticket #{request.ticket_id} · asked by {escape(request.asked_by)}",
            "Nothing is sent by approving: the agent may then put exactly these words into the reply, once.",
            f"Policy {request.policy_version} · digest {request.digest[:12]}",
        ),
    ]


def _found(findings: Sequence[str]) -> list[Block]:
    """What the guard says of the words: the reason why somebody is asked at all."""
    if not findings:
        return []
    lines = [f"• {escape(each[:LONGEST_FINDING])}" for each in findings[:FINDINGS]]
    more = len(findings) - FINDINGS
    return [section("\n".join(["*Found in it:*", *lines, *([f"• and {more} more"] if more > 0 else [])]))]


def _sources(sources: tuple[Source, ...]) -> str:
    if not sources:
        return "*Sources:* none, the words are the agent’s own"
    articles = list({source.article_id: source for source in sources}.values())
    more = f" and {len(articles) - SOURCES} more" if len(articles) > SOURCES else ""
    return f"*Sources:* {' · '.join(_source(article) for article in articles[:SOURCES])}{more}"


def _source(source: Source) -> str:
    linked = link(source.url, escape(source.title))
    return linked if source.audience is Audience.PUBLIC else f":lock: {linked} ({source.audience})"
