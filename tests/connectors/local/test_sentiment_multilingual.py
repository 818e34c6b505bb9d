from pathlib import Path

import pytest

from connectors.local.encoder import CachedEncoder
from connectors.local.message_reader import MessageReader
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.sentiment_multilingual import MultilingualSentiment, fingerprint, lines_lessons
from core.errors import ConfigurationError
from core.model.signals import Feeling


@pytest.fixture(scope="module")
def model() -> MultilingualSentiment:
    encoder = MultilingualEncoder()
    messages = MessageReader(encoder)
    return MultilingualSentiment(CachedEncoder(encoder.questions), lambda text: messages.read(text).mood)


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("Seit zwei Wochen warte ich und höre nur Ausreden.", Feeling.NEGATIVE),
        ("Super, schon wieder kaputt.", Feeling.NEGATIVE),
        ("Ich bin total begeistert, vielen Dank!", Feeling.POSITIVE),
        ("¿A qué hora abre la piscina los domingos?", Feeling.NEUTRAL),
        ("Estoy harta, nadie contesta.", Feeling.NEGATIVE),
        ("Un grand merci à toute l'équipe, c'était parfait !", Feeling.POSITIVE),
        ("Czekam trzeci tydzień i nikt nie odpisuje.", Feeling.NEGATIVE),
        ("日曜日は何時に開きますか。", Feeling.NEUTRAL),
    ],
)
def test_the_feeling_is_heard_in_other_languages(model: MultilingualSentiment, text: str, feeling: Feeling) -> None:
    found, mood = model.sentiment(text)
    assert found.value == feeling
    assert (mood < 0) is (feeling is Feeling.NEGATIVE) or feeling is Feeling.NEUTRAL
    assert -1 <= mood <= 1


def test_the_sentence_that_shows_it_is_named_where_it_stands(model: MultilingualSentiment) -> None:
    text = "Guten Tag. Die Bestellung ist von Montag. Ich bin stinksauer, dass niemand antwortet!"
    found, _ = model.sentiment(text)
    assert [e.words for e in found.evidence] == ["Ich bin stinksauer, dass niemand antwortet!"]
    assert all(text[e.start : e.end] == e.words for e in found.evidence)


def test_praise_in_which_another_reader_hears_displeasure_is_mockery() -> None:
    encoder, text = CachedEncoder(MultilingualEncoder().questions), "Ich bin total begeistert, vielen Dank!"
    for heard, feeling in ((0.2, Feeling.POSITIVE), (-0.4, Feeling.NEGATIVE)):
        found, mood = MultilingualSentiment(encoder, lambda _, heard=heard: heard).sentiment(text)  # type: ignore[misc]
        assert found.value == feeling
        assert (mood > 0) is (heard > 0)
        assert found.evidence


@pytest.mark.parametrize("text", ["", "👍", "4711", "…"])
def test_without_words_there_is_no_feeling(model: MultilingualSentiment, text: str) -> None:
    found, mood = model.sentiment(text)
    assert (found.value, mood, found.evidence) == (Feeling.NEUTRAL, 0.0, ())


def test_the_weights_are_from_the_shipped_sentences(model: MultilingualSentiment) -> None:
    told = fingerprint(MultilingualEncoder().questions, lines_lessons())
    assert model.taught == told, "run python -m connectors.local.pack_shipped"


def test_damaged_weights_are_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "lines.npz").write_bytes(b"PK broken")
    with pytest.raises(ConfigurationError, match="damaged"):
        MultilingualSentiment(MultilingualEncoder().questions, file=tmp_path / "lines.npz").sentiment("Hallo du")
