import pytest

from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from tests.apps.slack.wire import Slack, slack_over
from tests.webhooks.receiving import Told


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def slack(store: SqlStore, told: Told) -> Slack:
    return slack_over(SqlInbox(store, told), store)
