"""A translated answer is read back into the language of its sources, and held there against what they say.

Figures, names and negations are compared across languages whenever a draft is made (`core.answer.contract.across`); the
words are not. Read back they can be, by the same checks as any worded sentence. That needs a second request, so it is
made only where the policy lets such an answer leave by itself. It finds mistakes, not malice: the same model translates
both ways.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.answer.contract import find_unsupported
from core.answer.contract.across import TRANSLATED, foreign
from core.errors import HandrailError
from core.knowledge.passages import heading
from core.model.draft import Draft, Finding, Severity
from core.model.languages import LANGUAGES
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import prompt
from core.prompting.time_budget import TimeBudget, Waiting

READ_BACK = "read_back"
_SCHEMA: Mapping[str, Any] = {
    "title": "read_back",
    "type": "object",
    "additionalProperties": False,
    "required": ["rows"],
    "properties": {
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["number", "text"],
                "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
            },
        }
    },
}


def is_translated(draft: Draft | None) -> bool:
    return draft is not None and any(finding.rule == TRANSLATED for finding in draft.findings)


def read_back(model: LanguageModel, draft: Draft, patience: TimeBudget) -> Draft:
    """The draft with the finding `read_back` instead of `translated`, where every translated sentence says in the
    language of its source what that says; else as it was, its finding telling what differs or that nobody could look.
    Never raises HandrailError."""
    waiting = patience.begin()
    by_language: dict[str, list[int]] = defaultdict(list)
    for place, sentence in enumerate(draft.sentences):
        if sentence.citation and foreign(draft.language, sentence.citation.passage.locale):
            by_language[sentence.citation.passage.locale.split("-")[0].casefold()].append(place)
    differing: dict[int, str] = {}
    try:
        for language, places in by_language.items():
            told = _translate(model, [draft.sentences[place].text for place in places], language, waiting)
            for place, text in zip(places, told, strict=True):
                if fault := _fault(draft, place, text):
                    differing[place] = fault
    except (HandrailError, MalformedError):
        return draft
    if not by_language:
        return draft
    kept = [finding for finding in draft.findings if finding.rule != TRANSLATED]
    return replace(draft, findings=(*kept, _finding(differing, sorted(by_language))))


def _fault(draft: Draft, place: int, back: str) -> str:
    citation = draft.sentences[place].citation
    if citation is None or not back:
        return "it could not be read back"
    faults = find_unsupported(back, citation.quote, about=heading(citation.passage))
    return "; ".join(dict.fromkeys(fault.text for fault in faults))


def _finding(differing: Mapping[int, str], languages: Sequence[str]) -> Finding:
    named = ", ".join(LANGUAGES.get(language, language) for language in languages)
    if not differing:
        return Finding(
            rule=READ_BACK,
            severity=Severity.WARN,
            text=f"Translated from {named}, and read back: there it says what its sources say.",
            remedy="Nothing to do, unless you know both languages better.",
        )
    place = min(differing)
    return Finding(
        rule=TRANSLATED,
        severity=Severity.WARN,
        sentence=place,
        text=f"Translated from {named}. Read back, it differs: {differing[place]}.",
        remedy="Read it against the source before you send it.",
    )


def _translate(model: LanguageModel, sentences: Sequence[str], language: str, waiting: Waiting) -> list[str]:
    """Each sentence in the language; empty where the model gives none for it."""
    system = prompt("read_back").fill(language=LANGUAGES.get(language, language), fence=NOTE)
    user = "\n\n".join(fence(f"sentence {number}", text) for number, text in enumerate(sentences, 1))
    rows = ask_model(model, Asking(system=system, user=user, schema=_SCHEMA, max_tokens=1_000), _read, waiting)
    return [rows.get(number, "") for number in range(1, len(sentences) + 1)]


def _read(reply: str) -> dict[int, str]:
    rows = the_object(reply).get("rows")
    if not isinstance(rows, list):
        raise MalformedError("rows is not a list")
    found: dict[int, str] = {}
    for row in rows:
        number, text = (row.get("number"), row.get("text")) if isinstance(row, dict) else (None, None)
        if isinstance(number, int) and not isinstance(number, bool) and isinstance(text, str):
            found.setdefault(number, " ".join(text.split()))
    return found
