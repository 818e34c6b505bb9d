from collections.abc import Iterator

import pytest

from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk
from tests.connectors.scripted import Scripted, scripted


@pytest.fixture(scope="session")
def served() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def slack(served: Scripted) -> Scripted:
    served.say()
    return served


@pytest.fixture
def desk(slack: Scripted) -> SlackDesk:
    return SlackDesk(connect(SlackAccount(token="xoxb-fake", base_url=f"{slack.url}/api")))
