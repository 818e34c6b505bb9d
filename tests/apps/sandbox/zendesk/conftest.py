from collections.abc import Iterator

import pytest

from tests.apps.sandbox.zendesk.larkfield import Larkfield, larkfield


@pytest.fixture
def account() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served
