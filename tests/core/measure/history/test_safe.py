"""How much could have been automatic, and what is said where there is too little to tell."""

import random
from collections.abc import Sequence
from dataclasses import replace

from core.measure.history.decided import Replayed
from core.measure.history.held import Did, Held, Verdict
from core.measure.history.past import PastTicket, Turn
from core.measure.history.safe import fewest, missing, safe
from core.measure.statistics import Share
from core.model.decision import Action
from core.model.helpdesk import Ticket
from core.model.ids import TicketId
from tests.core.people import NOW
from tests.core.samples import case, decision, disposition, draft

TICKET = Ticket(id=TicketId("1"), subject="", status="solved", requester_id="7", updated_at=NOW, updated_stamp="")
TURN = Turn(past=PastTicket(ticket=TICKET, people={}, opened_at=NOW), case=case(), replies=(), first=True)

DECIDED = decision()


def turn(confidence: float, verdict: Verdict) -> Replayed:
    return Replayed(
        turn=TURN,
        decision=replace(DECIDED, draft=draft(confidence=confidence)),
        intent="reset",
        yours=disposition(Action.AUTO_REPLY),
        freest=disposition(Action.AUTO_REPLY),
        did=Did.ANSWERED,
        held=Held(verdict=verdict, did=Did.ANSWERED, why=""),
    )


def turns(right: int, wrong: int, *, at: float = 0.9) -> Sequence[Replayed]:
    return [turn(at, Verdict.SAME)] * right + [turn(at, Verdict.OTHER)] * wrong


def test_below_the_fewest_nothing_is_claimed_and_it_says_how_many_more() -> None:
    assert fewest(0.05) == 73
    found = safe(turns(72, 0), 0.05)
    assert (found.threshold, found.share.hits, found.more) == (None, 0, 1)
    assert safe(turns(73, 0), 0.05).threshold == 0.9


def test_the_line_stays_above_where_drafts_begin_to_be_wrong() -> None:
    mixed = [*turns(300, 2, at=0.9), *turns(30, 30, at=0.5)]
    found = safe(mixed, 0.05)
    assert (found.threshold, found.share) == (0.9, Share(hits=302, cases=362))
    assert found.error.high <= 0.05


def test_too_many_wrong_ones_are_not_waited_away() -> None:
    assert safe(turns(50, 50), 0.05).more is None


def test_one_wrong_one_of_one_may_be_chance() -> None:
    assert (safe(turns(0, 1), 0.1).more or 0) > fewest(0.1)


def test_what_could_not_be_judged_is_told_and_is_no_proof() -> None:
    found = safe([*turns(73, 0), *[turn(0.9, Verdict.OPEN)] * 100], 0.05)
    assert (found.unjudged, found.error.cases) == (100, 73)
    assert safe([turn(0.9, Verdict.OPEN)] * 100, 0.05).threshold is None


def test_a_history_that_is_wrong_just_more_often_than_allowed_seldom_passes() -> None:
    chance, limit = random.Random(7), 0.05
    passed = 0
    for _ in range(300):
        drawn = [
            turn(round(chance.random(), 3), Verdict.OTHER if chance.random() < limit * 1.02 else Verdict.SAME)
            for _ in range(300)
        ]
        passed += safe(drawn, limit).threshold is not None
    assert passed / 300 <= 0.05


def test_missing_is_enough_when_it_has_come() -> None:
    found = Share(hits=2, cases=50)
    more = missing(found, 0.1)
    assert more is not None
    assert Share(hits=round((found.cases + more) * 0.04), cases=found.cases + more).high <= 0.1
