"""The handoff card: all that the next person needs, so that nobody asks the customer again."""

import re
from collections.abc import Sequence
from functools import lru_cache

from core.model.conversation import Attachment, CaseContext, Message, Role
from core.model.customer import Channel, IdentityKind
from core.model.decision import Disposition, Expected, Handoff
from core.model.draft import Draft
from core.model.profile import Proof
from core.model.signals import HUMAN_REQUEST, Signals
from core.policy import Policy
from core.privacy.mask import mask
from core.procedure.verify_identity import began_with_number, strongest_proof
from core.read.turn_input import describe_file
from core.wrap_up.summary import SummaryLine, summarise

LONGEST_QUOTE = 240
LONGEST_OF_FILE = 300
MOST_QUOTED = 3  # messages of the customer, up to which first and last say enough
MOST_BETWEEN = 4
LOOKED_INTO = 1_000  # characters of a file that are masked before they are cut: half a number would not be known
TREND_LENGTH = 6

IDENTITY_OF_CHANNEL = {
    Channel.EMAIL: IdentityKind.EMAIL,
    Channel.SMS: IdentityKind.PHONE,
    Channel.WHATSAPP: IdentityKind.PHONE,
    Channel.VOICE: IdentityKind.PHONE,
    Channel.CHAT: IdentityKind.EXTERNAL,
    Channel.MESSENGER: IdentityKind.EXTERNAL,
    Channel.INSTAGRAM: IdentityKind.EXTERNAL,
}


# As people say them in a sentence.
CHANNEL_WORDS = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.WEB: "the website",
    Channel.CHAT: "web chat",
    Channel.MESSENGER: "Messenger",
    Channel.INSTAGRAM: "Instagram",
    Channel.VOICE: "phone",
}
# LK-10405; without its letters a number may be a telephone's.
_ORDER = re.compile(r"\b[A-Z]{1,4}-?\d{4,}\b")


def handoff_card(
    case: CaseContext,
    signals: Signals,
    draft: Draft | None,
    disposition: Disposition,
    moods: tuple[float, ...],
    policy: Policy,
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
        identity=_identity(case, policy),
    )


def wrote(customer: str, message: Message) -> str:
    """A message that did not come through the ticket, as the ticket tells it."""
    did = "said" if message.channel is Channel.VOICE else "wrote"
    return f"{customer} {did} by {CHANNEL_WORDS[message.channel]}: {message.text}"


