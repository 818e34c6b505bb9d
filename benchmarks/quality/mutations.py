"""Spoilt drafts over the sandbox company's articles: how many the sentence contract strikes, and how many fair ones.

The hand-written drafts lie in tests/core/answer/mutations: dev.yaml was tuned on, report.yaml is only reported, and it
is small: whenever a report part had been looked at, it joined dev.yaml and another one was written. On the parts that
were new to it, at their first or second run, the contract struck .92 of 95, .89 of 47 and .96 of 24 changed drafts
(fair ones .06 of 36, .18 of 22 and .10 of 10): take those, not the whole suite, for drafts that it has never seen. All
were written by the contract's authors. The
made ones come from mutators over every sentence of half of the articles; the other half was for tuning.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from apps.evaluate.report import Score
from apps.evaluate.statistics import difference, fold_of, interval
from benchmarks.quality.sources import Sources
from core.answer.contract import find_unsupported
from core.answer.support import overlap
from core.knowledge.passages import Shape, lines

ROOT = Path(__file__).parents[2]
DRAFTS = ROOT / "tests/core/answer/mutations"
ARTICLES = ROOT / "apps/sandbox/company/articles"
FAIR = "fair"
OVERLAP = 0.8  # the simple baseline: fewer of the draft's words in the source, and it is struck
_SHORTEST = 25  # characters of a sentence worth spoiling
Mutator = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    kind: str
    text: str
    source: str
    about: str = ""

    @property
    def struck(self) -> bool:
        return bool(find_unsupported(self.text, self.source, about=self.about))

    @property
    def struck_by_overlap(self) -> bool:
        return overlap(self.text, f"{self.about}\n{self.source}") < OVERLAP


def measure(sources: Sources) -> list[Score]:
    """The whole written suite, its part that nothing was tuned on, and the made drafts; nothing is fitted here, so
    DATA and HELDOUT play no part."""
    del sources
    unseen = read_cases("report")
    return [
        *_scores("mutations", [*read_cases("dev"), *unseen], "the whole suite, most of it tuned on"),
        *_scores("mutations_unseen", unseen, "the part not tuned on"),
        *_scores("mutations_made", list(make_cases(1)), "made by mutators, articles not tuned on"),
    ]


def read_cases(part: str) -> list[Case]:
    """The drafts of dev or report."""
    rows = yaml.safe_load((DRAFTS / f"{part}.yaml").read_text("utf-8"))
    return [
        Case(kind=kind, text=text, source=row["source"], about=row.get("about", ""))
        for row in rows
        for kind, texts in row.items()
        if kind not in ("source", "about")
        for text in texts
    ]


def make_cases(part: int) -> Iterator[Case]:
    """Spoilt sentences of the articles of a part (0 tuned on, 1 reported), beside one of the next article."""
    articles = [
        (path.stem, _read_sentences(path)) for path in sorted(ARTICLES.glob("*/*.md")) if fold_of(path.name, 2) == part
    ]
    for place, (name, sentences) in enumerate(articles):
        others = [s for s in articles[(place + 1) % len(articles)][1] if re.search(r"\d", s)] or [""]
        for number, sentence in enumerate(sentences):
            for kind, text in mutate(sentence, others[number % len(others)]):
                yield Case(kind=kind, text=text, source=sentence, about=name.replace("-", " "))


def _read_sentences(path: Path) -> list[str]:
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


# ---------------------------------------------------------------- ways to spoil a sentence


def mutate(sentence: str, other: str) -> Iterator[tuple[str, str]]:
    """(kind, spoilt sentence) for every way that applies. `other` is a sentence of another article."""
    for kind, mutator in _MUTATORS:
        spoilt = mutator(sentence)
        if spoilt is not None and spoilt != sentence:
            yield kind, spoilt
    if (merged := _merge(sentence, other)) is not None:
        yield "merged", merged


def _swap(*pairs: tuple[str, str]) -> Mutator:
    """The first of the pairs that applies, once."""

    def swapped(sentence: str) -> str | None:
        for pattern, instead in pairs:
            if re.search(pattern, sentence):
                return re.sub(pattern, instead, sentence, count=1)
        return None

    return swapped


def _number(sentence: str) -> str | None:
    found = re.search(r"(?<![\w.,:+-])\d+(?:[.,]\d+)?(?![\w:]|[.,]\d)", sentence)
    if found is None:
        return None
    figure = found.group()
    other = str(int(figure) + 1 + fold_of(sentence, 7)) if figure.isdigit() else figure[:-1] + str(9 - int(figure[-1]))
    changed = sentence[: found.start()] + other + sentence[found.end() :]
    return changed if other != figure and not re.search(rf"\b{other}\b", sentence) else None


def _clock(sentence: str) -> str | None:
    found = re.search(r"\b(\d\d):(\d\d)\b", sentence)
    if found is None:
        return None
    return f"{sentence[: found.start()]}{(int(found[1]) + 2) % 24:02}:{found[2]}{sentence[found.end() :]}"


def _without_if(sentence: str) -> str | None:
    leading = re.match(r"(?:If|Unless|Wenn) [^,]{8,}, (\w.*)", sentence)
    if leading:
        return leading[1][0].upper() + leading[1][1:]
    trailing = re.match(r"(.{15,}?),? (?:if|unless|provided that|as long as) .{6,}\.$", sentence)
    return f"{trailing[1]}." if trailing else None


def _vow(sentence: str) -> str | None:
    return f"We guarantee that {sentence[0].lower()}{sentence[1:]}" if re.match(r"[A-Z][a-z]+ ", sentence) else None


def _merge(sentence: str, other: str) -> str | None:
    fact = re.search(r"[£€$]\d[\d.,]*\d|\d+ (?:working )?(?:days|hours|minutes|months|weeks)", other)
    if fact is None or not sentence.endswith("."):
        return None
    figure = re.sub(r"^\D*(\d+).*", r"\1", fact.group())
    if re.search(rf"\b{figure}\b", sentence):
        return None
    return (
        f"{sentence[:-1]}, and that takes {fact.group()}."
        if fact.group()[0].isdigit()
        else (f"{sentence[:-1]}, and that costs {fact.group()}.")
    )


_BE = r"\b(is|are|can|will|must|may|does|do|has|have|ist|sind|wird|werden|kann|können)\b(?! not| no\b|n't| nicht| kein)"
_MUTATORS: tuple[tuple[str, Mutator], ...] = (
    ("number", _number),
    ("date", _clock),
    (
        "date",
        _swap(
            (r"\bMonday\b", "Tuesday"), (r"\bFriday\b", "Saturday"), (r"\bSundays\b", "Saturdays"),
            (r"\bMarch\b", "May"), (r"\bDecember\b", "November"), (r"\bJune\b", "July"), (r"\bOctober\b", "August"),
        ),
    ),
    (
        "unit",
        _swap(
            (r"\bworking days?\b", "weeks"), (r"(?<=\d )days\b", "weeks"), (r"(?<=\d )hours\b", "days"),
            (r"(?<=\d )minutes\b", "hours"), (r"(?<=\d )months\b", "years"), (r"(?<=\d )years\b", "months"),
            (r"£(?=\d)", "€"), (r"€(?=\d)", "$"), (r"\$(?=\d)", "£"), (r"(?<=\d)%", ""
            r" pounds"), (r"\bmetres\b", "miles"),
            (r"(?<=\d )GHz", "MHz"), (r"(?<=\d )Stunden\b", "Tage"), (r"\bWerktage\b", "Wochen"),
            (r"(?<=\d )Minuten\b", "Stunden"),
        ),
    ),
    ("unit", _swap((r"\bworking days\b", "days"), (r"\bWerktagen?\b", "Tage"), (r"\bper day\b", "per week"))),
    ("negation", _swap((_BE, r"\1 not"))),
    (
        "negation",
        _swap(
            (r"\bcannot\b", "can"), (r"\b(do|does) not (?=\w)", ""), (r" not\b", ""), (r"\bnever\b ?", ""),
            (r"\bno (?=\w)", "a "), (r"\bwithout\b", "with"), (r" nicht\b", ""), (r"\bkeine?n?\b", "eine"),
        ),
    ),
    ("condition", _without_if),
    (
        "condition",
        _swap(
            (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bunless\b", "if"), (r"\bat least\b", "at most"),
            (r"\bup to\b", "at least"), (r"\bwithin\b(?= \d)", "after"), (r"\bmore than\b", "less than"),
            (r"\bonly\b ", ""), (r"\bmindestens\b", "höchstens"), (r"\bbis zu\b", "mindestens"),
        ),
    ),
    ("condition", _swap((r"(?<!even )\bif\b", "even if"), (r"\bIf\b", "Even if"), (r"\bonly\b ", ""))),
    (
        "entity",
        _swap(
            (r"Larkfield Warm\b", "Larkfield Drop"), (r"Larkfield Door\b", "Larkfield Hub"),
            (r"Larkfield Hub\b", "Larkfield Door"), (r"Larkfield Plus\b", "Larkfield Business"),
            (r"\bPayPal\b", "Klarna"), (r"United Kingdom", "Norway"), (r"Parcelwren", "Speedo Post"),
            (r"Larkfield Home", "Hearthline"), (r"Feathers", "Petals"),
        ),
    ),
    (
        "entity",
        _swap(
            (r"\be-mail\b(?!.*SMS)", "SMS"), (r"\bcredit card\b", "debit card"), (r"\byearly\b", "monthly"),
            (r"\bmonthly\b", "yearly"), (r"\bwarehouse\b", "shop"), (r"\bcarrier\b", "bank"), (r"\bgreen\b", "red"),
            (r"\bStandard\b", "Premium"), (r"\bexpress\b", "standard"),
        ),
    ),
    ("promise", _vow),
    (
        "promise",
        _swap(
            (r"\b(?:usually|normally) ", "always "), (r"\bmay\b", "will"), (r"\bmost\b", "all"), (r"\babout"
            r" (?=\d)", "always "),
        ),
    ),
    ("promise", _swap((r"\.$", " immediately, for sure."),)),
)  # fmt: skip
