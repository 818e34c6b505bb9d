"""Slips that have one right form are put right; whatever else an agent writes stays as it is."""

import pytest

from core.answer.grammar import put_right
from core.knowledge.passages import lines
from tests.core.answer.articles import ARTICLES


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("We have sent  the parcel.", "We have sent the parcel."),
        ("It is on the way , Emma .", "It is on the way, Emma."),
        ("It is on the way!!", "It is on the way!"),
        ("It arrives tomorrow..", "It arrives tomorrow."),
        ("It is here,and it works.", "It is here, and it works."),
        ("It is on the the way.", "It is on the way."),
        ("Today i am glad and i'll write.", "Today I am glad and I'll write."),
        ("It has arrived. you can open it.", "It has arrived. You can open it."),
        ("Choose a article or an parcel.", "Choose an article or a parcel."),
        ("A article is there. It is a idea.", "An article is there. It is an idea."),
        ("We sent a a parcel and and a letter.", "We sent a parcel and a letter."),
        ("The the parcel is yours.", "The parcel is yours."),
        ("I hope its not broken.", "I hope it's not broken."),
        ("It has it's own box.", "It has its own box."),
        ("And your welcome!", "And you're welcome!"),
        ("It could of been lost.", "It could have been lost."),
        ("We recieved it and Dont worry.", "We received it and Don't worry."),
        ("We refund it. You see it on the card", "We refund it. You see it on the card."),
    ],
)
def test_what_has_one_right_form_is_put_right_and_told(wrong: str, right: str) -> None:
    text, differences = put_right(wrong)
    assert text == right
    assert differences
    assert put_right(right) == (right, [])


@pytest.mark.parametrize(
    "text",
    [
        "Option a is cheaper, and a user may choose a one-off payment.",
        "Plan A includes support. Choose option A instead. Class A appliances use less. A includes more than B.",
        "Vitamin A improves sight; choose plan a instead, or plan a a month. Plan A a month costs less.",
        "You can log in in the app. Turn it on on the first day. What the code is is shown. We will tell you you can.",
        "What you paid for for example. He had had it. I gave her her box. Will will call. The The is a band.",
        "Support its not-for-profit work and its a-la-carte menu. It has lost its not inconsiderable weight.",
        "An hour, an SMS, an HTML page, a European order, a unit.",
        "Your welcome gift is on the way. We could, of course, send it again.",
        "He said “its a  test , i think”.",
        "Write to a..b@example.com,or open https://example.com/a,b, please",
        "It costs 5,50 and takes 3..4 days; version 1.2.3,beta.",
        "Take e.g. the app, approx. the same. It is eBay. iPhone works too.",
        "Wait ... it had had that that name.",
        "Kind regards\nMaria Lopez",
        "Hello Emma,\n\nthank you for your message.",
        "name  amount  date\nEmma  five  today",
        "We refund it. You see it on the\ncard in two days",
        "There are two ways. You need the following\n\n- the app\n- a card",
        "`i am  code` and {its a place} and [phone 1]",
    ],
)
def test_what_may_be_meant_so_stays(text: str) -> None:
    assert put_right(text) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, êtes-vous là ? Oui, bien sûr ! Nous vous vous aidons.",
        "Das ist es. das weiß ich, und die die es haben, sind hier.",
        "Esto es a él. de la casa.",
        "お荷物は明日届きます。ありがとうございます。",
    ],
)
def test_the_rules_of_english_words_hold_in_no_other_language(text: str) -> None:
    assert put_right(text) == (text, [])


def test_spaces_and_punctuation_are_put_right_in_any_language() -> None:
    assert put_right("Wir haben die  Ware erhalten , danke!!")[0] == "Wir haben die Ware erhalten, danke!"


def test_each_place_is_told_with_the_words_around_it() -> None:
    (one,) = put_right("We have sent it to the the depot in Leeds.")[1]
    assert (one.before, one.after) == ("to the the depot", "to the depot")


def test_in_the_articles_of_five_companies_nothing_is_changed() -> None:
    sentences = [line.text for article in ARTICLES for line in lines(article)]
    assert len(sentences) > 1000
    assert [each for each in [*sentences, *ARTICLES] if put_right(each)[1]] == []
