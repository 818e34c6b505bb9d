from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from connectors.sql.store import SqlStore, SqlUnit
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Audience, Passage
from core.ports import Vector
from tests.connectors.sql.samples import NOW, article, passage

ENCODER = "minilm-int8"


def vectors(*rows: list[float]) -> Vector:
    return np.array(rows, np.float32)


def save(unit: SqlUnit, one: Article, *pieces: Passage, encoder: str = ENCODER) -> None:
    unit.articles.save(one, pieces, vectors(*[[0.6, 0.8]] * len(pieces)), encoder)


def about(number: int, words: str, *, title: str = "Billing", **changes: object) -> Passage:
    return passage(number, text=words, title=title, path=(), **changes)


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        yield unit


def test_an_article_and_its_passages_come_back_as_saved(unit: SqlUnit) -> None:
    one = article(audience=Audience.SEGMENT, url="https://help.larkfield.example/1", locale="de")
    pieces = (passage(1), passage(2, updated_at=None, audience=Audience.INTERNAL, path=()))
    save(unit, one, *pieces)
    assert unit.articles.get("ar_reset") == one
    assert unit.articles.passages([PassageId("pa_2"), PassageId("pa_9"), PassageId("pa_1")]) == [
        pieces[1],
        pieces[0],
    ]
    assert unit.articles.get("ar_other") is None


def test_saving_again_replaces_the_passages(unit: SqlUnit) -> None:
    save(unit, article(), passage(1), passage(2))
    save(unit, article(title="New title"), about(2, "Now about invoices."))
    assert unit.articles.get("ar_reset") == article(title="New title")
    assert unit.articles.passages([PassageId("pa_1"), PassageId("pa_2")]) == [about(2, "Now about invoices.")]
    assert unit.articles.keyword("button", 5) == []
    assert unit.articles.keyword("invoices", 5) == ["pa_2"]


def test_every_passage_needs_its_vector(unit: SqlUnit) -> None:
    with pytest.raises(ValueError, match="1 passages of ar_reset came with 2 vectors"):
        unit.articles.save(article(), [passage()], vectors([1, 0], [0, 1]), ENCODER)


def test_vectors_come_back_to_the_last_bit(unit: SqlUnit) -> None:
    written = np.random.default_rng(7).random((3, 384), np.float32)
    unit.articles.save(article(), [passage(number) for number in (1, 2, 3)], written, ENCODER)
    ids, read = unit.articles.vectors(ENCODER)
    assert ids == ["pa_1", "pa_2", "pa_3"]
    assert read.dtype == np.float32
    assert np.array_equal(read, written)


def test_vectors_of_another_encoder_are_not_mixed_in(unit: SqlUnit) -> None:
    save(unit, article(), passage(1))
    save(unit, article("other"), passage(2, article_id=ArticleId("ar_other")), encoder="older")
    ids, _ = unit.articles.vectors("older")
    assert ids == ["pa_2"]
    ids, none = unit.articles.vectors("unknown")
    assert (ids, len(none)) == ([], 0)


def test_a_removed_article_leaves_nothing_behind(unit: SqlUnit) -> None:
    save(unit, article(), passage(1))
    save(unit, article("kept"), passage(2, article_id=ArticleId("ar_kept")))
    assert unit.articles.remove(["ar_reset", "ar_unknown"]) == 1
    assert unit.articles.get("ar_reset") is None
    assert unit.articles.keyword("button", 5) == ["pa_2"]
    assert unit.articles.vectors(ENCODER)[0] == ["pa_2"]
    assert unit.articles.remove([]) == 0


def test_the_version_rises_with_every_change(unit: SqlUnit) -> None:
    assert unit.articles.version() == 0
    save(unit, article(), passage(1))
    save(unit, article(), passage(1))
    assert unit.articles.version() == 2
    unit.articles.remove(["ar_unknown"])
    assert unit.articles.version() == 2
    unit.articles.remove(["ar_reset"])
    assert unit.articles.version() == 3


