from collections.abc import Iterator

import pytest
import responses

from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.helpdesk import ZendeskHelpdesk


@pytest.fixture
def account() -> ZendeskAccount:
    return ZendeskAccount(subdomain="larkfield", email="integration@larkfield.example", token="fake-zendesk-token")


@pytest.fixture
def api(account: ZendeskAccount) -> Iterator[ZendeskApi]:
    api = connect(account)
    yield api
    api.close()


@pytest.fixture
def desk(api: ZendeskApi) -> ZendeskHelpdesk:
    return ZendeskHelpdesk(api)


@pytest.fixture
def zendesk() -> Iterator[responses.RequestsMock]:
    """The account's address without a network: what is not arranged cannot be reached."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
