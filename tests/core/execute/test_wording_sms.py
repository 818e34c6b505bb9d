"""An answer by SMS takes few messages, and never loses its source or the way to a person."""

from dataclasses import replace

import pytest

from core.answer.style import StyleCard
from core.execute.plan_words import Frame, automatic_text
from core.model.ids import ArticleId
from core.text.segments import segments, simplify_signs
from tests.core import rules, samples

LONG = "Hold the button on the side of the device for ten seconds, until the light goes out and comes on again."


def told(most: int | None) -> str:
    stated = [each for each in samples.draft().sentences if each.citation is not None]
    many = tuple(replace(stated[0], text=f"{n}. {LONG}") for n in range(9))
    draft = replace(samples.draft(), sentences=many)
    return automatic_text(draft, "en", StyleCard(company="Larkfield"), Frame(compact=True, most_segments=most))


@pytest.mark.parametrize("most", [2, 3, 4, 6])
def test_what_does_not_fit_is_left_out_from_the_end(most: int) -> None:
    text = told(most)
    assert segments(simplify_signs(text)) <= most
    assert text.startswith(f"0. {LONG}")
    assert "The rest: https://help.larkfield.example/reset" in text


def test_the_source_of_what_was_left_out_stays_and_is_called_the_rest() -> None:
    stated = next(each for each in samples.draft().sentences if each.citation is not None)
    assert stated.citation is not None
    other = samples.passage(article_id=ArticleId("ar_two"), url="https://help.larkfield.example/two")
    last = replace(stated, text=LONG * 3, citation=replace(stated.citation, passage=other))
    draft = replace(samples.draft(), sentences=(stated, last))
    text = automatic_text(draft, "de", StyleCard(company="Larkfield"), Frame(compact=True, most_segments=3))
    assert LONG not in text
    assert "Alles Weitere: https://help.larkfield.example/two" in text
    whole = automatic_text(draft, "de", StyleCard(company="Larkfield"), Frame(compact=True))
    assert "Quelle: https://help.larkfield.example/two" in whole


def test_what_speaks_of_a_code_that_the_customer_names_is_left_out_last() -> None:
    stated = next(each for each in samples.draft().sentences if each.citation is not None)
    steps = tuple(replace(stated, text=f"{n}. {LONG}") for n in range(6))
    draft = replace(samples.draft(), sentences=(*steps, replace(stated, text="E52 means that it is too hot.")))
    frame = Frame(compact=True, most_segments=3, named=frozenset({"e52"}))
    text = automatic_text(draft, "en", StyleCard(company="Larkfield"), frame)
    assert segments(simplify_signs(text)) <= 3
    assert "E52 means that it is too hot." in text
    assert text.startswith(f"0. {LONG}")


def test_without_a_limit_only_twilios_own_counts() -> None:
    assert segments(told(None)) > 6
    assert len(told(None)) <= 1500


def test_the_policy_says_how_many() -> None:
    assert rules.policy(sms={"most_segments": 2}).texting.most_segments == 2
    assert rules.policy().texting.most_segments == 3


def test_the_policy_names_the_occasions_of_templates() -> None:
    assert set(rules.policy(whatsapp={"templates": ["follow_up"]}).texting.templates) == {"follow_up"}
    assert set(rules.policy().texting.templates) == {"reply", "notice"}
