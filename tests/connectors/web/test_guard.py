import pytest

from connectors.guarded import GuardedAdapter, RefusedAddressError, is_public
from connectors.web.fetch import place_of, session_of
from tests.connectors.web.pages import Town

PRIVATE = """127.0.0.1 10.1.2.3 192.168.0.1 172.16.0.1 169.254.169.254 0.0.0.0 ::1 fe80::1%eth0 fd00::1
    ::ffff:127.0.0.1 2002:7f00:1:: 100.64.0.1 224.0.0.1 255.255.255.255
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::5db8:d822 ::10.0.0.1 ::93.184.216.34 :: 2002:a00:1::1 fec0::1
    2001:0:4136:e378:8000:63bf:3fff:fdd2 ff02::1"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["https://a:b@a.example/", "gopher://a.example/", "https:///x"])
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        GuardedAdapter(resolve=lambda host: ["93.184.216.34"]).address_of(url)


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    adapter = GuardedAdapter(resolve=lambda host: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(RefusedAddressError, match="private network"):
        adapter.address_of("https://a.example/")


def test_the_address_that_was_checked_is_the_one_connected_to(site: Town) -> None:
    port = site.url.rpartition(":")[2]
    site.says("/a", "hello")
    asked: list[str] = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    session = session_of(private=True, resolve=resolve)
    answer = session.get(f"http://help.example:{port}/a", timeout=5)
    assert answer.text == "hello"
    assert asked == ["help.example"]
    assert site.asked[0][1]["Host"] == f"help.example:{port}"


def test_a_host_that_does_not_exist_is_named() -> None:
    def resolve(host: str) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(RefusedAddressError, match=r"no host help\.example"):
        session_of(resolve=resolve).get("https://help.example/", timeout=5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/", "https://A.example:443/x", True),
        ("https://a.example/", "https://a.example:8443/", False),
        ("http://a.example:8080/", "http://a.example:8081/", False),
        ("https://a.example/", "https://b.example/", False),
        ("https://a.example/", "https://a.example:99999/", False),
        ("https://a.example/", "ftp://a.example/", False),
    ],
)
def test_another_port_is_another_place(one: str, other: str, same: bool) -> None:
    assert (place_of(one) == place_of(other)) is same
