from pathlib import Path

import pytest

from connectors.local.cache import CachedEncoder
from connectors.local.encoder import MiniLmEncoder
from connectors.local.intents import IntentModel
from core.ports import Encoder

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
