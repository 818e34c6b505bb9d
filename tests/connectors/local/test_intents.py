from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.intents import IntentModel
from core.model.ids import ConversationId, MessageId
from core.model.signals import Correction
from core.ports import Encoder
from tests.clock import NOW

EXAMPLES = {
    "refund": [
        "Where is my refund?", "I want my money back", "when will I be refunded", "refund still missing",
        "you owe me a refund", "has the money been sent back",
    ],
    "password": [
        "I forgot my password", "reset my password please", "can't log in, wrong password", "password link expired",
        "need a new password", "the reset mail does not come",
    ],
    "delivery": [
        "Where is my parcel?", "my order has not arrived", "when will it be delivered", "track my shipment",
        "the package is late", "no delivery yet",
    ],
}  # fmt: skip
ELSEWHERE = [
    "What is the weather tomorrow?", "tell me a joke", "how do I boil an egg", "who won the match", "book a table",
    "the capital of Mongolia",
]  # fmt: skip


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return CachedEncoder(MiniLmEncoder())


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> IntentModel:
    return IntentModel(encoder, EXAMPLES, out_of_scope=ELSEWHERE, labels={"refund": "Refund status"})


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("still no refund!!", "refund"),
        ("forgot pw, cannot sign in", "password"),
        ("is my package here soon", "delivery"),
    ],
)
def test_new_wordings_find_their_intent(model: IntentModel, text: str, intent: str) -> None:
    found = model.intents(text)
    assert found[0].value == intent
    assert sum(scored.confidence for scored in found) <= 1.001
    assert [s.confidence for s in found] == sorted((s.confidence for s in found), reverse=True)


@pytest.mark.parametrize("text", ["will it rain on Sunday", "sing a song for me", "how do I cook rice", ""])
def test_what_is_none_of_ours_has_no_intent(model: IntentModel, text: str) -> None:
    assert model.intents(text) == ()


def test_the_label_is_what_people_read(model: IntentModel) -> None:
    assert model.intents("where is my refund")[0].label == "Refund status"


def test_a_trained_model_is_kept_and_found_again(encoder: Encoder, tmp_path: Path) -> None:
    first = IntentModel(encoder, EXAMPLES, out_of_scope=ELSEWHERE, folder=tmp_path)
    before = first.intents("my money, please")
    kept = list(tmp_path.glob("*.npz"))
    assert [file.stem for file in kept] == [first.name]
    stamp = kept[0].stat().st_mtime_ns
    again = IntentModel(encoder, EXAMPLES, out_of_scope=ELSEWHERE, folder=tmp_path).intents("my money, please")
    assert again == before
    assert kept[0].stat().st_mtime_ns == stamp


def test_other_examples_are_another_model(encoder: Encoder, model: IntentModel) -> None:
    fewer = IntentModel(encoder, {name: texts[:3] for name, texts in EXAMPLES.items()})
    assert fewer.name != model.name


def test_a_half_written_file_is_trained_anew(encoder: Encoder, tmp_path: Path) -> None:
    model = IntentModel(encoder, EXAMPLES, folder=tmp_path)
    (tmp_path / f"{model.name}.npz").write_bytes(b"PK\x03\x04 cut off")
    assert model.intents("where is my refund")[0].value == "refund"


def test_without_examples_nothing_is_recognised(encoder: Encoder) -> None:
    assert IntentModel(encoder, {}).intents("anything") == ()


# ---------------------------------------------------------------- several matters in one message


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("I forgot my password. And where is my parcel?", "password", "delivery"),
        ("My refund is still missing, and also the reset mail for my password does not come.", "refund", "password"),
        ("My order has not arrived yet\nI want my money back for the other one!", "delivery", "refund"),
    ],
)
def test_two_matters_in_one_mail_are_both_found_with_their_words(
    model: IntentModel, text: str, first: str, second: str
) -> None:
    stated = {found.value: found.evidence[0] for found in model.intents(text) if found.evidence}
    assert set(stated) == {first, second}
    assert all(text[span.start : span.end] == span.words for span in stated.values())
    assert stated[first].end <= stated[second].start


