from ipaddress import ip_network

import pytest
from flask import Flask, request

from apps.forwarded import BY_A_STRANGER, Forwarded, is_within
from apps.settings import read_settings
from core.errors import ConfigurationError
from tests.apps.test_settings import ENVIRON

PROXIES = [ip_network("10.0.0.0/24"), ip_network("127.0.0.1"), ip_network("2001:db8::/32")]
CLIENT, LIAR = "203.0.113.9", "198.51.100.1"


def source(peer: str, **headers: str) -> tuple[str, bool, list[str]]:
    """Who the application takes the client to be; whether a stranger passed the request on; what is left to misread."""
    app = Flask(__name__)
    app.wsgi_app = Forwarded(app.wsgi_app, PROXIES)  # type: ignore[method-assign]

    @app.get("/")
    def tell() -> dict[str, object]:
        left = [name for name in dict(request.headers) if "Forward" in name or name in ("Via", "X-Real-Ip")]
        return {"told": [request.remote_addr, bool(request.environ.get(BY_A_STRANGER)), left]}

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get("/", headers=named, environ_base={"REMOTE_ADDR": peer})
    told: tuple[str, bool, list[str]] = tuple(answer.get_json()["told"])
    return told


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("10.0.0.7", CLIENT, CLIENT),
        ("10.0.0.7", f"{LIAR}, {CLIENT}", CLIENT),
        ("127.0.0.1", f"{LIAR}, {CLIENT}, 10.0.0.7", CLIENT),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.7", f"{CLIENT}, nonsense", "10.0.0.7"),
        ("10.0.0.7", f"{CLIENT}:4711", CLIENT),
        ("10.0.0.7", "[2001:dead::9]:4711", "2001:dead::9"),
        ("::ffff:10.0.0.7", CLIENT, CLIENT),
        ("2001:db8::1", CLIENT, CLIENT),
        (CLIENT, LIAR, CLIENT),
        (CLIENT, "127.0.0.1", CLIENT),
    ],
)
def test_the_client_is_whom_our_own_proxies_saw_and_no_word_of_the_clients_own(
    peer: str, header: str, client: str
) -> None:
    assert source(peer, X_Forwarded_For=header)[0] == client


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X_Forwarded_Proto", "X_Forwarded_Host", "Forwarded", "X_Real_Ip"])
def test_what_nobody_vouches_for_is_removed_and_noticed(name: str) -> None:
    assert source(CLIENT, **{name: "127.0.0.1"}) == (CLIENT, True, [])


def test_what_our_proxy_says_besides_is_removed_too_for_we_are_called_what_the_settings_say() -> None:
    told = source("10.0.0.7", X_Forwarded_For=CLIENT, X_Forwarded_Host="evil.example", X_Forwarded_Proto="http")
    assert told == (CLIENT, False, [])


def test_proxies_are_addresses_and_networks() -> None:
    settings = read_settings(ENVIRON | {"HANDRAIL_TRUSTED_PROXIES": "127.0.0.1, 10.1.0.0/16, 2001:db8::/32"})
    assert is_within("10.1.2.3", settings.trusted_proxies)
    assert not is_within("10.2.2.3", settings.trusted_proxies)
    assert not is_within("nobody", settings.trusted_proxies)
    assert read_settings(ENVIRON).trusted_proxies == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("proxy.example.com", "no address and no network"),
        ("10.0.0.7/24", "has host bits set"),
        ("0.0.0.0/0", "names nobody"),
    ],
)
def test_what_is_no_network_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match="HANDRAIL_TRUSTED_PROXIES") as error:
        read_settings(ENVIRON | {"HANDRAIL_TRUSTED_PROXIES": text})
    assert told in str(error.value)
