from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from connectors.twilio.signature import TwilioSignature
from core.errors import RejectedError
from core.ports import SignedRequest

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
FORM = urlencode(FIELDS).encode()
SHA1, SHA256 = "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="
JSON = b'{"property": "value", "boolean": true}'
JSON_URL = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_SHA1 = "a9nBmqA0ju/hNViExpshrM61xv4="
SETTINGS = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}


def request(
    signature: str = SHA1,
    url: str = URL,
    body: bytes = FORM,
    kind: str = "application/x-www-form-urlencoded",
    more: Mapping[str, str] | None = None,
) -> SignedRequest:
    headers = {"X-Twilio-Signature": signature, "Content-Type": kind, **(more or {})}
    return SignedRequest(url=url, headers=headers, body=body)


def check(request: SignedRequest) -> None:
    TwilioSignature(TOKEN).check(request, NOW)


def refused(request: SignedRequest) -> bool:
    with pytest.raises(RejectedError):
        check(request)
    return True


def test_a_genuine_form_passes() -> None:
    check(request())
    check(request(kind="application/x-www-form-urlencoded; charset=UTF-8"))


def test_a_form_signed_with_a_shared_key_passes() -> None:
    check(request(SHA256, more=SETTINGS))


def test_the_algorithm_named_is_the_one_that_counts() -> None:
    assert refused(request(SHA1, more=SETTINGS))
    assert refused(request(SHA256))
    assert refused(request(SHA1, more={"X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_MD5"}))


def test_a_genuine_json_body_passes() -> None:
    check(request(JSON_SHA1, JSON_URL, JSON, "application/json"))


def test_a_json_body_that_was_touched_is_refused() -> None:
    assert refused(request(JSON_SHA1, JSON_URL, JSON + b" ", "application/json"))


def test_a_body_that_no_hash_covers_is_refused() -> None:
    bare = TwilioSignature(TOKEN)._validator.compute_signature(URL, {})
    assert refused(request(bare, URL, JSON, "application/json"))


def test_a_json_body_dressed_up_as_a_form_is_refused() -> None:
    assert refused(request(JSON_SHA1, JSON_URL, JSON))


@pytest.mark.parametrize(
    "forged",
    [
        request(""),
        request(SHA1.swapcase()),
        request("RSOYü"),
        request(url=URL.replace("foo=1", "foo=2")),
        request(url=URL.replace("https", "http")),
        request(body=FORM.replace(b"1234&", b"1235&")),
        request(body=FORM + b"&More=1"),
        request(body=FORM + b"&Empty="),
        request(body=b""),
        request(body=b"\xff\xfe"),
    ],
    ids=["none", "another", "not ascii", "url", "scheme", "value", "field", "empty field", "no body", "bytes"],
)
def test_a_request_that_was_touched_is_refused(forged: SignedRequest) -> None:
    assert refused(forged)


def test_a_request_without_headers_is_refused() -> None:
    assert refused(SignedRequest(url=URL, headers={}, body=FORM))


def test_a_port_in_the_address_makes_no_difference() -> None:
    check(request(url=URL.replace("mycompany.com", "mycompany.com:443")))


def test_a_field_given_twice_is_signed_with_both_values() -> None:
    signature = TwilioSignature(TOKEN)._validator.compute_signature(URL, {"MediaUrl0": "b"})
    assert refused(request(signature, body=b"MediaUrl0=b&MediaUrl0=a"))


def test_the_auth_token_is_not_shown() -> None:
    assert TOKEN not in repr(TwilioSignature(TOKEN))
