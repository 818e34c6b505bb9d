from pathlib import Path

import pytest

from apps.sandbox.settings import SandboxSettings, read_settings


def test_the_environment_sets_every_kind_of_value() -> None:
    settings = read_settings(
        {
            "SANDBOX_PORT": "9000",
            "SANDBOX_LAG_SECONDS": "0.5",
            "SANDBOX_SEED": "seed",
            "SANDBOX_ZENDESK_REQUESTS_PER_MINUTE": "2500",
            "SANDBOX_API_KEY": "fake-key",
            "SANDBOX_HANDRAIL_URL": "",
        }
    )
    assert (settings.port, settings.lag_seconds, settings.seed) == (9000, 0.5, Path("seed"))
    assert (settings.zendesk_requests_per_minute, settings.zendesk_updates_per_minute) == (2500, 100)
    assert (settings.api_key, settings.handrail_url) == ("fake-key", SandboxSettings().handrail_url)


def test_the_public_address_is_the_local_one_unless_set() -> None:
    assert SandboxSettings(handrail_url="http://127.0.0.1:1/").public_url == "http://127.0.0.1:1"
    assert SandboxSettings(handrail_public_url="https://h.example").public_url == "https://h.example"


@pytest.mark.parametrize(
    "bad",
    [
        {"SANDBOX_PORT": "many"},
        {"SANDBOX_LAG_SECONDS": "-1"},
        {"SANDBOX_HANDRAIL_URL": "ftp://h"},
        {"SANDBOX_ZENDESK_UPDATES_PER_MINUTE": "0"},
    ],
)
def test_nonsense_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - different faults, one kind
        read_settings(bad)
