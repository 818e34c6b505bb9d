from dataclasses import replace

from core.answer.style import StyleCard
from core.decide.evaluation import add_disclaimers
from core.execute.plan_words import Frame, automatic_text
from core.model.draft import Draft
from core.policy import Policy
from tests.core.rules import policy
from tests.core.samples import draft, scored, signals

WARNING = "If water is close to anything electric, switch off the power first."
CAREFUL: Policy = replace(policy(), disclaimers={"leak": WARNING}, version="abc")
LEAK = signals(intents=(scored("leak"),))


def framed() -> Draft:
    return draft()


def test_the_policys_sentence_stands_before_everything_that_is_stated() -> None:
    found = add_disclaimers(framed(), LEAK, CAREFUL)
    assert found.body.split("\n\n")[1] == WARNING
    assert [s.record for s in found.sentences if s.text == WARNING] == ["policy abc: said in every answer about leak"]
    assert [s.text for s in found.sentences if s.text != WARNING] == [s.text for s in framed().sentences]


def test_it_is_said_on_the_phone_too() -> None:
    text = automatic_text(
        add_disclaimers(framed(), LEAK, CAREFUL), "en", StyleCard(company="Larkfield"), Frame(compact=True)
    )
    assert text.startswith(WARNING)


def test_it_is_said_once_and_only_where_the_intent_is_sure() -> None:
    once = add_disclaimers(framed(), LEAK, CAREFUL)
    assert add_disclaimers(once, LEAK, CAREFUL) == once
    unsure = signals(intents=(scored("leak", 0.1),))
    assert add_disclaimers(framed(), unsure, CAREFUL) == framed()
    assert add_disclaimers(framed(), signals(intents=(scored("other"),)), CAREFUL) == framed()


def test_a_draft_in_another_language_is_blocked_until_a_person_says_it() -> None:
    found = add_disclaimers(replace(framed(), language="de"), LEAK, CAREFUL)
    assert found.blocked
    assert WARNING not in found.body
