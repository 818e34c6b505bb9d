from dataclasses import replace
from typing import Any

import pytest

from apps.style_file import read_style
from core.answer.style import Script, StyleCard
from core.assist.scripts import holds_line, lines_for
from core.model.conversation import Role
from core.model.draft import Sentence, SentenceKind
from core.model.signals import Scored
from tests.connectors.sql.samples import draft, message
from tests.core.assist.cases import answer, risk, with_signals

COMPLAINT = Script(
    name="complaint",
    texts={"en": "I have recorded this as a formal complaint.", "de": "Ich habe das als Beschwerde aufgenommen."},
    intents=frozenset({"formal_complaint"}),
    triggers=frozenset({"formal_complaint"}),
    must_say=True,
)
KIND = Script(name="kind", texts={"en": "Does it work again?"}, intents=frozenset({"formal_complaint"}))
STYLE = StyleCard(company="Larkfield Home", scripts=(KIND, COMPLAINT))
INTENT = Scored(value="formal_complaint", confidence=0.9, label="Formal complaint")


def case(*replies: Any, **signals: Any) -> Any:
    made = with_signals(**{"intents": (INTENT,), **signals})
    return replace(made, timeline=(message(1), *replies))


def test_what_must_be_said_stands_before_what_may() -> None:
    lines = lines_for(case(), STYLE)
    assert [(line.name, line.must_say, line.because) for line in lines] == [
        ("complaint", True, "Formal complaint"),
        ("kind", False, "Formal complaint"),
    ]


def test_a_line_is_in_the_customers_language_where_it_has_one() -> None:
    german = Scored(value="de", confidence=0.99)
    assert [line.text for line in lines_for(case(language=german), STYLE)] == [
        "Ich habe das als Beschwerde aufgenommen.",
        "Does it work again?",
    ]


def test_a_trigger_calls_for_a_line_too() -> None:
    lines = lines_for(case(intents=(), risks=(risk("formal_complaint"),)), STYLE)
    assert [(line.name, line.because) for line in lines] == [("complaint", "formal complaint")]


def test_a_sign_that_the_policy_holds_for_too_faint_calls_for_none() -> None:
    assert lines_for(case(intents=(), risks=(risk("formal_complaint", confidence=0.3),)), STYLE) == ()


def test_another_matter_calls_for_none() -> None:
    assert lines_for(case(intents=(Scored(value="order_status", confidence=0.9),)), STYLE) == ()


def test_who_said_a_line_is_named_and_it_stands_last() -> None:
    lines = lines_for(case(answer(2, text="Hello Dana, I have recorded this as a formal complaint today.")), STYLE)
    assert [(line.name, line.said_by) for line in lines] == [("kind", ""), ("complaint", "Maria Lopez")]


def test_a_line_said_in_another_language_counts() -> None:
    (complaint,) = lines_for(case(answer(2, text="Ich habe das als Beschwerde aufgenommen.")), STYLE)[1:]
    assert complaint.said_by == "Maria Lopez"


def test_what_the_draft_says_already_is_not_due() -> None:
    quoted = draft(sentences=(Sentence(text=COMPLAINT.texts["en"], kind=SentenceKind.COURTESY),))
    made = case()
    drafted = replace(made, decision=replace(made.decision, draft=quoted))
    (complaint, _) = lines_for(drafted, STYLE)
    assert (complaint.drafted, complaint.due) == (True, False)
    (complaint, _) = lines_for(made, STYLE)
    assert (complaint.drafted, complaint.due) == (False, True)


@pytest.mark.parametrize("changes", [{"public": False}, {"role": Role.CUSTOMER}])
def test_an_internal_note_and_the_customers_own_words_do_not_count(changes: dict[str, Any]) -> None:
    reply = answer(2, text="I have recorded this as a formal complaint.", **changes)
    assert not any(line.said_by for line in lines_for(case(reply), STYLE))


def test_the_policys_own_disclaimer_must_be_said() -> None:
    (line,) = lines_for(case(intents=(Scored(value="leak_alert", confidence=0.9),)), StyleCard())
    assert line.must_say
    assert "switch off the power" in line.text


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("I have recorded this as a formal complaint.", True),
        ("Dear Dana, I have now recorded this as a formal complaint for you.", True),
        ("I have recorded this as a complaint.", True),
        ("A complaint is something I have not recorded.", False),
        ("", False),
    ],
)
def test_a_line_counts_as_said_when_nearly_all_its_words_come_in_their_order(reply: str, told: bool) -> None:
    assert holds_line("I have recorded this as a formal complaint.", reply) is told


def test_the_demo_has_lines_for_what_is_grave() -> None:
    scripts = read_style("apps/demo/style.yaml", "Larkfield Home").scripts
    covered = {name for script in scripts if script.must_say for name in script.triggers}
    assert covered >= {"formal_complaint", "legal_threat", "fraud"}


def test_a_script_without_a_matter_or_without_english_is_refused() -> None:
    with pytest.raises(ValueError, match="triggers"):
        Script(name="x", texts={"en": "Hello"})
    with pytest.raises(ValueError, match="fallback"):
        Script(name="x", texts={"de": "Hallo"}, intents=frozenset({"a"}))
