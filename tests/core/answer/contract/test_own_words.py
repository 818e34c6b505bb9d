"""Only a sentence in its source's own words may leave without a person."""

import pytest

from benchmarks.quality.mutations import FAIR, read_cases
from core.answer.contract.own_words import REWORDED, reworded, strange_words
from core.knowledge.passages import lines
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core import samples

REFUND = "Refunds arrive within 5 to 7 working days. The sender pays the postage, unless the item was faulty."


@pytest.mark.parametrize(
    "text",
    [
        REFUND,
        "Refunds arrive within 5 to 7 working days.",
        "A refund arrives within 5 to 7 working days.",
        "The sender pays the shipping, unless the item was faulty.",
        "Please then just refunds arrive within 5 to 7 working days",
    ],
)
def test_the_sources_own_words_may_be_inflected_and_articles_changed(text: str) -> None:
    assert strange_words(text, REFUND) == ()


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("We have refunded you; refunds arrive within 5 to 7 working days.", ["We", "have", "refunded", "you"]),
        ("Refunds reach your neighbour within 5 to 7 working days.", ["reach", "your", "neighbour"]),
        ("Refunds arrive within 3 working days.", ["3"]),
        ("The item pays the sender, unless the postage was faulty.", None),
        ("The sender pays the postage.", None),  # half of it
        ("Refunds arrive within 5 to 7 days.", None),
        ("Refunds never arrive within 5 to 7 working days.", ["never"]),
    ],
)
def test_any_other_word_order_or_half_is_marked(text: str, strange: list[str] | None) -> None:
    spans = strange_words(text, REFUND)
    assert spans
    if strange is not None:
        assert [text[a:b] for a, b in spans] == strange


def test_minus_signs_and_units_are_words() -> None:
    assert strange_words("Keep at -5 °C.", "Keep at 5 °C.")
    assert strange_words("It costs 5 £.", "It costs 5 %.")


def test_steps_and_rows_are_statements_of_their_own() -> None:
    steps = "1. Press the button.\n2. Wait 10 seconds."
    assert strange_words("Press the button. Wait 10 seconds.", steps) == ()
    assert strange_words("Wait 10 seconds.", steps) == ()
    assert strange_words("Wait 10 seconds. Press the button.", steps)


def test_of_all_spoilt_drafts_that_are_written_down_none_has_its_sources_own_words_and_passes_the_contract() -> None:
    cases = [case for part in ("dev", "report") for case in read_cases(part) if case.kind != FAIR]
    assert len(cases) > 700
    passed = [case.text for case in cases if not case.struck and not strange_words(case.text, case.source)]
    assert passed == []


def test_a_finding_names_the_sentence_and_the_words() -> None:
    passage = samples.passage(text=REFUND, end=samples.passage().start + len(REFUND))
    line = lines(REFUND)[0]
    citation = Citation(passage=passage, start=passage.start + line.start, end=passage.start + line.end)
    said = ("Hello,", "Reimbursements arrive within 5 to 7 working days.")
    sentences = (
        Sentence(text=said[0], kind=SentenceKind.COURTESY, paragraph=0),
        Sentence(text=said[1], kind=SentenceKind.CITED, paragraph=1, citation=citation),
    )
    (found,) = reworded(sentences, "en")
    assert (found.rule, found.sentence, found.span) == (REWORDED, 1, (0, 14))
    assert "“Reimbursements”" in found.text
    assert list(reworded(sentences, "de")) == []  # a translation has a finding of its own
