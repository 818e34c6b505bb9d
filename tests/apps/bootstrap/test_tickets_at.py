"""Where the link of an alert leads."""

from pathlib import Path

import pytest
import yaml

from connectors.sql.store import SqlStore
from tests.apps.container import quiet_container


@pytest.mark.parametrize(
    ("elsewhere", "address"),
    [
        ("", "https://larkfield.zendesk.com/agent/tickets/{ticket}"),
        ("http://127.0.0.1:8000/zendesk/", "http://127.0.0.1:8000/zendesk/agent/tickets/{ticket}"),
    ],
)
def test_without_a_word_of_the_policy_it_is_where_our_helpdesk_is(
    store: SqlStore, tmp_path: Path, elsewhere: str, address: str
) -> None:
    container = quiet_container(store, tmp_path, HANDRAIL_ZENDESK_URL=elsewhere)
    assert container.policy.alerts.tickets_at == address
    assert container.policy.version == container.in_force().version


def test_the_policys_own_address_stands(store: SqlStore, tmp_path: Path) -> None:
    own = "https://help.larkfield.example/agent/tickets/{ticket}"
    file = tmp_path / "policy.yaml"
    written = Path("apps/demo/policy.yaml").read_text(encoding="utf-8")
    policy = yaml.safe_load(written)
    policy["alerts"]["tickets_at"] = own
    file.write_text(yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")
    assert quiet_container(store, tmp_path, HANDRAIL_POLICY=str(file)).policy.alerts.tickets_at == own