def test_fingerprints_show_what_changed_in_one_origin(unit: SqlUnit) -> None:
    save(unit, article())
    save(unit, article("zendesk", origin="zendesk"))
    assert unit.articles.fingerprints("file") == {"ar_reset": article().fingerprint}
    assert article().fingerprint != article(text="Hold it for five seconds.").fingerprint
    assert article().fingerprint != article(audience=Audience.INTERNAL).fingerprint


def test_words_are_found_by_their_stem(unit: SqlUnit) -> None:
    save(unit, article(), about(1, "How we refund a cancelled subscription."), about(2, "Replace the battery."))
    assert unit.articles.keyword("my refunds, please", 5) == ["pa_1"]
    assert unit.articles.keyword("replacing batteries", 5) == ["pa_2"]


def test_a_word_in_the_title_weighs_more_than_in_the_text(unit: SqlUnit) -> None:
    save(
        unit,
        article(),
        about(1, "An invoice is sent every month.", title="Payment"),
        about(2, "A letter is sent every month.", title="Invoice"),
        about(3, "Nothing of that kind here at all.", title="Pairing"),
        about(4, "And nothing here either, really.", title="Sensors"),
        about(5, "And nothing in the last one too.", title="Doorbell"),
    )
    assert unit.articles.keyword("invoice", 5) == ["pa_2", "pa_1"]


def test_more_matching_words_rank_higher(unit: SqlUnit) -> None:
    save(
        unit,
        article(),
        about(1, "The hub needs a cable."),
        about(2, "The hub blinks red after an update."),
        about(3, "Prices are shown with tax."),
    )
    assert unit.articles.keyword("hub blinks red", 5) == ["pa_2", "pa_1"]
    assert unit.articles.keyword("hub blinks red", 1) == ["pa_2"]


def test_headings_are_searched(unit: SqlUnit) -> None:
    save(unit, article(), replace(about(1, "Ten seconds are enough."), path=("Warranty", "Claims")))
    assert unit.articles.keyword("warranty claim", 5) == ["pa_1"]


@pytest.mark.parametrize(
    "words", ["", "  ", '"', "'", "a AND", "NEAR(", "* ^ : -", "title:x", "?!", "\x00", "\ud83d", "the of and", "²"]
)
def test_odd_words_find_nothing_and_break_nothing(unit: SqlUnit, words: str) -> None:
    save(unit, article(), about(1, "Quite ordinary prose."))
    assert unit.articles.keyword(words, 5) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), max_size=60))
def test_no_words_whatever_make_the_search_raise(store: SqlStore, words: str) -> None:
    with store.read() as unit:
        assert isinstance(unit.articles.keyword(words, 5), list)


def test_the_full_text_index_of_sqlite_agrees_with_its_table(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url)
    with store.begin() as unit:
        save(unit, article(), passage(1), passage(2))
        save(unit, article(), passage(3))
        unit.articles.remove(["ar_reset"])
        save(unit, article(), passage(4))
        # Raises "database disk image is malformed" when a trigger was forgotten.
        unit.connection.execute(text("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)"))
        assert unit.articles.keyword("button", 5) == ["pa_4"]
    store.close()


def test_what_passages_are_about_is_known_as_long_as_they_are(unit: SqlUnit) -> None:
    save(unit, article(), passage(1, about=("Hub", "Door")))
    save(unit, article("kept"), passage(2, article_id=ArticleId("ar_kept"), about=("Hub",)))
    assert unit.articles.names() == {"Hub", "Door"}
    unit.articles.remove(["ar_reset"])
    assert unit.articles.names() == {"Hub"}


def test_brand_names_labels_and_expiry_come_back_as_saved(unit: SqlUnit) -> None:
    marks = {"brand": "Lark", "about": ("Hub", "Zoë"), "expires_at": NOW}
    one, piece = article(labels=("refund", "eu"), **marks), passage(1, **marks)
    save(unit, one, piece)
    assert unit.articles.get("ar_reset") == one
    assert unit.articles.passages([piece.id]) == [piece]