def test_a_greeting_is_no_matter_of_its_own(model: IntentModel) -> None:
    found = model.intents("Good morning to you all. I hope you are having a nice week. Where is my parcel?")
    assert [(each.value, each.evidence[0].words) for each in found if each.evidence] == [
        ("delivery", "Where is my parcel?")
    ]


def test_every_intent_says_which_model_read_it(model: IntentModel) -> None:
    assert {found.made_by for found in model.intents("where is my refund")} == {model.name}


@pytest.mark.parametrize("text", ["🙂", "12345", "a" * 200_000, "no. " * 50_000, "\ud83d", "\x00"])
def test_odd_texts_are_read_without_harm(model: IntentModel, text: str) -> None:
    for found in model.intents(text):
        assert 0 <= found.confidence <= 1


# ---------------------------------------------------------------- corrections


@dataclass
class Kept:
    """`core.ports.IntentCorrections` in a list."""

    rows: list[Correction] = field(default_factory=list)

    def newest(self) -> int:
        return len(self.rows)

    def all(self) -> list[Correction]:
        return list(self.rows)

    def say(self, text: str, intent: str) -> None:
        place = len(self.rows) + 1
        self.rows.append(
            Correction(
                message_id=MessageId(f"me_{place}"),
                conversation_id=ConversationId("co_1"),
                text=text,
                intent=intent,
                by="Maria Lopez",
                at=NOW,
                serial=place,
            )
        )


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def taught(encoder: Encoder, kept: Kept) -> IntentModel:
    return IntentModel(encoder, EXAMPLES, out_of_scope=ELSEWHERE, corrections=kept)


def test_a_correction_counts_from_the_next_message_on(taught: IntentModel, kept: Kept) -> None:
    asked = "the courier kept my cash and my parcel, pay it out"
    before = taught.intents(asked)[0].value
    other = "delivery" if before == "refund" else "refund"
    kept.say(asked, other)
    assert taught.intents(asked)[0].value == other
    assert taught.intents("the courier kept my cash and the parcel, please pay it out")[0].value == other


def test_a_correction_leaves_other_messages_alone(taught: IntentModel, kept: Kept) -> None:
    before = [taught.guesses([text])[0] for texts in EXAMPLES.values() for text in texts]
    kept.say("do you sell gift cards", "password")
    after = [taught.guesses([text])[0] for texts in EXAMPLES.values() for text in texts]
    assert [each.intent for each in after] == [each.intent for each in before]
    assert all(abs(a.confidence - b.confidence) < 0.05 for a, b in zip(after, before, strict=True))


def test_what_was_none_of_ours_can_be_corrected_to_be_ours_and_back(taught: IntentModel, kept: Kept) -> None:
    asked = "how do I boil an egg"
    assert taught.intents(asked) == ()
    kept.say(asked, "delivery")
    assert taught.intents(asked)[0].value == "delivery"
    kept.say(asked, "out_of_scope")
    assert taught.intents(asked) == ()


def test_the_same_model_under_other_corrections_leaves_this_one_as_it_is(taught: IntentModel, kept: Kept) -> None:
    asked = "how do I boil an egg"
    kept.say(asked, "delivery")
    other, none = Kept(), taught.with_corrections([])
    other.say(asked, "refund")
    assert taught.with_corrections(other.all()).intents(asked)[0].value == "refund"
    assert none.intents(asked) == ()
    assert taught.intents(asked)[0].value == "delivery"


def test_a_correction_to_an_intent_that_is_gone_is_passed_over(taught: IntentModel, kept: Kept) -> None:
    kept.say("my order has not arrived", "warranty")
    assert taught.intents("my order has not arrived")[0].value == "delivery"
