"""A translated draft is read back, and held against its sources in their language."""

import json

import pytest

from core.answer.contract.across import TRANSLATED, warning
from core.answer.read_back import READ_BACK, is_translated, read_back
from core.errors import TransientError
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core import samples
from tests.core.answer.compose.models import Clock, Model, patience

SOURCE = "A refund to PayPal takes 24 hours. You pay the return yourself unless the item is faulty."
QUOTES = SOURCE.replace(". ", ".|").split("|")
GERMAN = ("Eine Erstattung auf PayPal dauert 24 Stunden.", "Die Rücksendung zahlen Sie selbst, außer bei einem Defekt.")
BACK = ("A refund to PayPal takes 24 hours.", "You pay the return yourself unless the item is faulty.")


def draft() -> Draft:
    passage = samples.passage(text=SOURCE, end=len(SOURCE), title="Refunds", locale="en-gb")
    cited = [
        Sentence(
            text=text,
            kind=SentenceKind.CITED,
            paragraph=1,
            citation=Citation(passage=passage, start=SOURCE.index(quote), end=SOURCE.index(quote) + len(quote)),
        )
        for text, quote in zip(GERMAN, QUOTES, strict=True)
    ]
    greeting = Sentence(text="Hallo,", kind=SentenceKind.COURTESY, paragraph=0)
    return samples.draft(sentences=(greeting, *cited), language="de", findings=(warning([1, 2]),))


def back(*texts: str) -> str:
    return json.dumps({"rows": [{"number": number, "text": text} for number, text in enumerate(texts, 1)]})


def rules(found: Draft) -> list[str]:
    return [finding.rule for finding in found.findings]


def test_what_says_the_same_read_back_is_marked_so_with_its_sources_language() -> None:
    model = Model(back(*BACK))
    found = read_back(model, draft(), patience(Clock()))
    assert rules(found) == [READ_BACK]
    assert "English" in found.findings[0].text
    assert GERMAN[1] in model.prompts[0]
    assert "Hallo" not in model.prompts[0]
    assert not is_translated(found)


@pytest.mark.parametrize(
    "wrong",
    [
        (BACK[0], "You never pay the return yourself."),
        (BACK[0], "We pay the return."),
        (BACK[0], "You pay the return yourself."),
        ("A refund to PayPal takes 24 days.", BACK[1]),
        ("A refund to a credit card takes 24 hours.", BACK[1]),
        (BACK[0], ""),
        (BACK[0],),
        (),
    ],
)
def test_what_differs_read_back_stays_with_a_person_who_is_told_what(wrong: tuple[str, ...]) -> None:
    found = read_back(Model(back(*wrong)), draft(), patience(Clock()))
    assert rules(found) == [TRANSLATED]
    assert "Read back, it differs" in found.findings[0].text
    assert is_translated(found)


@pytest.mark.parametrize("reply", [TransientError("away"), "no JSON", '{"rows": 7}'])
def test_where_nobody_can_look_the_draft_stays_as_it_was(reply: object) -> None:
    before = draft()
    assert read_back(Model(reply), before, patience(Clock())) == before


def test_a_draft_in_its_sources_language_is_no_translation() -> None:
    assert not is_translated(samples.draft())
    assert not is_translated(None)
