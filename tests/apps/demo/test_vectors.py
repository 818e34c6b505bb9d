"""The demo's vectors come along: they are those of today's texts, and what the encoders make of them."""

from collections.abc import Sequence

import numpy as np
import pytest

from apps.bootstrap import Container, now
from apps.demo.environment import COMPANY, VECTORS, DemoEnvironment
from apps.settings import read_settings
from connectors.local.classifiers import LayeredEncoder
from connectors.local.encoder import MiniLmEncoder, vector_key
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.shipped import caches_in
from core.knowledge.library import Library
from core.knowledge.passages import passages_of, searchable
from core.ports import Encoder, Vector
from tests.apps.sandbox.running import serving

AGAIN = "run make vectors"
SAMPLE = 12


class Listening:
    """An encoder that only says what it was asked for."""

    name = MiniLmEncoder.name

    def __init__(self) -> None:
        self.heard: dict[str, None] = {}

    def encode(self, texts: Sequence[str]) -> Vector:
        self.heard.update(dict.fromkeys(texts))
        return np.ones((len(texts), 384), dtype=np.float32)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Encoder, list[str]]]:
    """What a first start of the demo looks for: in which cache, for which encoder, for which texts."""
    folder = tmp_path_factory.mktemp("demo")
    with serving(seed=COMPANY) as sandbox:
        environment = DemoEnvironment(
            folder=folder,
            web_port=1,
            sandbox_port=int(sandbox.url.rpartition(":")[2]),
            queue_url="",
            zendesk_token=sandbox.world.settings.zendesk_token,
        )
        container = Container(read_settings(environment.handrail()))
        container.open_store()
        listening = Listening()
        Library(store=container.store, encoder=listening, sources=container.sources).sync(now()).checked()
        with container.store.read() as unit:
            articles = [unit.articles.get(article.id) for article in unit.articles.every()]
    passages = [searchable(passage) for article in articles if article for passage in passages_of(article)]
    assert len(articles) > 200
    multilingual, intents = MultilingualEncoder(), container.intents
    examples = [text for texts in intents.examples.values() for text in texts]
    every = [text for texts in intents.every.values() for text in texts]
    return [
        ("vectors.db", MiniLmEncoder(), list(listening.heard)),
        ("vectors.db", multilingual, passages),
        ("models/layers.db", LayeredEncoder(MiniLmEncoder()), examples),
        ("models/layers.db", multilingual.questions, every),
    ]


def test_every_text_of_the_demo_has_its_vector(wanted: list[tuple[str, Encoder, list[str]]]) -> None:
    shipped = caches_in(VECTORS)
    for cache, encoder, texts in wanted:
        assert len(texts) > 100
        missing = [text for text in texts if vector_key(encoder.name, text) not in shipped[cache]]
        assert missing == [], AGAIN


def test_the_vectors_are_those_that_the_encoders_make(wanted: list[tuple[str, Encoder, list[str]]]) -> None:
    shipped = caches_in(VECTORS)
    for cache, encoder, texts in wanted:
        some = texts[:: len(texts) // SAMPLE]
        made = encoder.encode(some).reshape(-1, 384)
        kept = np.stack([shipped[cache][vector_key(encoder.name, text)] for text in some]).reshape(-1, 384)
        assert (made * kept).sum(axis=1) == pytest.approx(1, abs=0.001), AGAIN


def test_the_file_is_small() -> None:
    assert VECTORS.stat().st_size < 6_000_000  # Those of the lines for every language among them.
