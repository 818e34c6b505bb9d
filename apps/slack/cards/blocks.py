"""Block Kit as plain values: the pieces that every card is made of."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from html import escape as escape_html
from typing import Any

from apps.slack.cards.actions import APPROVE, DETAILS, REASON, REJECT
from core.model.workspace import split_workspace
from core.ports.cards import Rendered
from core.text.line import is_unseen, one_line

LONGEST_REASON = 500
MOST = 2900  # characters of a section; Slack takes 3000
# What some program shows as the end of a line: after any of them a text could leave its quote.
LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")

Block = dict[str, Any]


_MARKS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})  # the nearest letters that Slack makes nothing of
_SIGN = re.compile(r":(?=[a-z0-9_+'-]*[a-z+-][a-z0-9_+'-]*:)")


def escape(text: str) -> str:
    """Somebody else's text within a line of ours: no link, no mention, no line of its own, no sign and no bold words
    that could be taken for ours."""
    return _SIGN.sub(":\u2060", escape_html(one_line(text), quote=False).translate(_MARKS))


def short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def short_markup(marked: str, longest: int) -> str:
    """The same of a text that is escaped already: cut within no "&amp;" and no "<url|words>"."""
    if len(marked) <= longest:
        return marked
    kept = re.sub(r"&\w{0,4}\Z", "", marked[: longest - 1])
    begun = kept.rfind("<")
    return f"{kept if begun <= kept.rfind('>') else kept[:begun]}…"


def link(url: str, text: str) -> str:
    """A text that is escaped already, as a link where the address cannot end it early."""
    return f"<{url}|{text}>" if url.startswith("https://") and not set("|> ") & set(url) else text


def marked(text: str) -> Block:
    """Slack's markup; `verbatim`: an address that a stranger wrote becomes no link by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    return {"type": "section", "text": marked(short_markup(text, 3000))}


def context(*lines: str) -> Block:
    shown = (short_markup(line, 2000) for line in lines if line)
    return {"type": "context", "elements": [marked(line) for line in shown]}


def header(text: str) -> Block:
    """Names and all, as they are: no signs are made of their letters."""
    return {"type": "header", "text": {"type": "plain_text", "text": one_line(text)[:150], "emoji": False}}


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


class CardKind(StrEnum):
    """What a Details button stands on."""

    ALERT = "alert"
    CAMPAIGN = "campaign"
    REQUEST = "request"
    PARKED = "parked"


def detailed(text: str, kind: CardKind, name: str) -> Block:
    """A section with the button behind which the rest of its card stands. It carries only which card: what is shown is
    read from the store when it is pressed."""
    return section(text) | {"accessory": button(DETAILS, "Details", json.dumps({"card": kind, "id": name}))}


def listed(title: str, lines: Iterable[str]) -> list[Block]:
    """A part of the details, in as many sections as it needs; nothing where there are no lines. Lines are escaped."""
    texts = [f"*{title}*"]
    for line in (short_markup(each, MOST - 100) for each in lines if each):
        if len(texts[-1]) + 1 + len(line) > MOST:
            texts.append(line)
        else:
            texts[-1] += f"\n{line}"
    return [] if texts == [f"*{title}*"] else [section(text) for text in texts]


def verdict_fields(approval: str, digest: str, yes: str) -> list[Block]:
    """The field for a reason and the two buttons, each of which carries the digest of what is shown."""
    value = json.dumps({"approval": approval, "digest": digest})
    buttons = [button(APPROVE, yes, value, "primary"), button(REJECT, "Reject", value, "danger")]
    return [reason_field(approval), {"type": "actions", "block_id": approval, "elements": buttons}]


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
        shown = "\n>" if character in LINE_ENDS else _quoted(character)
        if len(pieces[-1]) + len(shown) > MOST:
            pieces.append(">")
        pieces[-1] += shown
    return pieces


def _quoted(character: str) -> str:
    """As it is; what nobody would see is named, for whoever gets the text might read it another way round."""
    return f"[U+{ord(character):04X}]" if is_unseen(character) else escape_html(character, quote=False)


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
