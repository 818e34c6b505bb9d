"""An appointment as a step of a procedure: what is free is offered, one time is confirmed, and then it is arranged.

Where it stands is kept among what the procedure knows, under the step's id and a dot, so that it goes on days later
and on another channel; the calendar alone knows what is booked.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.calendar.appointment_words import Lines, lines_of
from core.calendar.chosen_time import change_meant, keeps, slot_meant, wants_others
from core.calendar.spoken_time import clock_of, say_time
from core.errors import HandrailError
from core.model.action import ActionCall
from core.model.appointment import Appointment, Arrangement, Do, Slot
from core.model.conversation import CaseContext
from core.policy import ProcedureStep
from core.policy.self_service import Visit
from core.ports import Calendar
from core.read.turn_input import customer_words
from core.text.reply import yes_or_no

BOOKED = ".ref"  # ends the name under which an appointment that is booked already is kept
MOST_OFFERS = 3  # lists of times, before a person looks for one
NO_ANSWER = "The calendar does not answer; a person arranges the appointment."
NOTHING_FITS = "None of the times that were offered suits the customer."
NOTHING_FREE = "No time is free in the days that the policy names."
_CONSENT = re.compile(
    r"[^\w?]*(?:y|o\.?k\.?|okay|(?:ok(?:ay)?,? )?(?:please do|go ahead|do (?:it|that)|book it|sounds good|perfect)"
    r"|of course|in ordnung|gerne?|klar|passt|einverstanden|vale|de acuerdo|perfecto|d['’]accord|bien sûr|parfait"
    r"|está bem|combinado|pode ser|perfeito|お願いします)"
    r"(?:,? (?:please|pls|thanks|thank you|bitte|danke|por favor|gracias|s'il vous plaît|merci|obrigad[oa]))?[^\w?]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the step says now. `known` is where it stands; `arranged` or `call` is what the customer said yes to;
    `over`: the step is done; `unclear`: the answer was none; `reason`: why a person is needed, and `wants` what they
    are to do."""

    text: str = ""
    choices: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    arranged: Arrangement | None = None
    call: ActionCall | None = None
    over: bool = False
    unclear: bool = False
    reason: str = ""
    wants: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One turn of an appointment step. Times are held for the customer while they choose; nothing else is changed in
    the calendar here."""

    calendar: Calendar
    case: CaseContext
    visits: Mapping[str, Visit]

    def begin(self, step: ProcedureStep, language: str) -> Said:
        """What is booked already, or what is free."""
        try:
            booked = self.calendar.list_bookings_of(step.name, self._who)
            if not booked:
                return self._offer(step, lines_of(language), {}, language)
            return self._existing(step, booked[0], language)
        except HandrailError:
            return Said(reason=NO_ANSWER)

    def go_on(self, step: ProcedureStep, known: Mapping[str, str], words: str, language: str) -> Said:
        """What follows from the customer's words."""
        here = {name.partition(".")[2]: value for name, value in known.items() if name.startswith(f"{step.id}.")}
        ways = {"existing": self._on_existing, "offered": self._on_offer, "confirm": self._on_confirm}
        try:
            return ways.get(here.get("state", ""), self._on_offer)(step, here, words, language)
        except HandrailError:
            return Said(reason=NO_ANSWER)

    @property
    def _who(self) -> str:
        return self.case.customer.id

    def _existing(self, step: ProcedureStep, booked: Appointment, language: str) -> Said:
        """Whoever said already that it is to be moved or given up is not asked which."""
        lines, wish = lines_of(language), change_meant(customer_words(self.case), language)
        here = {"state": "existing", "ref": booked.ref, "before": _stored([booked.slot])}
        if wish is not None:
            return self._changing(step, here, wish, language)
        text = lines.existing.format(before=self._told(booked.slot, language))
        return self._asks(step, here, text, (lines.move, lines.cancel, lines.keep))

    def _on_existing(self, step: ProcedureStep, here: Mapping[str, str], words: str, language: str) -> Said:
        wish = change_meant(words, language)
        if wish is not None:
            return self._changing(step, here, wish, language)
        if not keeps(words, language):
            return Said(unclear=True)
        (before,) = _slots(here["before"])
        return Said(text=lines_of(language).kept.format(before=self._told(before, language)), over=True)

    def _changing(self, step: ProcedureStep, here: Mapping[str, str], wish: Do, language: str) -> Said:
        lines = lines_of(language)
        if wish is Do.MOVE:
            return self._offer(step, lines, here, language)
        (before,) = _slots(here["before"])
        text = lines.confirm_cancel.format(before=self._told(before, language))
        return self._asks(step, {**here, "state": "confirm", "do": Do.CANCEL}, text, (lines.yes, lines.no))

    def _offer(
        self,
        step: ProcedureStep,
        lines: Lines,
        here: Mapping[str, str],
        language: str,
        *,
        line: str = "",
        after: datetime | None = None,
    ) -> Said:
        visit, now = self.visits.get(step.name, Visit()), self.case.now
        offers = int(here.get("offers", "0")) + 1
        if offers > MOST_OFFERS:
            return Said(reason=NOTHING_FITS)
        since = max(now + visit.notice, after or now)
        free = self.calendar.free(step.name, visit.place, since, now + visit.ahead, who=self._who, limit=visit.offer)
        held = self.calendar.hold(free, self._who, visit.hold) if free else ()
        slots = [slot for slot in free if slot.id in held]
        if not slots:
            return Said(reason=NOTHING_FITS if after else NOTHING_FREE)
        told = [self._told(slot, language) for slot in slots]
        listed = (*told, lines.none_fits)
        text = "\n".join([line or lines.offer, *(f"{place}. {time}" for place, time in enumerate(listed, 1))])
        state = {**here, "state": "offered", "slots": _stored(slots), "offers": str(offers)}
        return self._asks(step, state, text, listed)

    def _on_offer(self, step: ProcedureStep, here: Mapping[str, str], words: str, language: str) -> Said:
        slots, lines = _slots(here.get("slots", "[]")), lines_of(language)
        slot = slot_meant(words, slots, clock_of(self.case.customer, slots)[0])
        if slot is not None:
            return self._confirm(step, here, slot, language)
        last = words.strip(" .)") == str(len(slots) + 1)
        if not slots or not (last or wants_others(words)):
            return Said(unclear=True)
        return self._offer(step, lines, here, language, line=lines.others, after=slots[-1].ends_at)

    def _confirm(self, step: ProcedureStep, here: Mapping[str, str], slot: Slot, language: str) -> Said:
        """The time is held anew: whoever took days to choose learns now that it is gone."""
        lines = lines_of(language)
        if not self._still_free(step, slot):
            return self._offer(step, lines, here, language, line=lines.taken)
        told = self._told(slot, language)
        before = _slots(here.get("before", "[]"))
        text = lines.confirm.format(time=told)
        if before:
            text = lines.confirm_move.format(time=told, before=self._told(before[0], language))
        state = {**here, "state": "confirm", "do": Do.MOVE if before else Do.BOOK, "slot": _stored([slot])}
        return self._asks(step, state, text, (lines.yes, lines.no))

    def _on_confirm(self, step: ProcedureStep, here: Mapping[str, str], words: str, language: str) -> Said:
        lines, do = lines_of(language), Do(here["do"])
        slots, before = _slots(here.get("slot", "[]")), _slots(here.get("before", "[]"))
        other = slot_meant(words, _slots(here.get("slots", "[]")), clock_of(self.case.customer, slots)[0])
        reply = agreed(words, lines.yes, lines.no)
        if reply is None and other is not None and other not in slots:
            return self._confirm(step, here, other, language)
        if reply is None:
            return Said(unclear=True)
        if reply == "no":
            return self._declined(step, here, do, language)
        if do is not Do.CANCEL and not self._still_free(step, slots[0]):
            return self._offer(step, lines, here, language, line=lines.taken)
        times = {"time": self._told(slots[0], language) if slots else ""}
        times |= {"before": self._told(before[0], language) if before else ""}
        text = {Do.BOOK: lines.booked, Do.MOVE: lines.moved, Do.CANCEL: lines.cancelled}[do].format(**times)
        slot = slots[0] if slots and do is not Do.CANCEL else None
        arranged = Arrangement(do=do, visit=step.name, slot=slot, ref=here.get("ref", ""))
        return Said(text=text, arranged=arranged, over=True, known=_under(step, {**here, "state": "arranged"}))

    def _declined(self, step: ProcedureStep, here: Mapping[str, str], do: Do, language: str) -> Said:
        lines = lines_of(language)
        if do is not Do.CANCEL:
            return self._offer(step, lines, here, language, line=lines.others)
        (before,) = _slots(here["before"])
        return Said(text=lines.kept.format(before=self._told(before, language)), over=True)

    def _still_free(self, step: ProcedureStep, slot: Slot) -> bool:
        hold = self.visits.get(step.name, Visit()).hold
        return slot.starts_at > self.case.now and slot.id in self.calendar.hold([slot], self._who, hold)

    def _told(self, slot: Slot, language: str) -> str:
        return say_time(slot.starts_at, language, clock_of(self.case.customer, [slot]))

    def _asks(self, step: ProcedureStep, here: Mapping[str, str], text: str, choices: tuple[str, ...]) -> Said:
        return Said(text=text, choices=choices, known=_under(step, here))


