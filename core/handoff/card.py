"""The handoff card: all that the next person needs, so that nobody asks the customer again."""

from collections.abc import Sequence

from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.decision import Disposition, Handoff
from core.model.draft import Draft
from core.model.signals import Signals

LONGEST_QUOTE = 240
TREND_LENGTH = 6

IDENTITY_OF_CHANNEL = {Channel.EMAIL: IdentityKind.EMAIL, Channel.SMS: IdentityKind.PHONE}


def handoff_card(
    case: CaseContext, signals: Signals, draft: Draft | None, disposition: Disposition, moods: tuple[float, ...]
) -> Handoff:
    """What they want, what was tried, what is open; built only from the record, nothing is guessed."""
    return Handoff(
        group=disposition.owner.name,
        agent=None,
        reason=disposition.reason,
        wants=_wants(case, signals),
        tried=_tried(case),
        open=_open(case, draft),
        summary=_summary(case),
        sentiment_trend=moods[-TREND_LENGTH:],
        identity=_identity(case),
    )


def quoted(text: str, limit: int = LONGEST_QUOTE) -> str:
    """The text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0] + " …"


def _wants(case: CaseContext, signals: Signals) -> str:
    latest = case.latest
    words = quoted(latest.text) if latest else ""
    label = signals.intent.label
    return f"{label}: “{words}”" if label and signals.intent.value != "unknown" else f"“{words}”"


def _tried(case: CaseContext) -> tuple[str, ...]:
    public = [m for m in case.timeline if m.public and m.role in (Role.ASSISTANT, Role.AGENT)]
    return tuple(f"{_who(m)} answered by {m.channel}: “{quoted(m.text, 140)}”" for m in public[-3:])


def _who(message: Message) -> str:
    return "The assistant" if message.role is Role.ASSISTANT else message.author


def _open(case: CaseContext, draft: Draft | None) -> tuple[str, ...]:
    questions = [f"“{quoted(m.text, 140)}”" for m in case.unanswered[-3:]]
    return (*questions, *(draft.unknown if draft else ()))


def _summary(case: CaseContext) -> str:
    customer: Sequence[Message] = [m for m in case.timeline if m.role is Role.CUSTOMER]
    if not customer:
        return ""
    channels = ", ".join(dict.fromkeys(m.channel for m in case.timeline))
    first = f"{case.customer.name} first wrote: “{quoted(customer[0].text)}”"
    last = f" and last: “{quoted(customer[-1].text)}”" if len(customer) > 1 else ""
    return f"{first}{last}. {len(case.timeline)} entries over {channels}."


def _identity(case: CaseContext) -> str:
    """`verified` when the channel of the last message proves one of the customer's verified identities."""
    latest = case.latest
    channel = latest.channel if latest else case.conversation.channel
    kind = IDENTITY_OF_CHANNEL.get(channel, IdentityKind.PHONE)
    proofs: list[Identity] = [i for i in case.customer.identities if i.kind is kind]
    if not proofs:
        return "unverified"
    return "verified" if any(i.verified for i in proofs) else "known"


def note_text(card: Handoff, case: CaseContext, policy_version: str, rule: str) -> str:
    """The card as an internal note."""
    lines = [
        f"Handed over to {card.group}: {card.reason}",
        f"Customer: {case.customer.name} · {case.customer.tier} · identity {card.identity}",
        f"Wants: {card.wants}",
        *(f"Tried: {line}" for line in card.tried),
        *(f"Open: {line}" for line in card.open),
        f"Mood now: {card.sentiment_trend[-1]:+.2f}",
        f"Summary: {card.summary}",
        f"Why: rule {rule}, policy {policy_version}",
    ]
    return "\n".join(lines)
