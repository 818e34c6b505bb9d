"""An installation whose day's work is in the ledger, a campaign among it."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, column, create_engine, delete, table, text, update

from apps.cli import main
from apps.policy_file import read_policy
from connectors.sql.store import SqlStore
from core.model.ids import ApprovalId
from tests.apps.policy.conftest import Installation, after_a_day, installation
from tests.core.campaigns import campaign, line, person, phone, sending, variant
from tests.core.container import Container
from tests.keys import master_keys

__all__ = ["Installation", "installation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The store behind the command's back."""

    engine: Engine

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), values).mappings())

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def put(self, name: str, where: Mapping[str, Any], **values: Any) -> None:
        """Other values into one row, as they are: without the types that our own tables would turn them into."""
        found = table(name, *(column(each) for each in (*where, *values)))
        here = (found.c[each] == value for each, value in where.items())
        with self.engine.begin() as connection:
            assert connection.execute(update(found).where(*here).values(values)).rowcount == 1

    def drop(self, name: str, **where: Any) -> None:
        found = table(name, *(column(each) for each in where))
        with self.engine.begin() as connection:
            assert connection.execute(delete(found).where(*(found.c[k] == v for k, v in where.items()))).rowcount == 1


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *words])


def campaign_leaves(container: Container, size: int = 3) -> ApprovalId:
    """A campaign, approved and sent."""
    now = container.clock()
    of = campaign(
        policy_version=container.policy.version,
        variants=(variant(text="Hello {name}. Reply STOP to opt out.", personal=("name",)),),
        created_at=now,
        expires_at=now.replace(hour=20),
        not_after=now.replace(hour=19),
    )
    lines = [
        line(
            of,
            ordinal,
            customer_id=person(ordinal + 1).id,
            address=phone(ordinal + 1),
            fields={"name": f"N{ordinal}"},
            segment="plus",
        )
        for ordinal in range(1, size + 1)
    ]
    with container.store.begin() as unit:
        for number in range(2, size + 2):
            unit.customers.save(person(number))
        effects = sending(unit, of, lines, now=now)
    for each in effects:
        container.delivery.deliver(each.id)
    return of.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The store at its end, with and without a campaign; each test changes a copy."""

    plain: Path
    campaign: Path
    ends_at: datetime


@pytest.fixture(scope="session")
def day(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    where = Installation(folder)
    where.write()
    shutil.copy(migrated, folder / "handrail.db")
    running = after_a_day(where)
    running.store.close()
    shutil.copy(folder / "handrail.db", folder / "plain.db")
    assert campaign_leaves(running)
    running.store.close()
    return Day(plain=folder / "plain.db", campaign=folder / "handrail.db", ends_at=running.clock())


@pytest.fixture
def container(installation: Installation, day: Day, request: pytest.FixtureRequest) -> Iterator[Container]:
    """What runs there after that day: with the campaign where `written` looks at it."""
    file = installation.folder / "handrail.db"
    shutil.copy(day.campaign if "written" in request.fixturenames else day.plain, file)
    store = SqlStore(f"sqlite:///{file}", keys=master_keys)
    yield Container(store, read_policy(installation.file), day.ends_at)
    store.close()


@pytest.fixture
def written(container: Container, installation: Installation) -> Iterator[Written]:
    engine = create_engine(f"sqlite:///{installation.folder / 'handrail.db'}")
    yield Written(engine=engine)
    engine.dispose()
