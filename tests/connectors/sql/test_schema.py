import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import connectors.sql
from connectors.sql.engine import database_url
from connectors.sql.schema import newest, upgrade
from connectors.sql.store import SqlStore
from connectors.sql.tables import metadata
from core.errors import ConfigurationError
from core.knowledge.synonyms import concepts
from core.model.knowledge import Audience, Scope


def _ours(_: Any, name: str | None, kind: str, reflected: bool, __: Any) -> bool:
    """Everything but the full text and the vectors, which each database does in its own way."""
    named = str(name)
    theirs = named.startswith(("passages_fts", "ix_passages_embedding"))
    return not (reflected and (theirs or named in ("search", "ix_passages_search", "embedding")))


@pytest.mark.filterwarnings("ignore:Did not recognize type 'halfvec'")
def test_the_migrations_make_exactly_the_tables_we_declare(url: str) -> None:
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(url: str) -> None:
    upgrade(url)
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest()
    engine.dispose()


def test_the_names_of_the_files_say_which_migration_is_the_last() -> None:
    migrations = Path(connectors.sql.__file__).parent / "migrations"
    assert [newest()] == ScriptDirectory(str(migrations)).get_heads()


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url, "0001")
    upgrade(url)
    engine = create_engine(url)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_tables_of_a_newer_version_are_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    upgrade(url)
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="version 9999, newer than this Handrail's"):
        upgrade(url)
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_articles_stored_before_scopes_were_are_found_by_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url, "0003")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO articles VALUES ('a', 'Hub', 'The hub is red.', '', '', 'de-AT', 'public', NULL, 'file', 'f')"
        )
        connection.exec_driver_sql(
            "INSERT INTO passages VALUES (1, 'p', 'a', 'Hub', '[]', '', 'The hub is red.', 0, 15, '', '', 'de-AT',"
            " 'public', NULL, 'any', ?)",
            (np.ones(2, "<f4").tobytes(),),
        )
        connection.exec_driver_sql("UPDATE index_version SET version = 1")
    engine.dispose()
    upgrade(url)
    store = SqlStore(url)
    with store.read() as unit:
        assert unit.articles.keyword("red", 5, Scope(languages=frozenset({"de"}))) == ["p"]
        assert unit.articles.keyword("red", 5, Scope(languages=frozenset({"en"}))) == []
        assert unit.articles.frequencies(concepts("red")) == dict.fromkeys(concepts("red"), 1)
        assert (unit.articles.size(), unit.articles.stamp(1) is None) == (1, False)
        assert [part.ids for part in unit.articles.added("any", 0)] == [["p"]]
    store.close()


def test_what_was_stored_for_agents_alone_is_counted_apart_by_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url, "0016")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO articles (id, title, text, url, section, locale, audience, origin, fingerprint)"
            " VALUES ('a', '', '', '', '', 'en', 'public', 'file', 'f')"
        )
        for serial, audience in ((1, "public"), (2, "internal"), (3, "segment")):
            connection.exec_driver_sql(
                "INSERT INTO passage_scopes VALUES (?, ?, 'en', '', ?, '[]', 1)", (serial, audience, audience)
            )
            connection.exec_driver_sql(
                "INSERT INTO passages (serial, id, article_id, title, path, headings, text, start, end, url, section,"
                " locale, audience, encoder, vector, concepts, scope_id)"
                " VALUES (?, ?, 'a', '', '[]', '', 'hub', 0, 3, '', '', 'en', ?, 'any', ?, 'hub', ?)",
                (serial, f"p{serial}", audience, np.ones(2, "<f4").tobytes(), serial),
            )
        connection.exec_driver_sql("INSERT INTO concept_counts VALUES ('hub', 3)")
    engine.dispose()
    upgrade(url)
    store = SqlStore(url)
    with store.read() as unit:
        assert unit.articles.frequencies(["hub"]) == {"hub": 3}
        assert unit.articles.frequencies(["hub"], public=True) == {"hub": 1}
        assert unit.articles.keyword("hub", 5, Scope(audiences=frozenset({Audience.PUBLIC}))) == ["p1"]
        assert unit.articles.keyword("hub", 5, Scope(audiences=frozenset({Audience.INTERNAL}))) == ["p2"]
        assert unit.articles.keyword("hub", 5) == ["p1", "p2", "p3"]
    with store.begin() as unit:
        unit.articles.remove(["a"])
        assert unit.articles.keyword("hub", 5) == []
    store.close()


def test_two_upgrades_at_once_make_one_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    failures: list[BaseException] = []

    def run() -> None:
        try:
            upgrade(url)
        except BaseException as failure:  # noqa: BLE001 - a thread's error must reach the test
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = create_engine(url)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_upgrading_needs_no_file_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    upgrade("sqlite:///store.db")
    assert (tmp_path / "store.db").stat().st_size > 0
    assert not any(name.endswith(".ini") for name in os.listdir(tmp_path))


def test_what_was_approved_before_there_were_seals_and_waited_is_refused_by_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url, "0033")
    row = (
        "INSERT INTO outbox (id, key, kind, target, payload, digest, rule, policy_version, approval_id, created_at,"
        " changed_at, state, facts) VALUES (:id, :id, 'message', '+44', '{}', '', 'approved', 'p', :approval,"
        " '2026-01-01', '2026-01-01', :state, '{}')"
    )
    waited = (("old", "ap_1", "held"), ("gone", "ap_1", "sent"), ("unknown", "ap_1", "unknown"), ("own", None, "held"))
    with create_engine(url).begin() as connection:
        for name, approval, state in waited:
            connection.execute(text(row), {"id": name, "approval": approval, "state": state})
    upgrade(url)
    with create_engine(url).connect() as connection:
        found = dict(connection.execute(text("SELECT id, state FROM outbox")).all())
    assert found == {"old": "refused", "gone": "sent", "unknown": "unknown", "own": "held"}