def quote_line(text: str, limit: int = LONGEST_QUOTE) -> str:
    """The text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0] + " …"


def _wants(case: CaseContext, signals: Signals) -> str:
    latest = case.latest
    words = quote_line(latest.text) if latest else ""
    label = signals.intent.label
    said = f"{label}: “{words}”" if label and signals.intent.value != "unknown" else f"“{words}”"
    before = _asked_before(case) if signals.risk(HUMAN_REQUEST) is not None else None
    return f"{said}, and before that: “{quote_line(before.text, 140)}”" if before else said


def _asked_before(case: CaseContext) -> Message | None:
    """What whoever now asks for a person had asked: their wish for one says nothing of the matter."""
    since, new = case.conversation.solved_at, case.unanswered
    theirs = (m for m in case.timeline if m.role is Role.CUSTOMER and m not in new and (since is None or m.at > since))
    return max((m for m in theirs if m.text.strip()), key=lambda m: m.at, default=None)


def _tried(case: CaseContext) -> tuple[str, ...]:
    since = case.conversation.solved_at  # what was tried on a matter that was solved is another story
    public = [
        m
        for m in case.timeline
        if m.public and m.role in (Role.ASSISTANT, Role.AGENT) and (since is None or m.at > since)
    ]
    return tuple(f"{_who(m)}: “{quote_line(m.text, 140)}”" for m in public[-3:])


def _who(message: Message) -> str:
    # An agent writes in the helpdesk, whatever the customer reads it on.
    if message.unasked:
        return f"We wrote first, by {CHANNEL_WORDS[message.channel]}"
    if message.role is Role.ASSISTANT:
        return f"The assistant answered by {CHANNEL_WORDS[message.channel]}"
    return f"{message.author} answered"


def _open(case: CaseContext, draft: Draft | None) -> tuple[str, ...]:
    # The latest stands under what they want.
    before = [m for m in case.unanswered if m is not case.latest]
    questions = [f"“{quote_line(m.text, 140)}”" for m in before[-3:]]
    files = [file_line(attachment) for message in case.unanswered for attachment in message.attachments]
    unanswered = [f"“{part}”" for part in draft.unknown] if draft else ()
    return (*questions, *files, *unanswered)


@lru_cache(maxsize=512)
def file_line(attachment: Attachment) -> str:
    """`File hub.log, 900 bytes, read: “E42 at boot”`: the beginning of what was read, personal data masked."""
    begins = " ".join(attachment.text.split())[:LOOKED_INTO]
    said = quote_line(mask(begins).text, LONGEST_OF_FILE)
    return f"{describe_file(attachment)}: “{said}”" if said else describe_file(attachment)


def _summary(case: CaseContext) -> str:
    customer: Sequence[Message] = [m for m in case.timeline if m.role is Role.CUSTOMER]
    if not customer:
        return ""
    channels = list_words(list(dict.fromkeys(CHANNEL_WORDS[m.channel] for m in customer)))
    if len(customer) == 1:
        return f"{case.customer.name} wrote once, by {channels}: “{quote_line(customer[0].text)}”"
    first = f"{case.customer.name} first wrote: “{quote_line(customer[0].text)}”"
    last = f" and last: “{quote_line(customer[-1].text)}”"
    said = f"{first}{last}. {len(customer)} messages, by {channels}."
    between = [f"{line.text} ({line.source})" for line in _between(case, customer)]
    return f"{said} Between them: {'; '.join(between)}" if between else said


def _between(case: CaseContext, customer: Sequence[Message]) -> list[SummaryLine]:
    """Of a long history, what was said between the first and the last message and states something."""
    quoted = {customer[0].id, customer[-1].id}
    public = [m for m in case.timeline if m.public]
    lines = summarise(public) if len(customer) > MOST_QUOTED else ()
    return [line for line in lines if line.message not in quoted][:MOST_BETWEEN]


def list_words(things: Sequence[str]) -> str:
    """a, b and c."""
    *before, last = things
    return f"{', '.join(before)} and {last}" if before else last


def _identity(case: CaseContext, policy: Policy) -> str:
    """`verified` when it is proved who wrote last, as the policy asks for. Anybody can type any address into a web form
    or a sender's line and call with any number, so these make nobody more than `known`; nor does the number that a
    newcomer writes from, whom no record knows."""
    proof = strongest_proof(case, policy)
    if proof is not None and proof.by is Proof.NUMBER and began_with_number(case):
        return "unverified"
    if proof is not None:
        return "verified"
    latest = case.latest
    kind = IDENTITY_OF_CHANNEL.get(latest.channel if latest else case.conversation.channel)
    return "known" if any(i.kind is kind for i in case.customer.identities) else "unverified"


def note_text(card: Handoff, case: CaseContext, policy_version: str, rule: str, way: str = "") -> str:
    """What a person needs who has the ticket and no sidebar, each thing once. `way` says how the route came to its
    team, and is told where it came to nobody of it."""
    to = f"{card.agent} of {card.group}" if card.agent else card.group
    then = "; ".join(card.open) or f"answer them, by {CHANNEL_WORDS[_channel(case)]}"
    lines = (
        f"Handed over to {to}: {card.reason}",
        f"Wants: {card.wants}",
        f"Done so far: {'; '.join((*card.tried, *card.steps)) or 'nothing yet'}",
        f"Next: {then}",
        f"Diagnostics: {'; '.join(card.diagnostics)}" if card.diagnostics else "",
        f"Could be offered: {'; '.join(card.options)}" if card.options else "",
        f"Bought: {'; '.join(card.history)}" if card.history else _order(card, case),
        f"Customer: {_who_it_is(card, case)}",
        f"Told: an answer within {expects(card.reply)}" if card.reply else "Told no time for an answer",
        f"Nobody is named: {way}" if way and not card.agent else "",
        f"Not for this team: {', '.join(card.withheld)}" if card.withheld else "",
        f"The rest is in the sidebar. Decided by rule {rule} of policy {policy_version}.",
    )
    return "\n".join(line for line in lines if line)


def _channel(case: CaseContext) -> Channel:
    return case.latest.channel if case.latest else case.conversation.channel


def _who_it_is(card: Handoff, case: CaseContext) -> str:
    """`Emma Clarke, Plus; identity verified by their verified number, by SMS`."""
    tier = "" if "profile" in card.withheld else f", {case.customer.tier.capitalize()}"
    by = f"{' by' if card.identity == 'verified' else ':'} {card.proof}" if card.proof else ""
    return f"{case.customer.name}{tier}; identity {card.identity}{by}"


def _order(card: Handoff, case: CaseContext) -> str:
    """That which the customer named, else their last, as far as the profile knows it and the team may see both."""
    hidden = {"orders", "profile"} & {*card.withheld}
    known = "" if hidden else quote_line(case.customer.attributes.get("last_order", ""), 140)
    since = case.conversation.solved_at
    theirs = (m.text for m in case.timeline if m.role is Role.CUSTOMER and (since is None or m.at > since))
    named = next((found.group() for found in map(_ORDER.search, theirs) if found), "")
    if not named:
        return f"Last order: {known}" if known else ""
    if known.startswith(named):
        return f"Order: {known}"
    return "" if named in card.wants else f"Order: {named}"


def expects(reply: Expected) -> str:
    """When they were told to expect an answer, and what that rests on."""
    within = f"{reply.minutes} working minutes" if reply.minutes is not None else reply.promise or "no time"
    opens = f", back {reply.opens_at:%Y-%m-%d %H:%M} UTC" if reply.opens_at else ""
    return f"{within}{opens} ({reply.grounds})"
