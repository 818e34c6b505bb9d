"""What supervisors see in Slack when an agent asks for their word on a reply: the words, what was found in them, and
the two buttons. The rest stands behind Details (`apps.slack.cards.details`)."""

from collections.abc import Sequence

from apps.slack.cards.blocks import (
    Block,
    CardKind,
    context,
    detailed,
    escape,
    header,
    mention,
    moment,
    quote_whole,
    section,
    verdict_fields,
)
from core.model.knowledge import Audience
from core.model.request import Request, RequestState, Ruling
from core.ports.cards import Rendered

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
    text = f"{request.asked_by} asks for your word on a reply to {request.customer} (ticket #{request.ticket_id})"
    blocks = [
        header(f"May {request.asked_by} send this to {request.customer}?"),
        detailed(_asked(request), CardKind.REQUEST, request.id),
        *_shown(request),
        context(
            f"Approving sends nothing: the agent may use exactly these words once, until {moment(request.expires_at)}."
        ),
        *verdict_fields(request.id, request.digest, "Approve these words"),
    ]
    return Rendered(text, blocks)


def ruled_card(ruling: Ruling, note: str = "") -> Rendered:
    """The same card without buttons, and what became of it."""
    request = ruling.request
    by = f" by {mention(ruling.decided_by)}" if ruling.decided_by else ""
    said = f"\n>{escape(ruling.reason)}" if ruling.reason else ""
    blocks = [
        header(f"{request.asked_by}’s reply to {request.customer}"),
        detailed(f"*{OUTCOMES[ruling.state]}{by}*{said}", CardKind.REQUEST, request.id),
        *_shown(request),
        *([context(escape(note))] if note else []),
    ]
    return Rendered(f"Reply {ruling.state}", blocks)


def _asked(request: Request) -> str:
    """What the words rest on in short: what an approver weighs first."""
    articles = len({source.article_id for source in request.sources})
    inside = len({source.article_id for source in request.sources if source.audience is not Audience.PUBLIC})
    rests = f"rests on {articles} {'article' if articles == 1 else 'articles'}" if articles else "the agent’s own words"
    warned = f" · :lock: {inside} of them not for customers" if inside else ""
    return f"Ticket #{escape(request.ticket_id)} · {rests}{warned}"


def _shown(request: Request) -> list[Block]:
    return [*(section(piece) for piece in quote_whole(request.text)), *_found(request.findings)]


def _found(findings: Sequence[str]) -> list[Block]:
    """What the guard says of the words: the reason why somebody is asked at all."""
    if not findings:
        return []
    lines = [f"• {escape(each[:LONGEST_FINDING])}" for each in findings[:FINDINGS]]
    more = len(findings) - FINDINGS
    return [section("\n".join(["*Found in it:*", *lines, *([f"• and {more} more"] if more > 0 else [])]))]
