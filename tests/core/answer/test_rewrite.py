"""A revision keeps every fact of the agent's text, or the text stays as it is."""

import pytest

from core.answer.rewrite import NO_MODEL, Revision, Rewriter, Rewritten, Unchanged
from core.errors import TransientError
from tests.core.answer.compose.models import Clock, Model, patience

TEXT = (
    "Hello Emma,\n\nyour refund of £60.00 was started on 3 May. It takes up to 5 working days to reach your card. "
    "We cannot refund the delivery.\n\nPlease write to care@larkfield.example if it has not come by then."
)
SAME = [
    ([1], "Hello Emma,"),
    ([2], "Your refund of £60.00 was started on 3 May."),
    ([3], "It reaches your card in up to 5 working days."),
    ([4], "We cannot refund the delivery."),
    ([5], "Please write to care@larkfield.example if it has not come."),
]
Rows = list[tuple[list[int], str]]


def answer(rows: Rows) -> dict[str, object]:
    return {"sentences": [{"from": numbers, "text": text} for numbers, text in rows]}


def rewrite(rows: Rows, revision: Revision = Revision.SHORTER, text: str = TEXT, to: str = "") -> Rewritten | Unchanged:
    rewriter = Rewriter(model=Model(answer(rows)), patience=patience(Clock()))
    return rewriter.rewrite(text, revision, language="en", to=to)


def changed(place: int, text: str, numbers: list[int] | None = None) -> Rows:
    rows = list(SAME)
    rows[place] = (numbers or rows[place][0], text)
    return rows


def test_a_revision_with_the_same_facts_takes_the_texts_place_and_keeps_its_paragraphs() -> None:
    found = rewrite(SAME)
    assert isinstance(found, Rewritten)
    assert found.text == (
        "Hello Emma,\n\nYour refund of £60.00 was started on 3 May. It reaches your card in up to 5 working days. "
        "We cannot refund the delivery.\n\nPlease write to care@larkfield.example if it has not come."
    )
    assert found.model == "stub-1"
    assert len(found.prompt_hash) == 64


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (changed(1, "Your refund of £66.00 was started on 3 May."), "adds number 66"),
        (changed(1, "Your refund was started on 3 May."), "loses number 60"),
        (changed(1, "Your refund of €60.00 was started on 3 May."), "adds measure 60"),
        (changed(1, "Your refund of £60.00 was started on 3 June."), "adds date"),
        (changed(2, "It reaches your card in up to 5 days."), "adds measure 5 day"),
        (changed(2, "It will reach your PayPal account in up to 5 working days."), "adds name paypal"),
        (changed(2, "We'll get it to your card in up to 5 working days."), "adds commitment"),
        (changed(3, "We refund the delivery."), "loses negation"),
        (changed(2, "It does not reach your card in up to 5 working days."), "adds negation"),
        (changed(4, "Please write to care@elsewhere.example if it has not come."), "adds address"),
        (changed(4, "Please write to care@larkfield.example."), "loses"),
        (changed(0, "Hello Anna,"), "adds name anna"),
        (SAME[:3] + SAME[4:], "leaves out “We cannot refund"),
        ([*SAME, ([], "Have a nice day!")], "adds “Have a nice day!”"),
        (changed(0, "Hello Emma,", [9]), "does not have"),
    ],
)
def test_what_changes_a_fact_is_refused_with_the_reason_and_the_text_stays(rows: Rows, reason: str) -> None:
    found = rewrite(rows)
    assert isinstance(found, Unchanged), found
    assert reason in found.reason
    assert found.text == TEXT


def test_sentences_may_be_joined() -> None:
    rows: Rows = [
        SAME[0],
        ([2, 3], "Your refund of £60.00, started on 3 May, reaches your card in up to 5 working days."),
        *SAME[3:],
    ]
    assert isinstance(rewrite(rows), Rewritten)
    wrong: Rows = [SAME[0], ([2, 3], "Your refund of £60.00, started on 3 May, is on its way."), *SAME[3:]]
    assert isinstance(rewrite(wrong), Unchanged)


