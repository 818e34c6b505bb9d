"""The webhook's secret, sent along as it is."""

import pytest

from connectors.sunshine.signature import SunshineSignature
from core.errors import RejectedError
from core.ports import SignedRequest
from tests.connectors.sunshine.test_messenger import NOW


def request(**headers: str) -> SignedRequest:
    return SignedRequest(url="https://desk.example.com/webhooks/sunshine", headers=headers, body=b"{}")


def test_the_secret_opens_whatever_the_headers_case() -> None:
    SunshineSignature("fake").check(request(**{"X-API-KEY": "fake"}), NOW)


@pytest.mark.parametrize("given", ["", "fak", "fake ", "fäke"])
def test_anything_else_does_not(given: str) -> None:
    with pytest.raises(RejectedError):
        SunshineSignature("fake").check(request(**{"X-Api-Key": given}), NOW)


def test_without_a_secret_nothing_opens() -> None:
    with pytest.raises(RejectedError):
        SunshineSignature("").check(request(**{"X-Api-Key": ""}), NOW)


def test_the_secret_stands_in_no_representation() -> None:
    assert "fake" not in repr(SunshineSignature("fake"))
