from collections.abc import Iterator

import pytest

from tests.connectors.web.pages import Town, town


@pytest.fixture
def site() -> Iterator[Town]:
    with town() as place:
        yield place
