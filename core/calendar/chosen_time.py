"""Which of some offered times a customer's words mean, and whether they want to move or to give up what they have."""

import re
from collections.abc import Sequence
from datetime import datetime

from core.calendar.appointment_words import lines_of
from core.calendar.spoken_time import zone_of
from core.model.appointment import Do, Slot
from core.text.dates import DAYS
from core.text.reply import yes_or_no

_NUMBER = re.compile(r"\W*(?:no\.? ?|nr\.? ?|option )?(\d)\W*")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.h](\d{2}))?(?: ?(am|pm|a\.m|p\.m)(?!\w)| ?(?:h(?!\w)|uhr|o'clock|時))?(?![\d:])"
)
_ORDINALS = (
    r"first|erste[nrs]?|primer[oa]?|premi(?:er|ère)|primeir[oa]|最初",
    r"second|zweite[nrs]?|segund[oa]|deuxième|二番目",
    r"third|dritte[nrs]?|tercer[oa]?|troisième|terceir[oa]|三番目",
)
_OTHER = (
    r"none|neither|other times?|another (?:time|day)|later|earlier|different|keine[rs]?|andere[nrs]?|später|früher"
    r"|ninguna?|otr[oa]s?|más (?:tarde|temprano)|aucune?|autres?|plus t(?:ard|ôt)|nenhuma?|outr[oa]s?"
    r"|mais (?:tarde|cedo)"
    r"|どれも|別の"
)
_MOVE = (
    r"move|moving|change|reschedul\w*|postpone|later|verschieb\w*|verleg\w*|änder\w*|cambi\w*|mover|aplaz\w*|déplac\w*"
    r"|report\w*|changer|alter\w*|adiar|remarc\w*|変更"
)
_CANCEL = r"cancel\w*|call(?:ing)?(?: \w+){0,2} off|absag\w*|stornier\w*|anul\w*|annul\w*|desmarc\w*|キャンセル|取り消"
_KEEP = r"keep|leave it|stays?|behalt\w*|bleibt|mant\w+|dejar|gard\w*|manter|そのまま"
_VISIT = (
    r"visits?|appointments?|bookings?|booked|slot|termin\w*|besuch\w*|citas?|visitas?|reservas?|rendez-vous|visites?"
    r"|marcaç\w+|agendament\w+|予約|訪問"
)
ASCII, SHORT = 0x3000, 5


def slot_meant(words: str, slots: Sequence[Slot], zone: str) -> Slot | None:
    """The one that its number, weekday, date or hour tells apart; None where the words fit none or several."""
    plain = " ".join(words.casefold().split())
    number = _NUMBER.fullmatch(plain)
    if number and 1 <= int(number[1]) <= len(slots):
        return slots[int(number[1]) - 1]
    for place, ordinal in enumerate(_ORDINALS[: len(slots)]):
        if _has(ordinal, plain):
            return slots[place]
    if len(slots) == 1 and yes_or_no(words) == "yes":
        return slots[0]
    fitting = [slot for slot in slots if _fits(plain, slot.starts_at.astimezone(zone_of(zone)))]
    return fitting[0] if len(fitting) == 1 else None


def _fits(words: str, at: datetime) -> bool:
    """Every weekday, date and hour in the words agrees with the time, and there is one at least."""
    days = {day for names in DAYS.values() for day, name in enumerate(names) if _has(_stem_of(name), words)}
    figures = list(_CLOCK.finditer(words))
    agree = [_agrees(figure, at) for figure in figures]
    if (days and at.weekday() not in days) or not all(agree):
        return False
    return bool(days or figures)


def _stem_of(name: str) -> str:
    """`tue`, `segunda` and `火曜` name the day as well."""
    if ord(name[0]) > ASCII:
        return name[:2]
    short = name.casefold().split("-")[0]
    return rf"{short}s?|{short[:3]}" if name[0].isupper() and len(short) > SHORT else f"{short}s?"


def _agrees(figure: re.Match[str], at: datetime) -> bool:
    """A figure is an hour where it looks like one, else the day of the month or an hour on the dot."""
    hour, minute, half = int(figure[1]), figure[2], (figure[3] or "")[:1]
    hours = {hour} if not half else {hour % 12 + (12 if half == "p" else 0)}
    if not half and hour < 8:
        hours |= {hour + 12}  # nobody means four in the morning
    is_hour = at.hour in hours and at.minute == int(minute or 0)
    bare = figure.group().strip() == figure[1]
    return is_hour or (bare and at.day == hour)


def wants_others(words: str) -> bool:
    return _has(_OTHER, words.casefold()) or yes_or_no(words) == "no"


def change_meant(words: str, language: str) -> Do | None:
    """Whether a booked time is to be moved or given up; None where the words say neither or both."""
    plain, lines = words.casefold().strip(" .!"), lines_of(language)
    tapped = {lines.move.casefold(): Do.MOVE, lines.cancel.casefold(): Do.CANCEL, "1": Do.MOVE, "2": Do.CANCEL}
    if plain in tapped:
        return tapped[plain]
    moves, cancels = _has(_MOVE, plain), _has(_CANCEL, plain)
    return None if moves is cancels else (Do.MOVE if moves else Do.CANCEL)


def names_visit(words: str) -> bool:
    """Whether an appointment is spoken of."""
    return _has(_VISIT, words.casefold())


def keeps(words: str, language: str) -> bool:
    plain = words.casefold().strip(" .!")
    return plain in (lines_of(language).keep.casefold(), "3") or _has(_KEEP, plain) or yes_or_no(words) == "no"


def _has(pattern: str, text: str) -> bool:
    """As words of their own; a script without spaces has none."""
    spaced = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text) is not None
    unspaced = any(ord(c) > ASCII for c in pattern) and any(ord(c) > ASCII for c in text)
    return spaced or (unspaced and re.search(pattern, text) is not None)
