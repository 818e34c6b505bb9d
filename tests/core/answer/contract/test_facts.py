import pytest

from core.answer.contract.stated import facts
from core.knowledge.numerals import numbers, value_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("£1,000.50", ("gbp", "1000.5", "1000.5")),
        ("1.000,50 €", ("eur", "1000.5", "1000.5")),
        ("3 to 5 working days", ("working day", "3", "5")),
        ("5 bis 9 Werktage", ("working day", "5", "9")),
        ("3 por ciento", ("%", "3", "3")),
        ("quinze jours ouvrés", ("working day", "15", "15")),
        ("half an hour", ("second", "1800", "1800")),
        ("two weeks", ("second", "1209600", "1209600")),
        ("a year", ("month", "12", "12")),
        ("one hundred and fifty euros", ("eur", "150", "150")),
        ("vierundzwanzig Stunden", ("second", "86400", "86400")),
        ("between £5 and £10", ("gbp", "5", "10")),
        ("2.4 GHz", ("gigahertz", "2.4", "2.4")),
    ],
)
def test_quantities_are_read_with_their_units(text: str, found: tuple[str, str, str]) -> None:
    [one] = facts(text).quantities
    assert (one.unit, f"{one.low:f}", f"{one.high:f}") == found


@pytest.mark.parametrize(
    ("text", "bound"), [("up to 5 days", "<"), ("at least 5 days", ">"), ("mindestens 5 Tage", ">")]
)
def test_limits_have_a_side(text: str, bound: str) -> None:
    assert [one.bound for one in facts(text).quantities] == [bound]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 May 2026", "2026-5-3"),
        ("May 3rd, 2026", "2026-5-3"),
        ("2026-05-03", "2026-5-3"),
        ("am 3. Mai", "?-5-3"),
        ("el 3 de mayo de 2026", "2026-5-3"),
        ("03/05/2026", "2026-5-3|2026-3-5"),
        ("Monday to Friday", "weekday 0 4"),
        ("5 pm", "1020"),
        ("19h30", "1170"),
        ("noon", "720"),
        ("help.example/x.", "help.example/x"),
        ("+44 20 7946 0182", "442079460182"),
        ("firmware v2.4.1", "2.4.1"),
        ("error E21", "e21"),
        ("the third year", "no. 3"),
    ],
)
def test_marks_are_read_in_one_form(text: str, value: str) -> None:
    assert [mark.value for mark in facts(text).marks] == [value]


def test_a_number_word_is_worth_its_figure() -> None:
    assert numbers("two days, 1,000 and 3,95") == {"2", "1000", "3.95"}
    assert value_of("forty-eight") == 48
    with pytest.raises(ValueError, match="no number"):
        value_of("many")
