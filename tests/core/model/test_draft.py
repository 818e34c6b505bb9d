from dataclasses import replace

from core.model.draft import Draft, Sentence, SentenceKind
from tests.connectors.sql.samples import draft


def of(*lines: str) -> Draft:
    told = (Sentence(text=text, kind=SentenceKind.COURTESY, paragraph=at) for at, text in enumerate(lines))
    return replace(draft(), sentences=tuple(told))


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    assert of("Hello Dana,", "It is on its way.").body == "Hello Dana,\n\nIt is on its way."


def test_the_steps_of_a_list_and_the_rows_of_a_table_stand_close_to_each_other() -> None:
    body = of("Do this:", "1. Unplug it.", "2. Wait.", "- Or call.", "PayPal | 24 hours", "That is all.").body
    assert body == "Do this:\n\n1. Unplug it.\n2. Wait.\n- Or call.\nPayPal | 24 hours\n\nThat is all."


def test_a_number_in_a_sentence_makes_no_list() -> None:
    assert of("2 days later it came.", "3 of them work.").body == "2 days later it came.\n\n3 of them work."
