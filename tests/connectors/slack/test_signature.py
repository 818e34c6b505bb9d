from datetime import UTC, datetime, timedelta

import pytest

from connectors.slack.signature import SlackSignature
from core.errors import RejectedError
from core.ports import SignedRequest

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = "1531420618"
NOW = datetime.fromtimestamp(1531420618, UTC)
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def request(signature: str = SIGNATURE, stamp: str = STAMP, body: bytes = BODY) -> SignedRequest:
    headers = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": stamp}
    return SignedRequest(url="https://handrail.example/slack/events", headers=headers, body=body)


def test_a_genuine_and_fresh_request_passes() -> None:
    SlackSignature(SECRET).check(request(), NOW)
    SlackSignature(SECRET).check(request(), NOW + timedelta(minutes=5))


@pytest.mark.parametrize(
    "forged",
    [
        request(signature=""),
        request(signature=SIGNATURE.replace("a2", "a3")),
        request(signature="v0=ü"),
        request(body=BODY + b"x"),
        request(body=b"\xff"),
        request(stamp="1531420619"),
        request(stamp=""),
        request(stamp="soon"),
        request(stamp="²"),
        request(stamp="-1531420618"),
        request(stamp="9" * 400),
    ],
    ids=["none", "another", "not ascii", "body", "bytes", "time", "no time", "words", "power", "minus", "far"],
)
def test_a_request_that_was_touched_is_refused(forged: SignedRequest) -> None:
    with pytest.raises(RejectedError):
        SlackSignature(SECRET).check(forged, NOW)


@pytest.mark.parametrize("off", [timedelta(seconds=301), -timedelta(seconds=301)])
def test_a_genuine_request_that_is_not_fresh_is_refused(off: timedelta) -> None:
    with pytest.raises(RejectedError):
        SlackSignature(SECRET).check(request(), NOW + off)


def test_a_request_without_headers_is_refused() -> None:
    with pytest.raises(RejectedError):
        SlackSignature(SECRET).check(SignedRequest(url="", headers={}, body=BODY), NOW)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(SlackSignature(SECRET))
