"""The whole package that goes with a handoff: everything the next person needs, and nothing that their team may not
see."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from core.calendar.moments import WEEK
from core.calendar.opening_hours import after, is_open, open_between, opens_next
from core.context.outreach_messages import grounds
from core.handoff.card import CHANNEL_WORDS, IDENTITY_OF_CHANNEL, file_line, quote_line
from core.handoff.evidence import evidence_of
from core.handoff.notice import ON, PROMISE
from core.handoff.ways import ways_of
from core.model.conversation import CaseContext, Earlier, Role
from core.model.customer import Channel, IdentityKind
from core.model.decision import Answered, Decision, Expected, Handoff
from core.model.ids import ConversationId
from core.model.outbound import NOTICE, UNDELIVERED, UNDER_WAY, EffectState
from core.model.profile import Proof, Verified
from core.policy import Policy, StepKind
from core.policy.hours import OpeningHours
from core.policy.known import PARTS
from core.ports import Unit
from core.privacy.mask import mask
from core.procedure.verify_identity import began_with_number, proofs, strongest_proof
from core.wrap_up.history import earlier_matters, history_of

MOST_EARLIER = 5
MOST_SOURCES = 4
FACTS = 8  # of the profile
ASK = "ask before you tell them anything of their account"


def pack(unit: Unit, decision: Decision, case: CaseContext, policy: Policy) -> Decision:
    """The decision with its card complete, as far as the team that gets it may see; unchanged without a card."""
    card = decision.handoff
    if card is None:
        return decision
    team = decision.disposition.owner.name
    whole = replace(decision, handoff=_whole(_with_grounds(unit, card, case), decision, case, policy, unit))
    return _cut(with_expectation(unit, whole, case, policy), case, team, policy)


def _with_grounds(unit: Unit, card: Handoff, case: CaseContext) -> Handoff:
    """With what the company's own systems had reported when we wrote first: the customer speaks about that."""
    known = [f"Why we wrote first: {facts}" for _, facts in grounds(unit, case.timeline) if facts]
    return replace(card, open=(*known, *card.open))


def _whole(card: Handoff, decision: Decision, case: CaseContext, policy: Policy, unit: Unit) -> Handoff:
    signals = decision.signals
    intents = [each.label or each.value for each in signals.intents if each.confidence >= 0.4]
    steps = tuple(_steps(decision))
    asked = [step.partition(" → ")[0] for step in steps]
    return replace(
        card,
        tried=tuple(line for line in card.tried if not any(step in line for step in asked)),
        intent=", ".join(intents[:3]),
        sources=tuple(_sources(case)),
        proof=_proof(card, case, policy),
        profile=tuple(_profile(case)),
        activity=_activity(unit, case),
        consent=tuple(_consents(case)),
        steps=steps,
        open=(*(f"{wish}?" for wish in decision.procedure.wants), *card.open) if decision.procedure else card.open,
        diagnostics=tuple(_diagnostics(case)),
        last_issue=quote_line(case.past[0].subject or case.past[0].words, 120) if case.past else "",
    )


def _sources(case: CaseContext) -> Iterator[str]:
    """The messages that the summary is made of, as people can find them."""
    theirs = [m for m in case.timeline if m.role is Role.CUSTOMER]
    for message in dict.fromkeys((*theirs[:1], *theirs[-(MOST_SOURCES - 1) :])):
        yield f"{message.named}, by {CHANNEL_WORDS[message.channel]}"


def _proof(card: Handoff, case: CaseContext, policy: Policy) -> str:
    """How they were recognised, in words: what the channel proves and for what that is enough, or what it does not."""
    latest = case.latest
    channel = latest.channel if latest else case.conversation.channel
    found = strongest_proof(case, policy)
    if found is not None and found.by is Proof.NUMBER and began_with_number(case):
        return f"the number that they write from, which no record of ours has: {ASK}"
    if found is not None:
        return f"{_proved_by(found, channel)}{_enough_for(policy)}"
    if card.identity == "known" and proofs(case):
        return f"their {_kind(IDENTITY_OF_CHANNEL[channel])}, which the policy takes for no proof: {ASK}"
    if card.identity == "known":
        return f"the {_kind(IDENTITY_OF_CHANNEL[channel])} that they are known by, not verified: {ASK}"
    return f"nothing proves who this is: {ASK}"


def _proved_by(found: Verified, channel: Channel) -> str:
    if found.by is Proof.CODE and found.until is not None:
        return f"a one-time code that they repeated, good until {found.until:%Y-%m-%d %H:%M} UTC"
    return f"their {'sign-in' if found.by is Proof.LOGIN else 'verified number'}, by {CHANNEL_WORDS[channel]}"


def _enough_for(policy: Policy) -> str:
    asked = sorted(policy.verification.intents)
    return f"; enough for {', '.join(name.replace('_', ' ') for name in asked)}" if asked else ""


def _kind(kind: IdentityKind) -> str:
    return {IdentityKind.EMAIL: "e-mail address", IdentityKind.PHONE: "number"}.get(kind, "sign-in")


