from typing import Any

import pytest

from core.model.reading import AskedQuestion, ModelReading, ReaderMode, ReaderRole
from core.model.signals import Evidence
from core.read.probe import Mark, overlaps, rewritten_well, role_of

TEXT = "where is it"
CASE: dict[str, Any] = {"text": TEXT, "language": "de", "questions": [[["deposit"], ["back", "refund"]]]}


def mark(role: ReaderRole, right: int, *, at_most: bool = False) -> Mark:
    return Mark(role=role, figure="f", right=right, cases=10, wanted=0.1 if at_most else 0.8, at_most=at_most)


REWRITES, READS, JUDGES = ReaderRole.REWRITER, ReaderRole.READER, ReaderRole.JUDGE


@pytest.mark.parametrize(
    ("marks", "role"),
    [
        ([], ReaderRole.NONE),
        ([mark(REWRITES, 7)], ReaderRole.NONE),
        ([mark(REWRITES, 8)], REWRITES),
        ([mark(REWRITES, 8), mark(READS, 9), mark(READS, 1, at_most=True)], READS),
        ([mark(REWRITES, 8), mark(READS, 9), mark(READS, 2, at_most=True)], REWRITES),
        ([mark(REWRITES, 8), mark(READS, 7), mark(JUDGES, 10)], REWRITES),
        ([mark(REWRITES, 7), mark(READS, 10), mark(JUDGES, 10)], ReaderRole.NONE),
        ([mark(REWRITES, 8), mark(READS, 8), mark(JUDGES, 8)], JUDGES),
    ],
)
def test_each_role_takes_its_own_marks_and_those_below_it(marks: list[Mark], role: ReaderRole) -> None:
    assert role_of(marks) is role


def test_a_role_that_nothing_was_asked_for_is_not_passed() -> None:
    assert not Mark(role=REWRITES, figure="f", right=0, cases=0, wanted=0.0).passed


@pytest.mark.parametrize(
    ("plain", "language", "well"),
    [
        (["When do I get my deposit back?"], "de", True),
        (["When is the deposit refunded?"], "de", True),
        (["When is the deposit refunded?", "Thanks."], "de", True),
        (["When is the deposit refunded?", "Thanks.", "Bye."], "de", False),
        (["When is the deposit refunded?"], "en", False),
        (["How high is the deposit?"], "de", False),
        (["Where is the backpack without a redeposit?"], "de", False),
        ([], "de", False),
    ],
)
def test_a_rewriting_has_to_say_what_was_asked(plain: list[str], language: str, well: bool) -> None:
    quote = Evidence(start=0, end=len(TEXT), words=TEXT)
    reading = ModelReading(
        model="m", prompt_hash="", role=REWRITES, mode=ReaderMode.ASSIST, language=language,
        questions=tuple(AskedQuestion(quote=quote, plain=each, search=each) for each in plain),
    )  # fmt: skip
    assert rewritten_well(CASE, reading) is well


@pytest.mark.parametrize(
    ("quoted", "meant", "same"), [("where is", "is it", True), ("where", "it", False), ("no", "it", False)]
)
def test_a_quotation_is_in_the_right_place_where_it_shares_words(quoted: str, meant: str, same: bool) -> None:
    assert overlaps(TEXT, quoted, meant) is same
