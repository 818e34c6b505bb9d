import base64

import pytest

from connectors.slack.workspaces import Vault
from core.errors import ConfigurationError

SECRET = "a-long-and-obviously-fake-secret"
TOKENS = {"bot": "xoxb-fake-token", "refresh": "xoxe-fake"}


def test_what_was_sealed_is_opened_again() -> None:
    sealed = Vault(SECRET).seal("T0LARK", TOKENS)
    assert Vault(SECRET).open("T0LARK", sealed) == TOKENS


def test_neither_the_token_nor_the_secret_is_to_be_seen() -> None:
    sealed = Vault(SECRET).seal("T0LARK", TOKENS)
    assert b"fake" not in base64.b64decode(sealed)
    assert SECRET not in repr(Vault(SECRET))


def test_the_same_token_never_looks_the_same() -> None:
    assert Vault(SECRET).seal("T0LARK", TOKENS) != Vault(SECRET).seal("T0LARK", TOKENS)


@pytest.mark.parametrize(("secret", "team"), [("another-fake-secret", "T0LARK"), (SECRET, "T0NORTH")])
def test_under_another_secret_or_for_another_workspace_it_stays_shut(secret: str, team: str) -> None:
    sealed = Vault(SECRET).seal("T0LARK", TOKENS)
    with pytest.raises(ConfigurationError, match="Install it again"):
        Vault(secret).open(team, sealed)


def test_every_changed_byte_is_noticed() -> None:
    raw = bytearray(base64.b64decode(Vault(SECRET).seal("T0LARK", TOKENS)))
    for place in range(len(raw)):
        changed = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        with pytest.raises(ConfigurationError):
            Vault(SECRET).open("T0LARK", base64.b64encode(changed).decode())


@pytest.mark.parametrize("sealed", ["", "x", "ü", "AAAA"])
def test_what_was_never_sealed_is_told_as_such(sealed: str) -> None:
    with pytest.raises(ConfigurationError):
        Vault(SECRET).open("T0LARK", sealed)
