"""Spoilt drafts over the sandbox company's articles: how many the sentence contract strikes, and how many fair ones.

The hand-written drafts lie in tests/core/answer/mutations: dev.yaml was tuned on, report.yaml is only reported, and it
is small: whenever a report part had been looked at, it joined dev.yaml and another one was written. On the parts that
were new to it, at their first or second run, the contract struck .92 of 95, .89 of 47 and .96 of 24 changed drafts
(fair ones .06 of 36, .18 of 22 and .10 of 10): take those, not the whole suite, for drafts that it has never seen. All
were written by the contract's authors. The
made ones come from mutators over every sentence of half of the articles; the other half was for tuning.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from apps.evaluate.report import Score
from apps.evaluate.statistics import difference, fold_of, interval
from benchmarks.quality.mutators import mutants
from benchmarks.quality.sources import Sources
from core.answer.contract import unsupported
from core.answer.support import overlap
from core.knowledge.sentences import Shape, lines

ROOT = Path(__file__).parents[2]
DRAFTS = ROOT / "tests/core/answer/mutations"
ARTICLES = ROOT / "apps/sandbox/company/articles"
FAIR = "fair"
OVERLAP = 0.8  # the simple baseline: fewer of the draft's words in the source, and it is struck
_SHORTEST = 25  # characters of a sentence worth spoiling


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    kind: str
    text: str
    source: str
    about: str = ""

    @property
    def struck(self) -> bool:
        return bool(unsupported(self.text, self.source, about=self.about))

    @property
    def struck_by_overlap(self) -> bool:
        return overlap(self.text, f"{self.about}\n{self.source}") < OVERLAP


def measure(sources: Sources) -> list[Score]:
    """The whole written suite, its part that nothing was tuned on, and the made drafts; nothing is fitted here, so
    DATA and HELDOUT play no part."""
    del sources
    unseen = written_cases("report")
    return [
        *_scores("mutations", [*written_cases("dev"), *unseen], "the whole suite, most of it tuned on"),
        *_scores("mutations_unseen", unseen, "the part not tuned on"),
        *_scores("mutations_made", list(made_cases(1)), "made by mutators, articles not tuned on"),
    ]


def written_cases(part: str) -> list[Case]:
    """The drafts of dev or report."""
    rows = yaml.safe_load((DRAFTS / f"{part}.yaml").read_text("utf-8"))
    return [
        Case(kind=kind, text=text, source=row["source"], about=row.get("about", ""))
        for row in rows
        for kind, texts in row.items()
        if kind not in ("source", "about")
        for text in texts
    ]


def made_cases(part: int) -> Iterator[Case]:
    """Spoilt sentences of the articles of a part (0 tuned on, 1 reported), beside one of the next article."""
    articles = [
        (path.stem, _sentences(path)) for path in sorted(ARTICLES.glob("*/*.md")) if fold_of(path.name, 2) == part
    ]
    for place, (name, sentences) in enumerate(articles):
        others = [s for s in articles[(place + 1) % len(articles)][1] if re.search(r"\d", s)] or [""]
        for number, sentence in enumerate(sentences):
            for kind, text in mutants(sentence, others[number % len(others)]):
                yield Case(kind=kind, text=text, source=sentence, about=name.replace("-", " "))


def _sentences(path: Path) -> list[str]:
    body = path.read_text("utf-8").split("\n---\n", 1)[1].replace("**", "")
    shapes = (Shape.PROSE, Shape.STEP, Shape.ITEM)
    found = [re.sub(r"^(?:\d+[.)]|[-*])\s+", "", line.text) for line in lines(body) if line.shape in shapes]
    return [sentence for sentence in found if len(sentence) > _SHORTEST]


def _scores(name: str, cases: Sequence[Case], part: str) -> list[Score]:
    changed = [case for case in cases if case.kind != FAIR]
    fair = [case for case in cases if case.kind == FAIR]
    ours = [float(case.struck) for case in changed]
    theirs = [float(case.struck_by_overlap) for case in changed]
    found = [
        _score(name, "changed struck", "handrail", ours, part, aim=0.99, against=theirs),
        _score(name, "changed struck", "overlap", theirs, part),
    ]
    for kind in sorted({case.kind for case in changed}):
        values = [value for value, case in zip(ours, changed, strict=True) if case.kind == kind]
        found.append(_score(name, f"{kind} struck", "handrail", values, part))
    if fair:
        found.append(
            _score(name, "fair struck", "handrail", [float(c.struck) for c in fair], part, aim=0.02, most=True)
        )
        found.append(_score(name, "fair struck", "overlap", [float(c.struck_by_overlap) for c in fair], part))
    return found


def _score(
    name: str,
    figure: str,
    system: str,
    values: Sequence[float],
    part: str,
    *,
    aim: float | None = None,
    most: bool = False,
    against: Sequence[float] | None = None,
) -> Score:
    return Score(
        set=name,
        figure=figure,
        system=system,
        value=sum(values) / len(values),
        cases=len(values),
        interval=interval(values),
        aim=aim,
        at_most=most,
        against="overlap" if against else "",
        gain=difference(values, against) if against else None,
        part=part,
    )
