import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.profile.sql import SqlProfileSource
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.model.profile import FactSource

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUERY = "SELECT version AS app_version, last_error AS error_code, unset, seen AS at FROM usage WHERE mail = :email"
COUNTING = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c WHERE n < 0 OR :email = 'x'"


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "analytics.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE usage (mail TEXT, version TEXT, last_error TEXT, unset TEXT, seen TEXT)")
        made.execute("INSERT INTO usage VALUES ('emma@example.com', '6.2.1', 'E21', NULL, '2026-11-20T08:00:00')")
    made.close()
    return f"sqlite:///{path}"


def customer(mail: str = "emma@example.com", *, verified: bool = True) -> Customer:
    identity = Identity(kind=IdentityKind.EMAIL, value=mail, verified=verified)
    return Customer(id=CustomerId("cu_emma"), name="Emma", identities=(identity,))


def source(url: str, query: str = QUERY, seconds: float = 1) -> SqlProfileSource:
    return SqlProfileSource(
        url=url,
        query=query,
        source=FactSource.ANALYTICS,
        name="Usage",
        now=lambda: NOW,
        timeout=timedelta(seconds=seconds),
    )


def test_the_columns_of_the_row_are_the_facts(database: str) -> None:
    facts = source(database).facts(customer())
    assert {fact.name: fact.value for fact in facts} == {"app_version": "6.2.1", "error_code": "E21"}
    assert {fact.at for fact in facts} == {datetime(2026, 11, 20, 8, tzinfo=UTC)}


def test_whom_the_database_does_not_know_has_no_facts(database: str) -> None:
    assert source(database).facts(customer("nobody@example.com")) == []


def test_words_of_a_customer_are_never_part_of_the_query(database: str) -> None:
    assert source(database).facts(customer("x' OR '1'='1")) == []


def test_nobody_is_looked_up_by_an_address_that_is_not_proved_to_be_theirs(database: str) -> None:
    assert source(database).facts(customer(verified=False)) == []


def test_nothing_can_be_written(database: str) -> None:
    with pytest.raises((RejectedError, TransientError)):
        source(database, "DELETE FROM usage WHERE mail = :email").facts(customer())
    assert source(database).facts(customer())


def test_a_query_that_takes_too_long_is_given_up(database: str) -> None:
    with pytest.raises(TransientError):
        source(database, COUNTING, 0.2).facts(customer())


def test_a_query_that_the_database_refuses_is_told(database: str) -> None:
    with pytest.raises((RejectedError, TransientError), match="Usage"):
        source(database, "SELECT nonsense FROM usage WHERE mail = :email").facts(customer())


@pytest.mark.parametrize("query", ["SELECT 1", "SELECT 1 WHERE :password = 1"])
def test_a_query_without_a_known_place_is_refused(database: str, query: str) -> None:
    with pytest.raises(ConfigurationError, match="PROFILE_SQL_QUERY"):
        source(database, query)


@pytest.mark.parametrize("url", ["nonsense", "nodatabase://x/y"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PROFILE_SQL_URL"):
        source(url)


@pytest.mark.parametrize("url", ["mysql+pymysql://reader@db/usage", "mssql+pyodbc://db/usage", "oracle://db/usage"])
def test_a_database_that_could_be_written_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PostgreSQL and SQLite can be asked"):
        source(url)
