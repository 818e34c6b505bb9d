import pytest

from webhooks.signals.key import ApiKey


def test_an_empty_key_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="everybody"):
        ApiKey("")
