import random
from pathlib import Path

import numpy as np
import pytest

from connectors.local.lessons_messages import fingerprint, labelled
from connectors.local.lessons_messages.material import MISSPELT, misspell, rows, trigger_names
from connectors.local.message_reader import KINDS, MessageReader, round_weights
from connectors.local.multilingual_encoder import MultilingualEncoder
from core.errors import ConfigurationError

LANGUAGES = frozenset({"en", "de", "es", "fr", "pt", "it", "nl", "pl", "ja"})


@pytest.fixture(scope="module")
def model() -> MessageReader:
    return MessageReader(MultilingualEncoder())


def shown(model: MessageReader, text: str) -> set[str]:
    return {scored.value for scored in model.triggers(text)}


def test_the_shipped_weights_belong_to_the_lessons_and_the_encoder(model: MessageReader) -> None:
    assert model.taught == fingerprint(), "run python -m connectors.local.lessons_messages"


def test_messages_are_labelled_with_what_there_is() -> None:
    known = set(trigger_names())
    for message in labelled():
        assert message.language in LANGUAGES
        assert (message.triggers or frozenset()) <= known
        assert message.kind in ("", *KINDS)
        assert (message.triggers is None) == bool(message.kind)
    assert {message.language for message in labelled()} == LANGUAGES


def test_there_are_misspelt_copies_that_show_the_same() -> None:
    made, names = rows(), trigger_names()
    assert {row.source for row in made} == set(MISSPELT)
    assert len(made) > len({row.text for row in made}) * 0.99
    assert all(len(row.labels) == len(row.counts) == len(names) for row in made)


def test_misspelling_keeps_the_number_of_words() -> None:
    text = "Somebody ordered two lamps from my account and I know nothing about them."
    wrong = [misspell(text, random.Random(seed)) for seed in range(20)]
    assert {len(each.split(" ")) for each in wrong} == {len(text.split(" "))}
    assert len(set(wrong)) > 15


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        ("fraud", "Somebody has ordered two phones from my account and it wasn't me."),
        ("fraud", "Guten Tag, jemand hat gestern mit meiner Karte eingekauft und ich war es nicht"),
        ("fraud", "Alguien ha comprado tres móviles con mi cuenta y yo no he sido"),
        ("human_request", "Je voudrais parler à une vraie personne, pas à un robot, merci"),
        ("human_request", "担当者の方と直接お話ししたいのですが"),
        ("health_urgency", "er komt rook uit het apparaat en het ruikt verbrand"),
        ("churn", "One more week like this and I'll be taking my business across the street."),
        ("press", "I write for the Evening Post and we are running a story on your refunds on Friday."),
    ],
)
def test_the_meaning_is_heard_in_any_language(model: MessageReader, trigger: str, text: str) -> None:
    assert trigger in shown(model, text)


@pytest.mark.parametrize(
    "text",
    [
        "Where is my parcel?",
        "How do I connect it to the wifi?",
        "thanks!",
        "wo ist mein paket??",
        "wen dose my ordr arive",
    ],
)
def test_plain_messages_show_nothing(model: MessageReader, text: str) -> None:
    assert shown(model, text) == set()


def test_an_ordinary_mail_of_many_sentences_shows_nothing(model: MessageReader) -> None:
    mail = (
        "Hello,\n\nI ordered two desk lamps on Monday and the parcel came this morning. One of them flickers when I "
        "turn it to the lowest step, the other is fine. I tried another socket and another bulb. Is there a setting "
        "that I have missed, or should I send it back? I'm at home on Thursday and Friday.\n\nBest wishes, Ann"
    )
    assert shown(model, mail) == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("quiet", "ok perfetto, grazie mille ❤️"),
        ("quiet", "brilliant, all sorted now, ta x"),
        ("quiet", "passt, vielen dank!"),
        ("automatic", "Ik ben tot 4 januari met vakantie en lees mijn e-mail niet. Bij spoed belt u de receptie."),
        ("greeting", "Guten Tag"),
        ("asks", "thanks, but it still blinks red"),
        ("asks", "danke, und wann kommt das zweite paket"),
    ],
)
def test_who_waits_for_an_answer_is_told_from_who_does_not(model: MessageReader, kind: str, text: str) -> None:
    chances = model.kinds(text)
    assert max(chances, key=lambda name: chances[name]) == kind
    assert sum(chances.values()) == pytest.approx(1, abs=1e-4)


def test_nothing_is_read_of_an_empty_text(model: MessageReader) -> None:
    assert (model.triggers("   "), model.kinds("")) == ((), {})


def test_odd_texts_are_read_without_trouble(model: MessageReader) -> None:
    for text in ("🙂" * 500, "a" * 20_000, "!?." * 3000, "\ud83d half an emoji", "x. " * 70_000):
        model.triggers(text)


def test_missing_weights_are_a_matter_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing or damaged"):
        MessageReader(MultilingualEncoder(), file=tmp_path / "none.npz").triggers("Hello")


def test_weights_in_eight_bits_are_nearly_the_same() -> None:
    weights = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)
    kept = round_weights(weights)
    again = (kept["w"].reshape(6, -1, 32) * kept["s"][..., None].astype(np.float32)).reshape(6, 64)
    assert np.abs(again - weights).max() < 0.02