def test_passages_of_articles_come_in_reading_order(unit: SqlUnit) -> None:
    late, early = (passage(n, text="Hold it.", start=start, end=start + 8) for n, start in ((1, 90), (2, 10)))
    save(unit, article(), late, early)
    save(unit, article("other"), passage(3, article_id=ArticleId("ar_other")))
    assert unit.articles.of_articles(["ar_other", "ar_reset", "ar_unknown"]) == ["pa_3", "pa_2", "pa_1"]
    assert unit.articles.of_articles(["ar_other", "ar_reset"], most=1) == ["pa_3", "pa_2"]


def test_what_an_article_speaks_of_is_known_without_reading_it(unit: SqlUnit) -> None:
    save(unit, article(), about(1, "A refund."), about(2, "The hub."), about(3, "Bitcoin."))
    spoken = unit.articles.concepts_of([PassageId("pa_1"), PassageId("pa_2"), PassageId("pa_unknown")])
    assert spoken == {"ar_reset": concepts("Billing. Reimbursed for the hub.")}


def test_concepts_are_counted_once_for_each_passage_that_has_them(unit: SqlUnit) -> None:
    [refund], [hub], [bitcoin] = concepts("refund"), concepts("hub"), concepts("bitcoin")
    save(unit, article(), about(1, "A refund, refunds, the hub."), about(2, "Reimbursed for the hub."))
    assert unit.articles.frequencies([refund, hub, bitcoin]) == {refund: 2, hub: 2}
    save(unit, article(), about(2, "Reimbursed for the door."))
    assert unit.articles.frequencies([refund, hub]) == {refund: 1}
    assert unit.articles.size() == 1
    unit.articles.remove(["ar_reset"])
    assert (unit.articles.frequencies([refund, hub]), unit.articles.size()) == ({}, 0)


def test_what_anybody_may_read_is_counted_apart(unit: SqlUnit) -> None:
    [refund], [hub] = concepts("refund"), concepts("hub")
    inside = replace(about(2, "A refund for the hub."), audience=Audience.INTERNAL)
    save(unit, article(), about(1, "A refund."), inside)
    assert unit.articles.frequencies([refund, hub]) == {refund: 2, hub: 1}
    assert unit.articles.frequencies([refund, hub], public=True) == {refund: 1}
    assert (unit.articles.size(), unit.articles.size(public=True)) == (2, 1)
    save(unit, article(), about(1, "A refund."), replace(inside, audience=Audience.PUBLIC))
    assert unit.articles.frequencies([refund, hub], public=True) == {refund: 2, hub: 1}
    save(unit, article(), about(1, "A refund."))
    assert unit.articles.frequencies([refund, hub], public=True) == {refund: 1}


def test_every_article_comes_once_by_its_id(unit: SqlUnit) -> None:
    names = [f"n{number:03d}" for number in range(205)]
    for name in names:
        save(unit, article(name, origin="web" if name.endswith("7") else "file"))
    assert [one.id for one in unit.articles.every()] == [f"ar_{name}" for name in names]
    assert {one.origin for one in unit.articles.every("web")} == {"web"}
    assert len(list(unit.articles.every("web"))) == 20


def test_only_passages_that_changed_come_as_added_and_gone(unit: SqlUnit) -> None:
    save(unit, article(), about(1, "One."), about(2, "Two."))
    before = unit.articles.version()
    save(unit, article(title="Other"), about(1, "One."), about(2, "Two, changed."))
    [added] = unit.articles.list_added(ENCODER, before)
    assert added.ids == ["pa_2"]
    assert list(added.changed) == [before + 1]
    assert [version for _, version in unit.articles.gone(before)] == [before + 1]
    assert list(unit.articles.list_added(ENCODER, before + 1)) == []


def test_no_two_versions_have_one_stamp(unit: SqlUnit) -> None:
    save(unit, article())
    save(unit, article())
    assert None not in (stamps := {unit.articles.stamp(1), unit.articles.stamp(2)})
    assert len(stamps) == 2
    assert unit.articles.stamp(3) is None