def _profile(case: CaseContext) -> Iterator[str]:
    customer = case.customer
    yield f"Language {customer.locale}" + (f", time zone {customer.time_zone}" if customer.time_zone else "")
    if customer.organization:
        yield f"Organization: {customer.organization}"
    told = [(name, value) for name, value in customer.attributes.items() if value and name != "consents"]
    for name, value in told[:FACTS]:
        yield f"{name.replace('_', ' ').capitalize()}: {quote_line(value, 100)}"


def _activity(unit: Unit, case: CaseContext) -> tuple[str, ...]:
    """What is not settled of their earlier matters; which there were, where nothing of them is stored."""
    others = earlier_matters(unit, case.conversation, case.now)
    return history_of(unit, case.conversation, others) or tuple(_earlier(each) for each in case.past[:MOST_EARLIER])


def _earlier(past: Earlier) -> str:
    ended = "solved" if past.solved else "still open"
    by = ", with a person" if past.escalated else ""
    mood = f", rated {past.satisfaction}" if past.satisfaction else ""
    return f"{past.named}: {quote_line(past.subject or past.words, 80)} ({ended}{by}{mood})"


def _consents(case: CaseContext) -> Iterator[str]:
    """The latest word on each channel and purpose."""
    latest = {(c.channel, c.purpose): c for c in sorted(case.customer.consents, key=lambda c: c.at)}
    for (channel, purpose), consent in latest.items():
        said = "yes" if consent.granted else "NO"
        yield f"{purpose} by {CHANNEL_WORDS[channel]}: {said}, {consent.at:%Y-%m-%d} ({consent.source})"


def _steps(decision: Decision) -> Iterator[str]:
    """What was asked, looked up, said and done; which condition led where is told where the procedure stands."""
    for step in decision.procedure.taken if decision.procedure else ():
        if step.kind != StepKind.BRANCH and step.what != decision.disposition.reason:
            what = step.what.replace("_", " ") if step.kind == StepKind.CHECK else step.what
            came = step.result if step.result.casefold() != what.casefold() else ""
            yield f"{quote_line(what, 120)}{f' → {quote_line(came, 80)}' if came else ''}"


def _diagnostics(case: CaseContext) -> Iterator[str]:
    found = evidence_of(case)
    if found.versions:
        yield f"Versions: {', '.join(found.versions)}"
    if found.codes:
        yield f"Error codes: {', '.join(found.codes)}"
    for log in found.logs:
        yield f"{log.name}: {log.of} lines tell of something wrong, the last: “{log.lines[-1]}”"
    if found.files:
        yield f"Not read by anybody yet: {', '.join(found.files)}"


# ---------------------------------------------------------------- what the team may not see


def _cut(decision: Decision, case: CaseContext, team: str, policy: Policy) -> Decision:
    """A part that the team may not see is not on the card at all; that it is withheld stands there."""
    card = decision.handoff
    withheld = tuple(part for part in PARTS if not policy.may_see(team, part))
    if card is None or not withheld:
        return decision
    files = {file_line(each) for message in case.unanswered for each in message.attachments}
    card = replace(
        card,
        withheld=withheld,
        open=tuple(line for line in card.open if "diagnostics" not in withheld or line not in files),
        profile=() if "profile" in withheld else card.profile,
        activity=() if "activity" in withheld else card.activity,
        last_issue="" if "activity" in withheld else card.last_issue,
        history=() if "orders" in withheld else card.history,
        consent=() if "consent" in withheld else card.consent,
        diagnostics=() if "diagnostics" in withheld else card.diagnostics,
    )
    return replace(decision, handoff=mask_package(card) if "contact" in withheld else card)


def mask_package(card: Handoff) -> Handoff:
    """Without addresses and numbers, wherever somebody wrote them."""
    return replace(
        card,
        wants=_masked(card.wants),
        summary=_masked(card.summary),
        reason=_masked(card.reason),
        last_issue=_masked(card.last_issue),
        tried=_all_masked(card.tried),
        open=_all_masked(card.open),
        profile=_all_masked(card.profile),
        activity=_all_masked(card.activity),
        steps=_all_masked(card.steps),
        diagnostics=_all_masked(card.diagnostics),
    )


def _masked(text: str) -> str:
    return mask(text).text


def _all_masked(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_masked, lines))


# ------------------------------------------------------------------
# When the customer will hear from a person: what the policy promises, what people really took of late, and when they
# are there at all. Of the promise and the experience the longer is told: only that is honest.


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOOKED_BACK = timedelta(days=14)
MOST = 60  # handovers that are looked at, the newest
FEWEST = 5  # below which experience says nothing
SHARE = 0.75  # three of four customers waited no longer than what is told
# What is told is one of these, the next longer one: "37 minutes" would be a figure that nobody has.
TOLD = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1440, 2880)
_SPAN = re.compile(r"(\d+) (minute|hour)s?", re.IGNORECASE)


