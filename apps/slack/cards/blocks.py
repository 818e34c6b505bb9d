"""Block Kit as plain values: the pieces that every card is made of."""

from datetime import UTC, datetime
from html import escape as escape_html
from typing import Any

from apps.slack.cards.actions import REASON
from core.model.workspace import split_workspace
from core.ports.cards import Rendered

LONGEST_REASON = 500
MOST = 2900  # characters of a section; Slack takes 3000
# What some program shows as the end of a line: after any of them a text could leave its quote.
LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")

Block = dict[str, Any]


def escape(text: str) -> str:
    """Slack's three control characters, so that a customer's text cannot become a link or a mention."""
    return escape_html(text, quote=False)


def short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def link(url: str, text: str) -> str:
    """A text that is escaped already, as a link where the address cannot end it early."""
    return f"<{url}|{text}>" if url.startswith("https://") and not set("|> ") & set(url) else text


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}


def context(*lines: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": line[:2000]} for line in lines if line]}


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150], "emoji": True}}


def button(action: str, text: str, value: str, style: str = "") -> Block:
    """`style` is primary, danger or empty."""
    styled = {"style": style} if style else {}
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": text[:75]},
        "value": value,
        **styled,
    }


def reason_field(card: str) -> Block:
    """Where whoever decides may write why. `card` makes its block's id unique."""
    return {
        "type": "input",
        "block_id": f"{card}:reason",
        "optional": True,
        "label": {"type": "plain_text", "text": "If not: why, or what should it say instead?"},
        "element": {"type": "plain_text_input", "action_id": REASON, "max_length": LONGEST_REASON},
    }


def quote_whole(text: str) -> list[str]:
    """The whole text as quotes that each fit a section: who approves it has to see all of it."""
    pieces = [">"]
    for character in text:
        shown = "\n>" if character in LINE_ENDS else escape(character)
        if len(pieces[-1]) + len(shown) > MOST:
            pieces.append(">")
        pieces[-1] += shown
    return pieces


def moment(at: datetime) -> str:
    """A time that Slack shows on the reader's own clock, and in UTC where it cannot."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at.astimezone(UTC):%d %b %H:%M} UTC>"


def mention(user_id: str, name: str = "") -> str:
    """A member of Slack, by the name that it shows; `name` where no id is known."""
    who = split_workspace(user_id)[1]
    return f"<@{escape(who)}>" if who else escape(name)


def money(micro: int, currency: str) -> str:
    """Millionths of a currency as somebody reads them; what is not nothing is never shown as nothing."""
    exact = micro / 1_000_000
    return f"{exact:,.2f} {currency}" if micro == 0 or abs(exact) >= 0.01 else f"less than 0.01 {currency}"


def people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def word(text: str) -> Rendered:
    """One section that a notification says too."""
    return Rendered(text, [section(text)])
