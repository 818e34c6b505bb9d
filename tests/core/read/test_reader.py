import re
from dataclasses import replace

import pytest

from core.model.conversation import Earlier, Role
from core.model.customer import Channel
from core.model.ids import ConversationId
from core.model.signals import NO_INTENT, Evidence, Scored, Urgency
from core.read.reader import Sense
from tests.core import samples
from tests.core.people import NOW


class Reader:
    """Language, intents and sentiment as told; remembers what it was shown."""

    def __init__(self, mood: float = 0.0) -> None:
        self.mood = mood
        self.shown: list[str] = []

    def language(self, text: str) -> Scored:
        return samples.scored("en")

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        self.shown.append(text)
        return (samples.scored("order_status"),) if text else ()

    def sentiment(self, text: str) -> tuple[Scored, float]:
        return samples.scored("neutral"), self.mood


class Alarms:
    """Hears the triggers whose words stand in a text."""

    def triggers(self, text: str) -> tuple[Scored, ...]:
        words = {
            "a person": ("human_request", 0.95),
            "account is locked": ("account_lockout", 0.85),
            "lawyer": ("legal_threat", 0.9),
        }
        return tuple(
            replace(samples.risk(name, word), confidence=sure) for word, (name, sure) in words.items() if word in text
        )


def sense(reader: Reader) -> Sense:
    return Sense(reader, reader, reader, triggers=Alarms())


def test_a_turn_is_read_in_one_go() -> None:
    text = "I want to talk to a person. It is urgent!"
    found = sense(Reader(mood=-0.5)).read(samples.case(samples.message(text=text)))
    assert found.intent.value == "order_status"
    assert found.mood == -0.5
    assert found.urgency.value == Urgency.HIGH
    assert found.risk("human_request") is not None


def test_quoted_mail_raises_no_alarm() -> None:
    text = "It works now, thanks.\n\nOn Tue, 3 Nov 2026 at 10:01, Larkfield wrote:\n> My lawyer will write to you"
    assert sense(Reader()).read(samples.case(samples.message(text=text))).risks == ()


def test_a_word_that_answers_our_question_is_no_wish_for_silence() -> None:
    ours = samples.message(1, channel=Channel.WHATSAPP, role=Role.ASSISTANT, text="Shall I move it or keep it?")
    word = samples.message(2, channel=Channel.WHATSAPP, text="Cancel")
    assert sense(Reader()).read(samples.case(ours, word)).risk("opt_out") is None
    assert sense(Reader()).read(samples.case(word)).risk("opt_out") is not None


def test_an_empty_turn_has_no_intent() -> None:
    found = sense(Reader()).read(samples.case(samples.message(text="> quoted")))
    assert found.intent == NO_INTENT


def test_the_subject_of_a_first_mail_is_read_too() -> None:
    reader = Reader()
    mail = samples.message(channel=Channel.EMAIL, text="Please see above.")
    sense(reader).read(samples.case(mail, conversation=samples.conversation(subject="Where is LK-20114?")))
    assert reader.shown == ["Where is LK-20114?\nPlease see above."]


class Wishes(Reader):
    """One intent for each word that stands in a text; of a long one it is not sure."""

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        sure = 0.9 if len(text) < 60 else 0.5
        return tuple(
            samples.scored(name, sure, label=name.title()) for name in ("refund", "invoice") if name in text.lower()
        )


@pytest.mark.parametrize(
    ("now", "intent", "differs"),
    [
        ("When is my refund paid?", "Refund", False),
        ("Send me the invoice please", "", True),
        ("I want a person for my invoice", "", False),
        ("I would like to have the invoice of everything that I have bought this year", "", False),
        ("How is the weather there?", "", False),
    ],
    ids=["the same", "another", "asks for a person", "not sure", "none"],
)
def test_what_two_texts_surely_want_ties_them_or_parts_them(now: str, intent: str, differs: bool) -> None:
    reader = Wishes()
    before = Earlier(id=ConversationId("co_1"), subject="Money", words="Where is my refund?", at=NOW)
    found = sense(reader).alike(now, before)
    assert (found.intent, found.differs) == (intent, differs)


@pytest.mark.parametrize(("now", "tied"), [("When is my refund paid?", "Refund"), ("Get a person for my refund", "")])
def test_that_both_ask_for_a_person_ties_nothing(now: str, tied: str) -> None:
    before = Earlier(id=ConversationId("co_1"), subject="Money", words="I want a person for my refund", at=NOW)
    found = sense(Wishes()).alike(now, before)
    assert (found.intent, found.differs) == (tied, False)


class Clauses(Reader):
    """Takes each line and the whole as evidence."""

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        spans = [(at.start(), at.end()) for at in re.finditer(r"[^\n]+", text)] + [(0, len(text))]
        found = tuple(Evidence(start=start, end=end, words=text[start:end]) for start, end in spans)
        return (replace(samples.scored("order_status"), evidence=found),)


def test_the_evidence_of_an_intent_lies_in_the_text_and_not_in_the_subject() -> None:
    text = "It has not come yet.\nCan I have it back?"
    mail = samples.message(channel=Channel.EMAIL, text=text)
    found = sense(Clauses()).read(samples.case(mail, conversation=samples.conversation(subject="Where is LK-20114?")))
    assert [each.words for each in found.intent.evidence] == [*text.split("\n"), text]
    assert all(text[each.start : each.end] == each.words for each in found.intent.evidence)


def test_the_subject_of_an_old_ticket_is_not() -> None:
    reader = Reader()
    turns = (
        samples.message(1, channel=Channel.EMAIL, text="Where is it?"),
        samples.message(2, channel=Channel.EMAIL, role=Role.AGENT, text="On its way."),
        samples.message(3, channel=Channel.EMAIL, text="And how do I return it?"),
    )
    sense(reader).read(samples.case(*turns, conversation=samples.conversation(subject="Where is LK-20114?")))
    assert reader.shown == ["And how do I return it?"]


def test_an_out_of_office_subject_is_seen() -> None:
    mail = samples.message(channel=Channel.EMAIL, text="I am away.")
    subject = samples.conversation(subject="Automatic reply: your order")
    assert sense(Reader()).read(samples.case(mail, conversation=subject)).risk("auto_reply") is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I am out of the office until Friday. I will reply when I return.", "I am back. The hub is dead."),
        ("We can help you rank on the first page of Google.", "How do I reset it?"),
    ],
)
def test_what_a_machine_or_a_seller_wrote_does_not_colour_the_next_message(before: str, after: str) -> None:
    turns = (samples.message(1, text=before), samples.message(2, text=after))
    found = sense(Reader()).read(samples.case(*turns))
    assert (found.risk("auto_reply"), found.risk("spam")) == (None, None)
    heard = sense(Reader()).read(samples.case(*reversed(turns))).risks
    (risk,) = (each for each in heard if each.value in ("auto_reply", "spam"))
    words = f"{after}\n{before}"
    assert all(words[e.start : e.end] == e.words for e in risk.evidence)


def test_the_subject_of_an_automatic_mail_does_not_silence_what_comes_after_it() -> None:
    turns = (samples.message(1, channel=Channel.EMAIL, text="I am away."), samples.message(2, text="My hub is dead."))
    subject = samples.conversation(subject="Automatic reply: your order")
    assert sense(Reader()).read(samples.case(*turns, conversation=subject)).risk("auto_reply") is None


def test_risks_come_surest_first() -> None:
    text = "My account is locked. Let me speak to a person."
    found = sense(Reader()).read(samples.case(samples.message(text=text)))
    assert [risk.value for risk in found.risks] == ["human_request", "account_lockout"]
