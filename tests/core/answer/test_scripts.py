"""Articles in scripts without spaces, or without words at all, go through everything without harm."""

import pytest

from connectors.sql.store import SqlStore
from core.knowledge.library import Library
from tests.core.answer import shop
from tests.core.encoder import WordEncoder

# (article, words looked for, whether the keyword search finds it)
SCRIPTS = [
    ("退货 需要五天。 请联系我们！", "退货", True),
    ("กรุณา คืนสินค้าภายในสิบสี่วัน", "คืนสินค้าภายในสิบสี่วัน", True),
    ("반품은 14일 이내에 가능합니다.", "반품은", True),
    (
        "返品は配達後三十日以内に可能です。",
        "三十日",
        False,
    ),  # within a run of letters: left to the dense search; one too long is cut
    ("📦➡️🏠", "📦", False),
    ("ﺍﻹرجاع مجاني", "مجاني", True),
    ("x" * 50_000, "x" * 50_000, False),
]


@pytest.mark.parametrize(("text", "words", "found"), SCRIPTS)
def test_an_article_in_any_script_is_stored_whole_and_looked_for_without_harm(
    store: SqlStore, text: str, words: str, found: bool
) -> None:
    Library(store=store, encoder=WordEncoder()).add([shop.article("a", "T", text)])
    with store.read() as unit:
        stored = unit.articles.get(shop.article("a", "T", text).id)
        assert stored is not None
        assert stored.text == text
        assert bool(unit.articles.keyword(words, 5)) == found
