"""What the four retrieval sets share: cases, the figures of every system, ours against the best simple one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.evaluate.report import Score
from apps.evaluate.statistics import difference, hit_at, interval, ndcg_at, recall_at
from core.answer.question import Question, asked_in

Figure = Callable[[Sequence[str], frozenset[str], int], float]
OURS = "Handrail"
FIGURES: Mapping[str, tuple[Figure, int]] = {
    "hit@1": (hit_at, 1),
    "R@10": (recall_at, 10),
    "nDCG@10": (ndcg_at, 10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    asked: Question
    gold: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What one system found for each case."""

    system: str
    lists: Sequence[Sequence[str]]


def conversation(turns: Iterable[Sequence[str]]) -> Question:
    """Turns of [speaker, words]; the customer is `U` or `user`."""
    return asked_in([(speaker.casefold() in ("u", "user"), words) for speaker, words in turns])


def scored(
    name: str, cases: Sequence[Case], ours: Ranked, baselines: Sequence[Ranked], aims: Mapping[str, float], part: str
) -> list[Score]:
    """A score for each figure and system; ours carries the difference to the best of the others in that figure.

    An aim for `… gain` is one for the difference to the rank fusion."""
    scores: list[Score] = []
    for figure, (of, k) in FIGURES.items():
        values = {
            one.system: [of(found, case.gold, k) for found, case in zip(one.lists, cases, strict=True)]
            for one in (ours, *baselines)
        }
        means = {system: sum(row) / len(row) for system, row in values.items()}
        best = max((one.system for one in baselines), key=lambda system: means[system])
        mine = values[ours.system]
        for system, row in values.items():
            is_ours = system == ours.system
            scores.append(
                Score(
                    set=name,
                    figure=figure,
                    system=system,
                    value=means[system],
                    cases=len(cases),
                    interval=interval(row),
                    aim=aims.get(figure) if is_ours else None,
                    against=best if is_ours else "",
                    gain=difference(mine, values[best]) if is_ours else None,
                    part=part,
                )
            )
        if wanted := aims.get(f"{figure} gain"):
            scores.append(_over_fusion(name, figure, mine, values, wanted, part))
    return scores


def _over_fusion(
    name: str, figure: str, mine: Sequence[float], values: Mapping[str, Sequence[float]], aim: float, part: str
) -> Score:
    fusion = next(system for system in values if "RRF" in system)
    gain = difference(mine, values[fusion])
    return Score(
        set=name,
        figure=f"{figure} over rank fusion",
        system=OURS,
        value=gain.value,
        cases=len(mine),
        interval=gain,
        aim=aim,
        part=part,
    )
