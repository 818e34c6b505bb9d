import pytest

from connectors.sql.store import SqlStore
from core.model.outbound import Effect
from tests.core.campaigns import campaign, line, person, sending


@pytest.fixture
def approved(store: SqlStore) -> Effect:
    """A message that a supervisor approved a minute ago, to somebody who agreed, at noon."""
    of = campaign()
    with store.begin() as unit:
        unit.customers.save(person(1))
        return sending(unit, of, [line(of)])[0]