def test_facts_may_not_move_from_one_sentence_to_another() -> None:
    text = "The refund takes 5 days. The exchange takes 9 days."
    swapped: Rows = [([1], "The refund takes 9 days."), ([2], "The exchange takes 5 days.")]
    assert isinstance(rewrite(swapped, text=text), Unchanged)


def test_only_a_friendlier_text_may_gain_a_kind_sentence_and_that_states_nothing() -> None:
    assert isinstance(rewrite([*SAME, ([], "Have a nice day!")], Revision.FRIENDLIER), Rewritten)
    for more in ("You get it back within 2 hours.", "We will refund you twice.", "It is not your fault, Tom said."):
        assert isinstance(rewrite([*SAME, ([], more)], Revision.FRIENDLIER), Unchanged)


def test_a_shorter_text_may_leave_out_what_states_nothing_and_a_corrected_one_may_not() -> None:
    text = "Thanks for the kind words. The refund takes 5 days."
    rows: Rows = [([2], "The refund takes 5 days.")]
    assert isinstance(rewrite(rows, text=text), Rewritten)
    assert isinstance(rewrite(rows, Revision.GRAMMAR, text=text), Unchanged)


def test_a_translation_keeps_the_facts_in_the_other_language() -> None:
    text = "We will refund £60.00 within 5 working days. We cannot refund the delivery."
    good: Rows = [([1], "Wir erstatten 60,00 £ innerhalb von 5 Werktagen."), ([2], "Den Versand erstatten wir nicht.")]
    assert isinstance(rewrite(good, Revision.TRANSLATE, text=text, to="de"), Rewritten)
    bad: Rows = [([1], "Wir erstatten 60,00 £ innerhalb von 5 Tagen."), good[1]]
    assert isinstance(rewrite(bad, Revision.TRANSLATE, text=text, to="de"), Unchanged)
    turned: Rows = [good[0], ([2], "Den Versand erstatten wir auch.")]
    assert isinstance(rewrite(turned, Revision.TRANSLATE, text=text, to="de"), Unchanged)


def test_a_translation_needs_a_language() -> None:
    with pytest.raises(ValueError, match="language"):
        rewrite(SAME, Revision.TRANSLATE)


def test_without_a_model_nothing_is_rewritten_and_the_reason_is_said() -> None:
    rewriter = Rewriter(model=None)
    assert rewriter.unavailable == NO_MODEL
    assert rewriter.rewrite(TEXT, Revision.SHORTER, language="en") == Unchanged(text=TEXT, reason=NO_MODEL)


@pytest.mark.parametrize(
    "reply",
    ["no", '{"sentences": []}', '{"sentences": [{"text": "x"}]}', '{"sentences": [{"text": " ", "from": [1]}]}',
     '{"sentences": [{"text": "x", "from": [true]}]}', TransientError("away")],
)  # fmt: skip
def test_a_model_that_fails_leaves_the_text_as_it_is(reply: object) -> None:
    model = Model(reply)
    found = Rewriter(model=model, patience=patience(Clock())).rewrite(TEXT, Revision.SHORTER, language="en")
    assert isinstance(found, Unchanged)
    assert found.text == TEXT
    assert len(model.prompts) in (2, 3)


@pytest.mark.parametrize("text", ["", " \n", "One. " * 100])
def test_an_empty_or_endless_text_is_not_sent(text: str) -> None:
    model = Model(answer(SAME))
    assert isinstance(Rewriter(model=model).rewrite(text, Revision.SHORTER, language="en"), Unchanged)
    assert model.prompts == []


def test_the_agents_words_are_fenced_and_the_task_is_told() -> None:
    model = Model(answer(SAME))
    Rewriter(model=model, voice="Calm.").rewrite(TEXT, Revision.GRAMMAR, language="en")
    assert model.prompts[0].count("<<sentence ") == 10
    assert "Correct spelling" in model.systems[0]
    assert "Calm." in model.systems[0]
