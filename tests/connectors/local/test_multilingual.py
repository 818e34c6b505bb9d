from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from connectors.local.encoder import CachedEncoder
from connectors.local.multilingual import BesideIndex
from connectors.sql.store import SqlStore
from core.knowledge.library import Library
from core.knowledge.match import texts_to_encode
from core.knowledge.passages import searchable
from core.model.knowledge import Scope
from tests.core.answer import shop
from tests.core.encoder import WordEncoder


def beside(store: SqlStore, path: Path) -> BesideIndex:
    return BesideIndex(store=store, encoder=CachedEncoder(WordEncoder(), path / "vectors.db"))


def test_what_was_not_encoded_yet_is_not_found_and_does_not_block(store: SqlStore, tmp_path: Path) -> None:
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES)
    index = beside(store, tmp_path)
    query = WordEncoder().encode(["refund PayPal"])[0]
    assert index.nearest(query, 3) == []
    assert index.tend() > 0
    assert len(index.nearest(query, 3)) == 3
    assert index.tend() == 0


def test_what_a_passage_is_weighed_by_is_encoded_before_it_is_found(store: SqlStore, tmp_path: Path) -> None:
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES)
    index = beside(store, tmp_path)
    index.tend()
    with store.read() as unit:
        ids = unit.articles.of_articles([article.id for article in unit.articles.every()])
        texts = texts_to_encode(unit.articles.passages(ids))
    assert len(index.encoder.look_up(texts)) < len(texts)
    assert index.tend_lines() > 0
    another = beside(store, tmp_path)
    assert len(another.encoder.look_up(texts)) == len(texts)
    assert another.tend_lines() == 0


def test_another_process_finds_what_was_encoded(store: SqlStore, tmp_path: Path) -> None:
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES)
    beside(store, tmp_path).tend()
    assert beside(store, tmp_path).nearest(WordEncoder().encode(["refund"])[0], 2)


def test_what_another_process_encodes_meanwhile_is_found_half_a_minute_later(store: SqlStore, tmp_path: Path) -> None:
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES)
    now = [0.0]
    ours = BesideIndex(store=store, encoder=CachedEncoder(WordEncoder(), tmp_path / "vectors.db"), clock=lambda: now[0])
    query = WordEncoder().encode(["refund"])[0]
    assert ours.nearest(query, 2) == []
    beside(store, tmp_path).tend()
    now[0] = 29.0
    assert ours.nearest(query, 2) == []
    now[0] = 30.0
    assert len(ours.nearest(query, 2)) == 2


def test_a_scope_is_kept_to_and_changes_are_noticed(store: SqlStore, tmp_path: Path) -> None:
    library = Library(store=store, encoder=WordEncoder())
    library.add(shop.ARTICLES)
    index = beside(store, tmp_path)
    index.tend()
    query = WordEncoder().encode(["Erstattung"])[0]
    german = index.nearest(query, 10, Scope(languages=frozenset({"de"})))
    assert len(german) == 1
    with store.begin() as unit:
        unit.articles.remove(["erstattung"])
    assert index.nearest(query, 10, Scope(languages=frozenset({"de"}))) == []


def test_articles_in_the_questions_language_are_not_nearer_for_that(store: SqlStore, tmp_path: Path) -> None:
    Library(store=store, encoder=WordEncoder()).add(
        [
            *(shop.article(f"en{n}", f"Shared english words {n}", f"alpha beta {n}") for n in range(4)),
            *(replace(shop.article(f"de{n}", "Gemein Wort", f"gemein wort {n}"), locale="de") for n in range(2)),
        ]
    )
    index = beside(store, tmp_path)
    index.tend()
    middles = index.middles()
    assert np.allclose(middles["en"], 0)
    query = WordEncoder().encode(["gemein wort alpha"])[0]
    told = dict(index.nearest(query, 10))
    with store.read() as unit:
        german = [passage for passage in unit.articles.passages(list(told)) if passage.locale == "de"]
    plain = {p.id: float(WordEncoder().encode([searchable(p)])[0] @ query) for p in german}
    assert all(told[p.id] == pytest.approx(plain[p.id] - float(middles["de"] @ query), abs=1e-4) for p in german)
    assert all(told[p.id] < plain[p.id] for p in german)