def with_expectation(unit: Unit, decision: Decision, case: CaseContext, policy: Policy) -> Decision:
    """A decision that hands over, with what its customer is told of the wait, and the ways to choose from while nobody
    is there; any other, and one of which the customer is told nothing, as it is."""
    card = decision.handoff
    if card is None or not decision.disposition.notify_customer:
        return decision
    team = decision.disposition.owner.name
    waits = unit.figures.list_answered(team, decision.at - LOOKED_BACK, MOST)
    reply = expect_answer(policy, team, waits, decision.at)
    if case.latest and case.latest.channel is Channel.VOICE and policy.voice.number_of(team) and not reply.closed:
        return decision  # they are put through at once, and told no time
    ways = ways_of(case.customer, case.latest) if reply.closed and case.latest else ()
    return replace(decision, handoff=replace(card, reply=reply, ways=tuple(ways)))


def as_told(unit: Unit, card: Handoff, conversation_id: ConversationId) -> Handoff:
    """Without a time that the customer never read: what was to tell it was stopped, refused, or did not arrive."""
    if card.reply is None:
        return card
    rows = (row for row in unit.outbox.of_conversation(conversation_id) if row.effect.authority.rule == NOTICE)
    newest = max(rows, key=lambda row: row.effect.created_at, default=None)
    if newest is None or (newest.state in (EffectState.SENT, *UNDER_WAY) and newest.delivery not in UNDELIVERED):
        return card
    return replace(card, reply=None, ways=())


def expect_answer(policy: Policy, team: str, waits: Sequence[Answered], now: datetime) -> Expected:
    hours, promise = policy.hours(team), policy.reply_within(team)
    promised, experience = promised_minutes(promise), usual_minutes(waits, hours, now)
    minutes = max((each for each in (promised, experience) if each is not None), default=None)
    if promise and promised is None and minutes is not None and not _takes_longer(minutes, promise, hours, now):
        minutes = None  # "next working day" holds, unless people took longer than the day that it names
    told = Expected(
        minutes=minutes,
        promise=promise if minutes is None or minutes == promised else "",
        grounds=_grounds(promise, experience, len(waits)),
    )
    return _by_the_clock(told, hours, now)


def _by_the_clock(told: Expected, hours: OpeningHours | None, now: datetime) -> Expected:
    if hours is None:
        return told
    by = after(hours, now, timedelta(minutes=told.minutes)) if told.minutes is not None else None
    return replace(told, by=by, opens_at=None if is_open(hours, now) else opens_next(hours, now))


def _takes_longer(minutes: int, promise: str, hours: OpeningHours | None, now: datetime) -> bool:
    """Whether so much of the team's own time ends after the day that the promise names. Without hours it is always
    there, and a day is a day long."""
    if hours is None:
        span = PROMISE.fullmatch(promise.strip())
        return minutes * MINUTE > (_plain_days(span) if span else 1) * DAY
    by = after(hours, now, minutes * MINUTE)
    return by is None or by.astimezone(ZoneInfo(hours.zone)).date() > _promised_day(promise, hours, now)


def _promised_day(promise: str, hours: OpeningHours, now: datetime) -> date:
    """The last day that a promise in days leaves; of one in words that say no number, the next working day."""
    zone = ZoneInfo(hours.zone)
    day, span = now.astimezone(zone).date(), PROMISE.fullmatch(promise.strip())
    if ON["same"].fullmatch(promise.strip()):
        return (opens_next(hours, now) or now).astimezone(zone).date()
    if span and "working" not in _unit(span):
        return day + _plain_days(span) * DAY
    for _ in range(int(span[1]) if span else 1):
        opens = opens_next(hours, datetime.combine(day + DAY, time(0), zone).astimezone(UTC))
        day = opens.astimezone(zone).date() if opens else day
    return day


def _unit(span: re.Match[str]) -> str:
    return span[2].casefold().replace("business", "working")


def _plain_days(span: re.Match[str]) -> int:
    return int(span[1]) * (WEEK if _unit(span) == "week" else 1)


def promised_minutes(promise: str) -> int | None:
    """Of `30 minutes` or `2 hours`; None of a promise in days or words."""
    found = _SPAN.fullmatch(promise.strip())
    if found is None:
        return None
    return int(found[1]) * (60 if found[2].casefold() == "hour" else 1)


def usual_minutes(waits: Sequence[Answered], hours: OpeningHours | None, now: datetime) -> int | None:
    """Within how much working time three of four were answered, rounded up. Who still waits has waited that long at
    least: a team that answers nobody would else look quick."""
    answered = [open_between(hours, w.handed_at, w.answered_at) for w in waits if w.answered_at is not None]
    if len(answered) < FEWEST:
        return None
    reached = sorted(answered)[ceil(SHARE * len(answered)) - 1]
    waiting = [open_between(hours, w.handed_at, now) for w in waits if w.answered_at is None]
    all_of_them = sorted([*answered, *(wait for wait in waiting if wait > reached)])
    minutes = all_of_them[ceil(SHARE * len(all_of_them)) - 1] / timedelta(minutes=1)
    return next((told for told in TOLD if told >= minutes), TOLD[-1])


def _grounds(promise: str, experience: int | None, cases: int) -> str:
    said = [f"promised: {promise}"] if promise else []
    if experience is not None:
        said.append(f"three of four in the last two weeks: {experience} working minutes ({cases} handovers)")
    return "; ".join(said)
