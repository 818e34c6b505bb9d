"""Where customers got stuck on their way through a ticket, from the first word to the last."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.measure.history.decided import Replayed
from core.measure.history.held import Did
from core.measure.history.past import PastTicket, timeline_of
from core.measure.reasked import list_reasked
from core.measure.statistics import Share

SLOW = timedelta(hours=24)
MANY_TURNS = 3
FALLEN = 0.5  # of a scale from -1 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One kind of trouble: at which `stage` of the journey, how many tickets had it, and which. `share` is of those of
    which it is known."""

    stage: str
    says: str
    share: Share
    tickets: tuple[str, ...]


Known = Callable[[PastTicket, Sequence[Replayed]], bool | None]


def friction(by_ticket: Mapping[str, Sequence[Replayed]]) -> list[Point]:
    """In the order of the journey."""
    found: list[Point] = []
    for stage, says, had in _POINTS:
        known = {
            name: answer for name, turns in by_ticket.items() if (answer := had(turns[0].turn.past, turns)) is not None
        }
        with_it = tuple(name for name, answer in known.items() if answer)
        found.append(Point(stage=stage, says=says, share=Share(hits=len(with_it), cases=len(known)), tickets=with_it))
    return found


def _slow(_: PastTicket, turns: Sequence[Replayed]) -> bool | None:
    waited = next((each.turn.waited for each in turns if each.asks), None)
    return None if waited is None else waited > SLOW


def _unanswered(_: PastTicket, turns: Sequence[Replayed]) -> bool | None:
    return any(each.asks and each.did is Did.NOTHING for each in turns)


def _asked_back(_: PastTicket, turns: Sequence[Replayed]) -> bool | None:
    return any(each.did is Did.ASKED for each in turns)


def _told_again(past: PastTicket, _: Sequence[Replayed]) -> bool | None:
    return bool(list_reasked(timeline_of(past)))


def _many_turns(_: PastTicket, turns: Sequence[Replayed]) -> bool | None:
    return sum(each.asks for each in turns) >= MANY_TURNS


def _passed(past: PastTicket, _: Sequence[Replayed]) -> bool | None:
    return None if past.passed is None else past.passed > 0


def _reopened(past: PastTicket, _: Sequence[Replayed]) -> bool | None:
    return None if past.reopened is None else past.reopened > 0


def _mood(_: PastTicket, turns: Sequence[Replayed]) -> bool | None:
    moods = [each.decision.signals.mood for each in turns]
    return moods[0] - min(moods) >= FALLEN if len(moods) > 1 else None


def _unhappy(past: PastTicket, _: Sequence[Replayed]) -> bool | None:
    return past.ticket.satisfaction == "bad" if past.ticket.satisfaction else None


_POINTS: tuple[tuple[str, str, Known], ...] = (
    ("first reply", f"waited more than {SLOW.total_seconds() / 3600:.0f} hours for it", _slow),
    ("first reply", "a question was never answered in public", _unanswered),
    ("finding out", "the agent had to ask back before answering", _asked_back),
    ("finding out", "was asked for what had been told before", _told_again),
    ("solving", f"had to ask {MANY_TURNS} times or more", _many_turns),
    ("solving", "was passed to another team", _passed),
    ("solving", "the mood fell on the way", _mood),
    ("afterwards", "it was opened again", _reopened),
    ("afterwards", "rated it bad", _unhappy),
)


def tickets_of(turns: Iterable[Replayed]) -> dict[str, list[Replayed]]:
    """The turns of each ticket, oldest first."""
    found: dict[str, list[Replayed]] = {}
    for each in turns:
        found.setdefault(each.ticket, []).append(each)
    return found
