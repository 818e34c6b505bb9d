"""When to expand a pilot, when to go on, when to stop: thresholds over figures, with the reason in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.measure.pilot.figures import Figures
from core.measure.statistics import Share

LEAST_TIME = timedelta(days=7)  # every day of the week is different


class Phase(StrEnum):
    """SHADOW: drafts only, agents answer. LIVE: the pilot's matters are answered by themselves on its channel."""

    SHADOW = "shadow"
    LIVE = "live"


class Word(StrEnum):
    EXPAND = "expand"
    GO_ON = "go on"
    STOP = "stop"


class State(StrEnum):
    """GOOD, BAD: surely so. OPEN: it may still come out either way. UNSEEN: too few cases, and none are needed."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """GOOD when the whole interval is on the right side of `good`, BAD when all of it is beyond `bad`.

    `upward`: more is better. Under `least` cases nothing is said; it holds up the pilot only where it is `needed`."""

    figure: str
    says: str
    good: float
    bad: float
    least: int
    upward: bool = True
    needed: bool = True

    def state(self, share: Share) -> State:
        if share.cases < self.least:
            return State.OPEN if self.needed else State.UNSEEN
        if self.upward:
            return State.GOOD if share.low >= self.good else State.BAD if share.high < self.bad else State.OPEN
        return State.GOOD if share.high <= self.good else State.BAD if share.low > self.bad else State.OPEN

    @property
    def limit(self) -> str:
        return f"at {'least' if self.upward else 'most'} {self.good:.0%}"


THRESHOLDS: dict[Phase, tuple[Threshold, ...]] = {
    Phase.SHADOW: (
        Threshold(figure="adopted", says="drafts used or edited", good=0.60, bad=0.40, least=30),
        Threshold(figure="nearly", says="of what would leave, sent nearly as it was", good=0.80, bad=0.60, least=20),
        Threshold(figure="blocked", says="drafts that the checks block", good=0.10, bad=0.30, least=30, upward=False),
        Threshold(figure="clear", says="handoffs that are clear", good=0.75, bad=0.50, least=15, needed=False),
        Threshold(
            figure="escalated", says="conversations passed on by an agent", good=0.20, bad=0.40, least=30, upward=False
        ),
        Threshold(
            figure="reopened",
            says="conversations that came back",
            good=0.20,
            bad=0.40,
            least=30,
            upward=False,
            needed=False,
        ),
        Threshold(figure="recorded", says="decisions with a complete record", good=0.95, bad=0.80, least=30),
    ),
    Phase.LIVE: (
        Threshold(figure="helped", says="automatic answers that helped", good=0.80, bad=0.60, least=30),
        Threshold(figure="blocked", says="drafts that the checks block", good=0.10, bad=0.30, least=30, upward=False),
        Threshold(figure="clear", says="handoffs that are clear", good=0.75, bad=0.50, least=15, needed=False),
        Threshold(
            figure="escalated", says="conversations passed on by an agent", good=0.20, bad=0.40, least=30, upward=False
        ),
        Threshold(figure="reopened", says="conversations that came back", good=0.20, bad=0.40, least=30, upward=False),
        Threshold(figure="recorded", says="decisions with a complete record", good=0.95, bad=0.80, least=30),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One threshold, the figure it was held against, and what came of it."""

    threshold: Threshold
    share: Share
    state: State

    @property
    def reason(self) -> str:
        """Why it is not GOOD yet."""
        more = self.threshold.least - self.share.cases
        if more > 0:
            return f"{self.threshold.says}: {self.share.cases} cases so far, {more} more are needed to judge"
        if self.state is State.BAD:
            return f"{self.threshold.says}: {self.share}, should be {self.threshold.limit}"
        return f"{self.threshold.says}: {self.share}; not surely {self.threshold.limit} yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`scores` are draft quality, handoff clarity and audit compliance from 0 to 100; None where there is no case."""

    word: Word
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]
    scores: dict[str, int | None]


def verdict(found: Figures, phase: Phase, running: timedelta, *, chain_broken: bool = False) -> Verdict:
    """`running` is how long this phase has lasted; `chain_broken`: the ledger was changed after it was written."""
    lines = tuple(_line(threshold, found) for threshold in THRESHOLDS[phase])
    bad = list(_stops(lines, chain_broken))
    open_ = list(_waits(lines, found, running))
    word, reasons = (Word.STOP, bad) if bad else (Word.GO_ON, open_) if open_ else (Word.EXPAND, [_all_good(lines)])
    return Verdict(word=word, reasons=tuple(reasons), lines=lines, scores=scores(found, phase))


def scores(found: Figures, phase: Phase) -> dict[str, int | None]:
    quality = found.adopted if phase is Phase.SHADOW else found.helped
    return {
        "draft quality": _score(quality),
        "handoff clarity": _score(found.clear),
        "audit compliance": _score(found.recorded),
    }


def _score(share: Share) -> int | None:
    return None if share.value is None else round(100 * share.value)


def _line(threshold: Threshold, found: Figures) -> Line:
    share: Share = getattr(found, threshold.figure)
    return Line(threshold=threshold, share=share, state=threshold.state(share))


def _stops(lines: Sequence[Line], chain_broken: bool) -> Iterator[str]:
    if chain_broken:
        yield "the ledger's chain is broken: what was decided and sent cannot be proved"
    yield from (line.reason for line in lines if line.state is State.BAD)


def _waits(lines: Sequence[Line], found: Figures, running: timedelta) -> Iterator[str]:
    if running < LEAST_TIME:
        yield f"it has run for {running.days} of {LEAST_TIME.days} days"
    yield from (line.reason for line in lines if line.state is State.OPEN)
    if found.later.high < found.earlier.low:
        yield f"it is not steady: drafts used or edited fell from {found.earlier} to {found.later}"


def _all_good(lines: Sequence[Line]) -> str:
    unseen = [line.threshold.says for line in lines if line.state is State.UNSEEN]
    judged = len(lines) - len(unseen)
    rest = f"; too few cases to judge: {', '.join(unseen)}" if unseen else ""
    return f"all {judged} figures that can be judged are good{rest}"
