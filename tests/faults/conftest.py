"""`--long`: as large and as often as the numbers promise; for `make faults`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long fault runs")


@pytest.fixture
def long(request: pytest.FixtureRequest) -> None:
    """Skips the test in the usual run."""
    if not request.config.getoption("--long", default=False):
        pytest.skip("minutes long: make faults")
