"""Ways to spoil a sentence of an article in one thing, each written by hand; None where a way does not apply."""

import re
from collections.abc import Callable, Iterator

from apps.evaluate.statistics import fold_of

Mutator = Callable[[str], str | None]


def mutants(sentence: str, other: str) -> Iterator[tuple[str, str]]:
    """(kind, spoilt sentence) for every way that applies. `other` is a sentence of another article."""
    for kind, mutator in _MUTATORS:
        spoilt = mutator(sentence)
        if spoilt is not None and spoilt != sentence:
            yield kind, spoilt
    if (merged := _merged(sentence, other)) is not None:
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


def _vowed(sentence: str) -> str | None:
    return f"We guarantee that {sentence[0].lower()}{sentence[1:]}" if re.match(r"[A-Z][a-z]+ ", sentence) else None


def _merged(sentence: str, other: str) -> str | None:
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
    ("promise", _vowed),
    (
        "promise",
        _swap(
            (r"\b(?:usually|normally) ", "always "), (r"\bmay\b", "will"), (r"\bmost\b", "all"), (r"\babout"
            r" (?=\d)", "always "),
        ),
    ),
    ("promise", _swap((r"\.$", " immediately, for sure."),)),
)  # fmt: skip