def fell_through(said_last: str, language: str) -> bool:
    """Whether the last thing that the customer was told is that their time was gone before it could be booked."""
    return lines_of(language).gone in said_last


def agreed(words: str, yes: str, no: str) -> str | None:
    """`yes` or `no` to our question whether to do a thing; None for any other answer. `yes` and `no` are its buttons.
    "OK" says that somebody has read us, which is a yes where we asked whether to do a thing, and nowhere else."""
    plain = words.casefold().strip(" .!。")
    tapped = {yes.casefold(): "yes", "1": "yes", no.casefold(): "no", "2": "no"}
    return tapped.get(plain) or ("yes" if _CONSENT.fullmatch(words) else yes_or_no(words))


def _under(step: ProcedureStep, here: Mapping[str, str]) -> dict[str, str]:
    return {f"{step.id}.{name}": value for name, value in here.items()}


def _stored(slots: Sequence[Slot]) -> str:
    rows = [[s.id, s.starts_at.isoformat(), s.ends_at.isoformat(), s.place, s.zone] for s in slots]
    return json.dumps(rows, ensure_ascii=False)


def _slots(stored: str) -> list[Slot]:
    return [
        Slot(
            id=row[0],
            starts_at=datetime.fromisoformat(row[1]),
            ends_at=datetime.fromisoformat(row[2]),
            place=row[3],
            zone=row[4],
        )
        for row in json.loads(stored)
    ]
