from core.answer.question import question
from core.model.conversation import Role
from tests.core import samples
from tests.core.answer import shop


def parts(text: str) -> tuple[str, ...]:
    return question(shop.asks(text), samples.signals()).parts


def test_greetings_and_thanks_are_not_asked() -> None:
    assert parts("Hi there,\nhow do I reset the hub?\nThanks a lot!\nEmma") == ("how do I reset the hub?",)


def test_two_questions_are_two_parts() -> None:
    text = "How do I cancel Plus? And where do I find my invoices?"
    assert parts(text) == ("How do I cancel Plus?", "And where do I find my invoices?")


def test_a_story_with_one_question_is_one_part() -> None:
    text = "My thermostat shows E14. The light is off. What should I do?"
    assert parts(text) == ("My thermostat shows E14.\nThe light is off.\nWhat should I do?",)


def test_a_list_of_many_questions_is_taken_as_a_whole() -> None:
    text = " ".join(f"How does feature number {name} work?" for name in ("alpha", "beta", "gamma", "delta"))
    assert len(parts(text)) == 1


def test_what_was_said_before_is_history() -> None:
    case = shop.asks("And with PayPal?", shop.said(1, "Where is my refund?"), shop.said(2, "Coming", Role.AGENT))
    assert question(case, samples.signals()).history == "Where is my refund?"


def test_thanks_alone_asks_nothing() -> None:
    assert question(shop.asks("Thank you!"), samples.signals()).empty
