from pathlib import Path

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.profile import Asked, FactSource, ProfileFact
from core.profile.identity import add_known_facts, profile_of
from tests.apps.container import quiet_container
from tests.core.people import NOW

DANA = Customer(id=CustomerId("cu_dana"), name="Dana")


def answered(source: str) -> Asked:
    fact = ProfileFact(name="plan", value=f"as {source} says", source=FactSource(source), at=NOW)
    return Asked(source=source, at=NOW, facts=(fact,))


@pytest.mark.parametrize(("setting", "believed"), [("crm, billing", "crm"), ("", "billing")])
def test_whoever_decides_believes_whom_the_settings_trust_and_agents_are_shown_the_same(
    store: SqlStore, tmp_path: Path, setting: str, believed: str
) -> None:
    container = quiet_container(store, tmp_path, **({"HANDRAIL_PROFILE_TRUSTED": setting} if setting else {}))
    with container.store.begin() as unit:
        unit.customers.save(DANA)
        for source in ("billing", "crm"):
            unit.profiles.keep(DANA.id, answered(source))
    with container.store.read() as unit:
        assert add_known_facts(unit, DANA, NOW).attributes["plan"] == f"as {believed} says"
        assert profile_of(unit, DANA, NOW).value("plan") == f"as {believed} says"


def test_a_source_that_nobody_knows_is_refused(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="hearsay"):
        _ = quiet_container(store, tmp_path, HANDRAIL_PROFILE_TRUSTED="hearsay").store
