"""What a replay comes to, and how far the difference between two of them can be trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from apps.route.replay import Replay

RESAMPLES = 1000
FEWEST_BLOCKS = 10
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A difference with its 95 % interval; without one where there is too little to resample."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A replay as columns: one row an arrival, in the order of the history, so that replays can be paired."""

    waits: NDArray[np.float64]
    transfers: NDArray[np.float64]
    queued: NDArray[np.float64]
    unstaffed: NDArray[np.float64]
    again: NDArray[np.float64]  # not a number where the customer was new
    blocks: NDArray[np.int64]
    busy: NDArray[np.float64]  # agents × blocks, minutes
    span: NDArray[np.float64]  # minutes of the hours in each block in which anybody began something

    def figures(self, rows: NDArray[np.int64], blocks: NDArray[np.int64]) -> Figures:
        waits, again = self.waits[rows], self.again[rows]
        known = again[~np.isnan(again)]
        # Blocks in which nobody began anything have no span: nobody was busy for any of it.
        share = self.busy[:, blocks].sum(axis=1) / max(float(self.span[blocks].sum()), 1.0)
        return {
            "wait_median": float(np.median(waits)),
            "wait_p90": float(np.quantile(waits, 0.9)),
            "wait_mean": float(waits.mean()),
            "transfers": float(self.transfers[rows].mean()),
            "overload": float(self.queued[rows].mean()),
            "unstaffed": float(self.unstaffed[rows].mean()),
            "load_spread": float(share.std()),
            "load_mean": float(share.mean()),
            "again": float(known.mean()) if len(known) else 0.0,
        }

    def whole(self) -> Figures:
        return self.figures(np.arange(len(self.waits)), np.arange(len(self.span)))


def measure(replay: Replay, block: timedelta) -> Measured:
    """`block` is what is drawn as one when resampling: waits within an hour depend on each other."""
    origin = _start(replay.began, block)
    count = int((replay.ended - origin) // block) + 1
    ids = sorted(replay.busy)
    busy, span = np.zeros((len(ids), count)), np.zeros(count)
    for place, agent_id in enumerate(ids):
        for hour, minutes in replay.busy[agent_id].items():
            busy[place, int((hour - origin) // block)] += minutes
    for hour in {hour for hours in replay.busy.values() for hour in hours}:
        span[int((hour - origin) // block)] += 60
    served = replay.served
    return Measured(
        waits=np.array([each.waited.total_seconds() / 60 for each in served]),
        transfers=np.array([float(each.transfers > 0) for each in served]),
        queued=np.array([float(each.queued) for each in served]),
        unstaffed=np.array([float(each.unstaffed) for each in served]),
        again=np.array([np.nan if each.again is None else float(each.again) for each in served]),
        blocks=np.array([int((each.arrival.at - origin) // block) for each in served]),
        busy=busy,
        span=span,
    )


def _start(at: datetime, block: timedelta) -> datetime:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour.replace(hour=0) if block >= timedelta(days=1) else hour


def block_of(replay: Replay) -> timedelta:
    """A day, or an hour where there are few days."""
    days = {each.arrival.at.date() for each in replay.served}
    return timedelta(days=1) if len(days) >= FEWEST_BLOCKS else timedelta(hours=1)


def differences(ours: Measured, other: Measured, seed: int) -> dict[str, Interval]:
    """Ours minus the other, figure by figure: below nothing is shorter, fewer, more even (`again`: above is better).

    The same blocks are drawn for both, so that a busy day weighs on both alike."""
    mine, theirs = ours.whole(), other.whole()
    values = {name: mine[name] - theirs[name] for name in mine}
    with_arrivals = np.unique(ours.blocks)
    if len(with_arrivals) < 2:
        return {name: Interval(value=value) for name, value in values.items()}
    rows = {int(block): np.flatnonzero(ours.blocks == block) for block in with_arrivals}
    chance = np.random.default_rng(seed)
    drawn = [_difference(ours, other, rows, chance.choice(with_arrivals, len(with_arrivals))) for _ in range(RESAMPLES)]
    return {name: _interval(value, [each[name] for each in drawn]) for name, value in values.items()}


def _difference(
    ours: Measured, other: Measured, rows: Mapping[int, NDArray[np.int64]], blocks: NDArray[np.int64]
) -> Figures:
    chosen = np.concatenate([rows[int(block)] for block in blocks])
    mine, theirs = ours.figures(chosen, blocks), other.figures(chosen, blocks)
    return {name: mine[name] - theirs[name] for name in mine}


def _interval(value: float, drawn: Sequence[float]) -> Interval:
    low, high = np.quantile(np.array(drawn), [0.025, 0.975])
    return Interval(value=value, low=float(low), high=float(high))


# Name → what it is called, and how it is written.
SHOWN: Mapping[str, tuple[str, Callable[[float], str]]] = {
    "wait_median": ("wait, median (min)", lambda v: f"{v:.1f}"),
    "wait_p90": ("wait, p90 (min)", lambda v: f"{v:.1f}"),
    "transfers": ("transferred", lambda v: f"{100 * v:.1f} %"),
    "overload": ("came to a full team", lambda v: f"{100 * v:.1f} %"),
    "unstaffed": ("came with nobody on shift", lambda v: f"{100 * v:.1f} %"),
    "load_spread": ("spread of busy shares", lambda v: f"{100 * v:.1f} pts"),
    "again": ("came back to who helped", lambda v: f"{100 * v:.1f} %"),
}
