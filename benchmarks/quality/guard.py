"""The guardrails on texts written for this project: positives and near misses of every rule.

tests/core/answer/guard_cases/dev.jsonl was tuned on, report.jsonl is only reported. The baseline looks for the words
of a rule's own name and its like.
"""

import re
from pathlib import Path

from apps.evaluate.guard import Reviewed, review_all, scores_of
from apps.evaluate.report import Score
from benchmarks.quality.sources import Sources, rows_of
from core.answer.guardrails import HouseRules, Limit, Required
from core.answer.style import Disclaimer, StyleCard, Tone

CASES = Path(__file__).parents[2] / "tests/core/answer/guard_cases"
STYLE = StyleCard(
    restricted=("cheap",),
    disclaimers=(Disclaimer(words=("mains wiring",), text="Work on mains wiring belongs to an electrician."),),
    tone=Tone(exclamation_marks=1),
)
RULES = HouseRules(
    limits=(
        Limit(name="refund limit", words=("refund",), most="60 GBP"),
        Limit(name="return window", words=("return", "send it back"), most="30 days"),
        Limit(name="return window", words=("return",), most="1 month"),
        Limit(name="discount limit", words=("discount",), most="15 %"),
    ),
    required=(Required(words=("complain",), text="You may also turn to the ombudsman."),),
)
_PLAIN = {
    "risky_promise": r"guarantee|promise",
    "policy_breach": r"£[6-9]\d|£\d{3}|\b[4-9]\d days",
    "personal_data": r"@|\+\d",
    "injected_instruction": r"prompt|instructions|https?:",
    "slang": r"\b(?:lol|omg|gonna|yeah)\b",
    "over_apologising": r"so sorry|very sorry",
    "blame": r"your fault|calm down",
    "forbidden_phrase": r"password|legal advice",
    "shouting": r"[A-Z]{4,}",
    "exclamation_marks": r"!.*!",
    "restricted_words": r"cheap",
}


def measure(sources: Sources) -> list[Score]:
    """The reported part; nothing is fitted, so DATA and HELDOUT play no part."""
    del sources
    rows = list(rows_of([CASES / "report.jsonl"]))
    plain = [
        Reviewed(
            wanted=frozenset(row["rules"]),
            found=frozenset(rule for rule, words in _PLAIN.items() if re.search(words, row["text"])),
        )
        for row in rows
    ]
    ours = scores_of("guard", review_all(rows, STYLE, RULES), part="report part", aim=0.9)
    return [*ours, *scores_of("guard", plain, "regex", part="report part")[:1]]
