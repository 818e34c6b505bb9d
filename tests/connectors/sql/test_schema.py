import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

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
from core.model.knowledge import Audience, Scope
from tests.connectors.sql.campaign_samples import OUTAGE, line
from tests.connectors.sql.samples import (
    MINUTE,
    NOW,
    article,
    conversation,
    customer,
    decision,
    effect,
    event,
    message,
)


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
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_upgrading_again_changes_nothing(url: str) -> None:
    upgrade(url)
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest()
    engine.dispose()


def test_the_names_of_the_files_say_which_migration_is_the_last() -> None:
    migrations = Path(connectors.sql.__file__).parent / "migrations"
    assert [newest()] == ScriptDirectory(str(migrations)).get_heads()


def test_tables_of_a_newer_version_are_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    upgrade(url)
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="version 9999, newer than this Handrail's"):
        upgrade(url)
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


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


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A store as the last commit before the baseline wrote it (2f89d6f): its tables and some rows."""
    path = tmp_path / "kept.db"
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parent / "store_0034.sql").read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{path}"


def test_a_store_from_before_the_baseline_gets_exactly_the_tables_of_a_new_one(kept: str, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path}/new.db"
    upgrade(new)
    upgrade(kept)
    assert _shape(kept) == _shape(new)


def _shape(url: str) -> dict[str, Any]:
    """Columns and constraints of each table, and the words of every index, trigger, view and full-text table."""
    engine = create_engine(url)
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        for kind, name, sql in connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all():
            words = " ".join(str(sql).split())
            if kind != "table" or words.startswith("CREATE VIRTUAL"):
                found[name] = words
                continue
            look = inspect(connection)
            constraints = [*look.get_check_constraints(name), *look.get_unique_constraints(name)]
            found[name] = (
                [{**column, "type": str(column["type"])} for column in look.get_columns(name)],
                look.get_pk_constraint(name),
                sorted(map(str, look.get_foreign_keys(name))),
                sorted(map(str, constraints)),
                "AUTOINCREMENT" in words,
            )
    engine.dispose()
    return found


def test_a_store_from_before_the_baseline_opens_and_goes_on(kept: str) -> None:
    upgrade(kept)
    store = SqlStore(kept)
    with store.read() as unit:
        assert unit.customers.get(customer().id) == customer()
        assert unit.conversations.get(conversation().id) == conversation()
        assert unit.conversations.messages(conversation().id) == [message(1)]
        assert unit.decisions.of_message(message(1).id) == decision(1, event_id=event().id)
        assert unit.articles.keyword("button", 5) == ["pa_1"]
        assert unit.articles.keyword("unplugged", 5, Scope(audiences=frozenset({Audience.INTERNAL}))) == ["pa_2"]
        assert unit.cursors.get("tickets") == "5"
        assert unit.ledger.verify() is None
        assert [alert.count for alert in unit.alerts.open()] == [1]
        assert unit.campaigns.lines(OUTAGE, 0, 10) == [line(1), line(2)]
    with store.begin() as unit:
        assert not unit.events.add(event())
        assert not unit.outbox.add(effect())
        assert unit.events.claim(event().id, NOW + MINUTE) == event()
        sending = unit.outbox.claim(effect().id, NOW + MINUTE)
        assert sending is not None
        assert sending.effect == effect()
        assert unit.conversations.add_message(message(2))
        unit.articles.remove([article().id])
        unit.ledger.append("sent", {"key": "reply:me_2"}, NOW + MINUTE)
    with store.read() as unit:
        assert unit.articles.keyword("button", 5) == []
        assert unit.ledger.verify() is None
        assert len(unit.ledger.records(0, 10)) == 2
    store.close()


def test_tables_from_before_the_baseline_are_refused_with_what_to_do(kept: str) -> None:
    with create_engine(kept).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0033'"))
    with pytest.raises(ConfigurationError, match=r"version 0033, older than 0034.* commit 2f89d6f .* start anew"):
        upgrade(kept)
