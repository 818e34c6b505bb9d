from core.answer.style import Address, StyleCard, add_courtesies, quote_citations
from core.knowledge.passages import lines, passages_of
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core.answer import shop

PASSAGES = passages_of(shop.article("returns", "How to return an item", shop.RETURNS))
TO = Address(name="Ann", language="en", feeling="neutral")


def cited(*places: int) -> list[Citation]:
    return [
        Citation(passage=p, start=p.start + line.start, end=p.start + line.end)
        for p in (PASSAGES[place] for place in places)
        for line in lines(p.text)
    ]


def test_steps_are_paragraphs_and_sentences_of_one_run_on() -> None:
    found = quote_citations(cited(1, 2))
    assert [s.paragraph for s in found] == [0, 1, 2, 3, 3]


def test_the_frame_greets_first_and_closes_last() -> None:
    found = add_courtesies(quote_citations(cited(0)), TO, StyleCard(), partial=False)
    assert [s.kind for s in found] == [SentenceKind.COURTESY] * 2 + [SentenceKind.CITED] + [SentenceKind.COURTESY]
    assert [s.paragraph for s in found] == sorted(s.paragraph for s in found)


def test_a_source_in_another_language_is_announced() -> None:
    german = Address(name="Ann", language="de", feeling="neutral")
    texts = [s.text for s in add_courtesies(quote_citations(cited(0)), german, StyleCard(), partial=False)]
    assert any("auf Englisch" in text for text in texts)


def test_what_stays_open_is_said() -> None:
    texts = [s.text for s in add_courtesies(quote_citations(cited(0)), TO, StyleCard(), partial=True)]
    assert StyleCard().courtesies("en").partial in texts


def test_courtesies_cite_nothing() -> None:
    found: tuple[Sentence, ...] = add_courtesies(quote_citations(cited(0)), TO, StyleCard(), partial=False)
    assert all((s.citation is None) == (s.kind is SentenceKind.COURTESY) for s in found)
