import time
from pathlib import Path

import numpy as np
import pytest

from connectors.local.encoder import DEPTH, SIZE, MiniLmEncoder
from connectors.local.language import FastLanguage
from connectors.local.lessons import ORDINARY, fingerprint, lessons
from connectors.local.lessons_messages import english
from connectors.local.triggers import Heads, TriggerModel, parts_of, row_of, together
from core.errors import ConfigurationError
from core.ports import Vector

FILLER = "The weather has been fine here in Leeds and the children are back at school. "


@pytest.fixture(scope="module")
def encoder() -> MiniLmEncoder:
    return MiniLmEncoder()


@pytest.fixture(scope="module")
def model(encoder: MiniLmEncoder) -> TriggerModel:
    return TriggerModel(encoder, FastLanguage())


def shown(model: TriggerModel, text: str) -> set[str]:
    return {scored.value for scored in model.triggers(text) if scored.confidence >= 0.5}


def test_the_shipped_weights_belong_to_the_lessons_and_the_encoder(model: TriggerModel) -> None:
    assert model.taught == fingerprint(lessons(), english()), "run python -m connectors.local.lessons"


def test_no_sentence_is_taught_as_both() -> None:
    for name, lesson in lessons().items():
        assert not set(lesson.positive) & set(lesson.negative), name
        assert name == ORDINARY or min(len(lesson.positive), len(lesson.negative)) >= 170


def test_the_meaning_is_heard_without_a_telling_word(model: TriggerModel) -> None:
    assert "fraud" in shown(model, "There are two purchases in my history that I know nothing about.")
    assert "churn" in shown(model, "One more week like this and I'll be taking my business across the street.")


def test_plain_messages_show_nothing(model: TriggerModel) -> None:
    for text in ("Where is my parcel?", "How do I connect it to the wifi?", "thanks!"):
        assert shown(model, text) == set()


def test_an_ordinary_mail_of_many_sentences_shows_nothing(model: TriggerModel) -> None:
    mail = (
        "Hello,\n\nI ordered two desk lamps on Monday and the parcel came this morning. One of them flickers when I "
        "turn it to the lowest step, the other is fine. I tried another socket and another bulb. Is there a setting "
        "that I have missed, or should I send it back? I'm at home on Thursday and Friday.\n\nBest wishes, Ann"
    )
    assert shown(model, mail) == set()


def test_of_a_very_long_mail_no_more_than_a_dozen_sentences_are_read() -> None:
    parts = parts_of("".join(f"This is sentence number {n}. " for n in range(500)))
    assert len(parts) == 12
    assert "number 499" in parts[-1][1]


def test_a_short_text_is_read_whole() -> None:
    assert parts_of("Hello. My account is locked. Please help.") == []


def test_a_sentence_among_many_must_be_surer() -> None:
    long = np.array([[0.5, 1.0, -1.0, 0.2]], dtype=np.float32)
    whole, telling = np.array([1.0], np.float32), np.array([[2.0], [-3.0]], np.float32)
    assert together(whole, telling, long)[0] == pytest.approx(0.5 + 2.0 - np.log(2) + 0.2)
    assert together(whole, np.repeat(telling, 3, axis=0), long)[0] < together(whole, telling, long)[0]


def test_the_evidence_is_the_text_itself(model: TriggerModel) -> None:
    text = FILLER * 20 + "Please let me talk to a real person now. " + FILLER
    for scored in model.triggers(text):
        assert scored.evidence
        assert all(text[e.start : e.end] == e.words for e in scored.evidence)


def test_another_language_is_left_to_the_rules(model: TriggerModel) -> None:
    assert model.weigh("Guten Tag, jemand hat gestern mit meiner Karte eingekauft und ich war es nicht") is None
    assert model.triggers("   ") == ()


def test_odd_texts_are_read_without_trouble(model: TriggerModel) -> None:
    for text in ("🙂" * 500, "a" * 20_000, "!?." * 3000, "\ud83d half an emoji", "x. " * 70_000):
        model.triggers(text)


def test_beside_the_encoder_it_costs_less_than_three_milliseconds(model: TriggerModel, encoder: MiniLmEncoder) -> None:
    text = "I have asked three times now and would like somebody to call me back about the invoice."
    spent = []
    for _ in range(20):
        encoder.encode([text])
        begun = time.process_time()
        model.weigh(text)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.003


def test_missing_weights_are_a_matter_for_a_person(encoder: MiniLmEncoder, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing or damaged"):
        TriggerModel(encoder, file=tmp_path / "none.npz").triggers("Hello")


def test_the_pieces_add_up_to_the_row(encoder: MiniLmEncoder) -> None:
    _, layers = encoder.layers("My account is locked")
    row = row_of(layers)
    assert row.shape == (DEPTH,)
    assert np.allclose(np.linalg.norm(row.reshape(-1, SIZE), axis=1), 1, atol=1e-4)


def test_the_slope_is_the_heads_own() -> None:
    chance = np.random.default_rng(1)

    def some(*shape: int) -> Vector:
        return np.asarray(chance.normal(size=shape), dtype=np.float32)

    heads = Heads(hidden=some(5, 8), lean=some(5), out=some(2, 5), direct=some(2, 8), bias=some(2))
    row, step = some(8), 1e-2 * some(8)
    rise = heads.scores((row + step)[None, :]) - heads.scores((row - step)[None, :])
    assert float(rise[0, 1]) == pytest.approx(float(2 * heads.slope(row, 1) @ step), abs=0.02)
