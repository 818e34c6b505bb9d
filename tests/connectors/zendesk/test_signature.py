import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from connectors.zendesk.signature import SIGNATURE, TIMESTAMP, TOLERANCE, ZendeskSignature
from core.errors import RejectedError
from core.ports import SignedRequest

SECRET = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="
TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # Zendesk's own, for trying a webhook out
STAMP = "2021-07-25T10:00:00Z"
BODY = b'{"say": "hello"}'
SIGNED_AT = datetime(2021, 7, 25, 10, 0, tzinfo=UTC)
NOW = SIGNED_AT + timedelta(seconds=30)
CURRENT = "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk="
OLD = "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="  # body before timestamp, as an older page had it


def request(signature: str = CURRENT, stamp: str = STAMP, body: bytes = BODY) -> SignedRequest:
    headers = {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": stamp}
    return SignedRequest(url="https://handrail.example/webhooks/zendesk/events", headers=headers, body=body)


def test_a_genuine_and_fresh_request_passes() -> None:
    ZendeskSignature(SECRET).check(request(), NOW)


def test_the_secret_for_trying_out_signs_the_same_way() -> None:
    ZendeskSignature(TEST_SECRET).check(request("gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0="), NOW)


def test_the_older_order_of_body_and_timestamp_is_refused() -> None:
    with pytest.raises(RejectedError):
        ZendeskSignature(SECRET).check(request(OLD), NOW)


@pytest.mark.parametrize(
    "forged",
    [
        request(signature=""),
        request(signature=CURRENT.swapcase()),
        request(signature="Rry/ünicode"),
        request(body=BODY + b" "),
        request(stamp="2021-07-25T10:00:01Z"),
        request(stamp=""),
    ],
    ids=["none", "another", "not ascii", "body", "time", "no time"],
)
def test_a_request_that_was_touched_is_refused(forged: SignedRequest) -> None:
    with pytest.raises(RejectedError) as caught:
        ZendeskSignature(SECRET).check(forged, NOW)
    assert caught.value.code == "signature"


def test_a_request_without_headers_is_refused() -> None:
    with pytest.raises(RejectedError):
        ZendeskSignature(SECRET).check(SignedRequest(url="", headers={}, body=b""), NOW)


@pytest.mark.parametrize("off", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_a_genuine_request_that_is_not_fresh_is_refused(off: timedelta) -> None:
    with pytest.raises(RejectedError) as caught:
        ZendeskSignature(SECRET).check(request(), SIGNED_AT + off)
    assert caught.value.code == "stale"


def test_a_genuine_request_is_fresh_for_five_minutes() -> None:
    ZendeskSignature(SECRET).check(request(), SIGNED_AT + TOLERANCE)
    ZendeskSignature(SECRET).check(request(), SIGNED_AT - TOLERANCE)


@pytest.mark.parametrize("stamp", ["yesterday", "", "1627207200", "2021-13-45T10:00:00Z"])
def test_a_signed_time_that_cannot_be_read_is_refused(stamp: str) -> None:
    genuine = base64.b64encode(hmac.new(SECRET.encode(), stamp.encode() + BODY, hashlib.sha256).digest()).decode()
    with pytest.raises(RejectedError) as caught:
        ZendeskSignature(SECRET).check(request(genuine, stamp), NOW)
    assert caught.value.code == "stale"


def test_header_names_may_come_in_any_case() -> None:
    ZendeskSignature(SECRET).check(
        SignedRequest(url="", headers={SIGNATURE.upper(): CURRENT, TIMESTAMP.upper(): STAMP}, body=BODY), NOW
    )


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(ZendeskSignature(SECRET))
