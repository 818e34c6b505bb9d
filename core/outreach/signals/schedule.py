"""Plays that a clock starts: each occurrence of a play's `every` is one signal, kept once.

What the signal states stands in the play's `given`. A day is written `today` or `today+14`; `people` come from where it
says: the calendar's visits, or the conversations that were solved. Run by the worker's watch, once a minute.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.alerts.raising import add_or_count
from core.calendar.spoken_time import clock_of, say_time, zone_of
from core.errors import HandrailError, RejectedError
from core.model.appointment import Booked
from core.model.conversation import Conversation, Message, MessageKind, Role
from core.model.customer import Customer, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import CustomerId, EventId
from core.outreach.audience.rule import name_of
from core.outreach.law.fields import LONGEST
from core.outreach.signals.warning import warning
from core.outreach.spoken import language_for
from core.policy import Play, Policy
from core.policy.cron import cron
from core.policy.given import (
    A_QUARTER,
    AFTER,
    AN_HOUR,
    DAY,
    EVERY_DAYS,
    PEOPLE,
    SOLVED,
    TOMORROW,
    VISIT,
    VISITS,
    day_of,
    days_of,
    is_counted_day,
    minutes_of,
)
from core.ports import Calendar, Publisher, Store, Unit
from core.privacy.find import find

SOURCE = "schedule"
MOST_PEOPLE = 5_000  # in one signal; more make a second one
LATE = timedelta(hours=6)  # an occurrence that nobody could take up is let go after that
TOO_LONG = timedelta(days=2)  # nothing is looked up further back than this
AGAIN = timedelta(minutes=2)
NOT_BEFORE = "schedule_not_before"  # the cursor of when the store was restored

Person = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One moment of a play's timetable, and the one before it that was taken up."""

    name: str
    play: Play
    at: datetime
    before: datetime
    mark: str  # how far the store had it when this was found

    @property
    def kind(self) -> str:
        return self.play.signal or self.name

    def day(self, text: str) -> date:
        """Raises RejectedError where it is none."""
        try:
            return day_of(text, self.at.date())
        except ValueError as error:
            raise RejectedError(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`calendar` is asked outside of every transaction."""

    store: Store
    publisher: Publisher
    policy: Policy
    calendar: Calendar | None = None

    def run(self, now: datetime) -> list[EventId]:
        """Keep the signals whose time has come; the new ones."""
        made: list[EventId] = []
        for due in self._due(now):
            if now - due.at > LATE:
                self._let_go(due, "no worker took it up in time", now)
                continue
            try:
                people = self._people(due)
            except HandrailError as error:
                self._put_off(due, error, now)
                continue
            made += self._kept(due, people, now)
        for event_id in made:
            self.publisher.event(event_id)
        return made

    def _due(self, now: datetime) -> list[Occurrence]:
        timed = {name: play for name, play in self.policy.outreach.plays.items() if play.every}
        with self.store.read() as unit:
            found = {name: due_of(unit, name, play, self.policy, now) for name, play in timed.items()}
        fresh = [name for name, due in found.items() if due is None]
        if fresh:
            with self.store.begin_lightly() as unit:
                for name in fresh:
                    unit.cursors.set(_mark(name), now.isoformat())
        return [due for due in found.values() if due is not None and due.at > due.before]

    def _people(self, due: Occurrence) -> Sequence[Person] | None:
        """None: the play finds its people itself."""
        where = due.play.given.get(PEOPLE, "")
        if where == VISITS:
            return list(self._visitors(due))
        if where == SOLVED:
            with self.store.read() as unit:
                return solved_people(unit, self.policy, due.play, since=due.before, until=due.at)
        return None

    def _visitors(self, due: Occurrence) -> Iterator[Person]:
        if self.calendar is None:
            return
        day = due.day(due.play.given.get(DAY, TOMORROW))
        since = datetime.combine(day, time(0), ZoneInfo(self.policy.outreach.zone))
        named = due.play.given.get(VISIT, "")
        for visit in [named] if named else self.policy.appointments:
            booked = self.calendar.list_bookings(visit, since, since + timedelta(days=1) - timedelta(seconds=1))
            with self.store.read() as unit:
                yield from (self._visitor(unit, due.play, visit, each) for each in booked)

    def _visitor(self, unit: Unit, play: Play, visit: str, booked: Booked) -> Person:
        customer, slot = _guest(unit, booked), booked.appointment.slot
        told = {"visit": visit.replace("_", " "), "place": slot.place, "ref": booked.appointment.ref}
        if customer is None:
            guest = booked.guest
            clock = (zone_of(slot.zone or "UTC").key, False)
            return {
                "customer": guest.phone or guest.email or guest.who,
                "time": say_time(slot.starts_at, "en", clock),
            } | told
        language = language_for(customer, play, self.policy)
        time_said = say_time(slot.starts_at, language, clock_of(customer, [slot]))
        return {"customer": name_of(customer), "time": time_said} | told

    def _kept(self, due: Occurrence, people: Sequence[Person] | None, now: datetime) -> list[EventId]:
        """None where another worker took the moment up meanwhile: its people would be told twice."""
        parts: Sequence[Sequence[Person] | None] = [None] if people is None else list(_parts(people))
        events = [self._event(due, place, part, now) for place, part in enumerate(parts)]
        with self.store.begin() as unit:
            if unit.cursors.get(_mark(due.name)) != due.mark:
                return []
            fresh = [event.id for event in events if unit.events.add(event)]
            unit.cursors.set(_mark(due.name), due.at.isoformat())
        return fresh

    def _event(self, due: Occurrence, place: int, people: Sequence[Person] | None, now: datetime) -> Event:
        facts: dict[str, Any] = {DAY: due.at.date().isoformat(), **_stated(due)}
        facts |= {PEOPLE: list(people)} if people is not None else {}
        return Event(
            source=SOURCE,
            delivery_id=f"{due.name}:{due.at:%Y%m%dT%H%M%z}" + (f":{place}" if place else ""),
            kind=EventKind.BUSINESS_SIGNAL,
            subject=due.kind,
            occurred_at=due.at,
            received_at=now,
            payload=SignalStated(kind=due.kind, facts=facts),
        )

    def _put_off(self, due: Occurrence, error: HandrailError, now: datetime) -> None:
        """Later again; let go, and a person is told, where that would be too late."""
        if now + AGAIN - due.at > LATE:
            self._let_go(due, str(error), now)
            return
        with self.store.begin() as unit:
            unit.cursors.set(f"{_mark(due.name)}:again", (now + AGAIN).isoformat())

    def _let_go(self, due: Occurrence, why: str, now: datetime) -> None:
        text = f"The play {due.name!r} of {due.at:%d %B, %H:%M} was not started: {why}"
        alert = warning(f"schedule:{due.name}:{due.at.isoformat()}", text, {}, self.policy, now)
        with self.store.begin() as unit:
            if unit.cursors.get(_mark(due.name)) != due.mark:
                return
            unit.cursors.set(_mark(due.name), due.at.isoformat())
            fresh = add_or_count(unit, alert)
        for each in fresh:
            self.publisher.effect(each.id)


def begin_anew(unit: Unit, now: datetime) -> None:
    """In a restored store: what came due before `now` may have been taken up after the backup, and is not again."""
    unit.cursors.set(NOT_BEFORE, now.isoformat())


def due_of(unit: Unit, name: str, play: Play, policy: Policy, now: datetime) -> Occurrence | None:
    """The newest moment of the play's timetable; not due where it is the one that was taken up last. None: the play is
    new, and begins with the next one."""
    mark = unit.cursors.get(_mark(name))
    if mark is None:
        return None
    before = max(datetime.fromisoformat(at) for at in (mark, unit.cursors.get(NOT_BEFORE)) if at)
    again = unit.cursors.get(f"{_mark(name)}:again")
    waits = again is not None and datetime.fromisoformat(again) > now
    at = cron(play.every).latest(now, policy.outreach.zone)
    if at is None or waits or at <= before:
        at = before
    return Occurrence(name=name, play=play, at=at, before=max(before, at - TOO_LONG), mark=mark)


def _guest(unit: Unit, booked: Booked) -> Customer | None:
    guest = booked.guest
    if guest.who and (known := unit.customers.get(CustomerId(guest.who))) is not None:
        return known
    named = ((IdentityKind.PHONE, guest.phone), (IdentityKind.EMAIL, (guest.email or "").lower()))
    found = (unit.customers.find(Identity(kind=kind, value=value)) for kind, value in named if value)
    return next((customer for customer in found if customer is not None), None)


def _stated(due: Occurrence) -> Mapping[str, str]:
    given = {name: text for name, text in due.play.given.items() if name != PEOPLE}
    return {name: due.day(text).isoformat() if is_counted_day(text) else text for name, text in given.items()}


def _parts(people: Sequence[Person]) -> Iterator[list[Person]]:
    """Nobody twice in one signal, for it speaks once to each: a second visit of the same day goes into the next."""
    rounds: list[dict[str, Person]] = []
    for person in people:
        place = next((each for each in rounds if person["customer"] not in each), None)
        if place is None:
            rounds.append(place := {})
        place[person["customer"]] = person
    for each in rounds:
        rows = list(each.values())
        yield from (rows[at : at + MOST_PEOPLE] for at in range(0, len(rows), MOST_PEOPLE))


def _mark(name: str) -> str:
    return f"schedule:{name}"


# ------------------------------------------------------------------
# After a conversation was solved: whom to tell what comes next, and whom to ask how it was.


MOST = 5_000
MOST_ASKED = 200  # the newest of what one person was sent
YOUR_MATTER = {
    "en": "your request",
    "de": "Ihr Anliegen",
    "es": "su consulta",
    "fr": "votre demande",
    "pt": "o seu pedido",
    "ja": "お問い合わせ",
}
# What will happen, and what the customer is asked to do.
_STEPS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:we(?:'ll| will)|you(?:'ll| will)|will (?:be|arrive|come)|please|within \d|expect)\b", re.I),
    "de": re.compile(r"\b(?:wir werden|wird|werden|bitte|innerhalb|erhalten sie|erwarten)\b", re.I),
    "es": re.compile(r"\b(?:recibirá|le enviaremos|vamos a|por favor|en un plazo|llegará|esperamos)\b", re.I),
    "fr": re.compile(r"\b(?:nous allons|vous recevrez|veuillez|sous \d|arrivera|sera|s'il vous plaît)\b", re.I),
    "pt": re.compile(r"\b(?:vamos|receberá|por favor|no prazo|chegará|será|enviaremos)\b", re.I),
    "ja": re.compile(r"(?:いたします|お送りします|お届け|ください|予定)"),
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。!?])\s*")


def solved_people(unit: Unit, policy: Policy, play: Play, *, since: datetime, until: datetime) -> list[Person]:
    """Whose conversations were solved `after_minutes` before that span, each person once, for the newest of theirs.
    With `unless: rated` those who have said how it was are left in peace, with `unless: recommended` those who were
    asked within `every_days`; a text that states the next steps goes to
    nobody who was told of none.

    Raises:
        RejectedError: the play's `after_minutes` or `every_days` is no number.
    """
    after = _minutes(play)
    found = unit.conversations.solved_between(since - after, until - after, MOST)
    newest = {each.customer_id: each for each in found if not (play.asks_rating and each.satisfaction)}
    if play.asks_recommendation:
        lately = until - days_of(play.given.get(EVERY_DAYS, A_QUARTER))
        newest = {who: each for who, each in newest.items() if not _was_asked(unit, policy, who, lately)}
    return list(_people(unit, policy, play, newest.values()))


def _was_asked(unit: Unit, policy: Policy, customer: CustomerId, since: datetime) -> bool:
    """Whether some play asked this person since then if they would recommend the company."""
    for line in unit.campaigns.sent_to(customer, MOST_ASKED, since):
        standing = unit.campaigns.get(line.campaign_id)
        play = policy.outreach.plays.get(standing.campaign.play) if standing else None
        if play is not None and play.asks_recommendation:
            return True
    return False


def _people(unit: Unit, policy: Policy, play: Play, found: Iterable[Conversation]) -> Iterator[Person]:
    for conversation in found:
        customer = unit.customers.get(conversation.customer_id)
        answers = [m for m in unit.conversations.messages(conversation.id) if _is_answer(m)]
        if customer is None or not answers:
            continue  # nobody ever spoke with them: there is nothing to say about it
        language = language_for(customer, play, policy)
        decision = unit.decisions.latest(conversation.id)
        intent = decision.signals.intent.value if decision and decision.signals.intents else ""
        steps = next_steps(answers, language)
        if not steps and _states_steps(play):
            continue
        yield {
            "customer": name_of(customer),
            "conversation": conversation.id,
            "ticket": conversation.ticket_id or "",
            "matter": policy.self_service.matter(intent, language) or YOUR_MATTER.get(language, YOUR_MATTER["en"]),
            "next_steps": steps,
        }


def next_steps(answers: Sequence[Message], language: str) -> str:
    """What the last answer said will happen or is to be done, word for word: two sentences at most, none with personal
    data in it, and none that asks. Empty where it said nothing of the kind."""
    pattern = _STEPS.get(language)
    if pattern is None or not answers:
        return ""
    sentences = [part.strip() for part in _SENTENCE.split(answers[-1].text) if part.strip()]
    told = [each for each in sentences if pattern.search(each) and not each.endswith(("?", "?")) and not find(each)]
    short: list[str] = []
    for each in told[:2]:
        if len(" ".join([*short, each])) <= LONGEST:
            short.append(each)
    return " ".join(short)


def _is_answer(message: Message) -> bool:
    by_us = message.public and message.role in (Role.AGENT, Role.ASSISTANT)
    return by_us and message.kind is MessageKind.WORDS and not message.automatic


def _states_steps(play: Play) -> bool:
    return any("{next_steps}" in text for texts in (play.texts, *play.texts_in.values()) for text in texts.values())


def _minutes(play: Play) -> timedelta:
    try:
        return minutes_of(play.given.get(AFTER, AN_HOUR))
    except ValueError as error:
        raise RejectedError(f"its {AFTER}: {error}") from error
