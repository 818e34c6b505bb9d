import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from apps.zendesk.session import AUDIENCE as OURS
from apps.zendesk.session import LIFETIME, Sessions, Visitor
from connectors.sql.store import SqlStore
from core.errors import RejectedError
from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET, by_hand, claims, key_pair, signed
from tests.clock import NOW

MARIA = Visitor(agent_id="501", name="Maria Lopez", role="agent")


@pytest.fixture
def sessions(store: SqlStore) -> Sessions:
    return Sessions(store=store, secret=SESSION_SECRET, public_key=key_pair("zendesk")[1], audience=AUDIENCE)


def refused(act: Callable[[str, datetime], Visitor], token: str, now: datetime = NOW) -> bool:
    with pytest.raises(RejectedError) as told:
        act(token, now)
    # Whoever tries is not told how close they came.
    assert str(told.value) == "this sign-in is not valid"
    return True


def test_a_signed_url_says_who_the_agent_is(sessions: Sessions) -> None:
    assert sessions.opened(signed(claims(NOW)), NOW) == MARIA


@pytest.mark.parametrize(
    ("context", "name", "role"),
    [
        ({"user": {"name": "Priya Nair", "role": "admin"}}, "Priya Nair", "admin"),
        ({"user_name": "Priya Nair", "user_role": "admin"}, "Priya Nair", "admin"),
        ({"user": {"name": "Priya Nair", "role": "owner of everything"}}, "Priya Nair", "agent"),
        ({"user": "501"}, "Agent", "agent"),
        (..., "Agent", "agent"),
        ("words", "Agent", "agent"),
    ],
)
def test_name_and_role_are_taken_from_where_they_stand(sessions: Sessions, context: Any, name: str, role: str) -> None:
    visitor = sessions.opened(signed(claims(NOW, context=context)), NOW)
    assert (visitor.name, visitor.role) == (name, role)


def test_a_signed_url_opens_the_page_once(sessions: Sessions) -> None:
    token = signed(claims(NOW))
    sessions.opened(token, NOW)
    assert refused(sessions.opened, token)
    assert sessions.opened(signed(claims(NOW, jti="jti-2")), NOW) == MARIA


def test_another_process_sees_the_replay_too(sessions: Sessions, store: SqlStore) -> None:
    token = signed(claims(NOW))
    sessions.opened(token, NOW)
    other = Sessions(store=store, secret=SESSION_SECRET, public_key=key_pair("zendesk")[1], audience=AUDIENCE)
    assert refused(other.opened, token)


def test_a_refused_url_does_not_use_up_the_genuine_one(sessions: Sessions) -> None:
    assert refused(sessions.opened, signed(claims(NOW), key="another"))
    assert sessions.opened(signed(claims(NOW)), NOW) == MARIA


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": AUDIENCE.replace("larkfield", "evilcorp")},
        {"aud": AUDIENCE.replace("8807", "8808")},
        {"aud": OURS},
        {"aud": ...},
        {"sub": ...},
        {"exp": ...},
        {"jti": ...},
        {"jti": ""},
        {"exp": "soon"},
        {"exp": None},
        {"nbf": "soon"},
        {"exp": int((NOW - timedelta(minutes=1)).timestamp())},
        {"nbf": int((NOW + timedelta(minutes=1)).timestamp())},
    ],
)
def test_a_url_whose_claims_do_not_fit_is_refused(sessions: Sessions, changes: dict[str, Any]) -> None:
    assert refused(sessions.opened, signed(claims(NOW, **changes)))


def test_a_url_lives_as_long_as_it_says_and_half_a_minute(sessions: Sessions) -> None:
    ends = NOW + timedelta(minutes=2)
    assert sessions.opened(signed(claims(NOW)), ends + timedelta(seconds=29)) == MARIA
    assert refused(sessions.opened, signed(claims(NOW, jti="late")), ends + timedelta(seconds=31))


def test_a_key_that_is_not_zendesks_is_refused(sessions: Sessions) -> None:
    assert refused(sessions.opened, signed(claims(NOW), key="another"))


@pytest.mark.parametrize(
    "token",
    [
        by_hand({"alg": "none", "typ": "JWT"}, claims(NOW), None),
        by_hand({"alg": "None"}, claims(NOW), None),
        by_hand({"alg": "HS256", "typ": "JWT"}, claims(NOW), key_pair("zendesk")[1].encode()),
        by_hand({"alg": "RS256", "typ": "JWT"}, claims(NOW), key_pair("zendesk")[1].encode()),
        by_hand({"alg": "HS256"}, claims(NOW), SESSION_SECRET.encode()),
        by_hand({"alg": "HS256"}, claims(NOW), b""),
        by_hand({"alg": "RS256", "jku": "https://evil.example/keys"}, claims(NOW), b""),
    ],
    ids=["none", "None", "public key as secret", "RS256 by name", "our own secret", "empty secret", "keys elsewhere"],
)
def test_another_algorithm_is_no_way_in(sessions: Sessions, token: str) -> None:
    assert refused(sessions.opened, token)


@pytest.mark.parametrize("token", ["", "words", "a.b.c", "ü.ü.ü", "\x00", "." * 1000, "e30.e30.e30"])
def test_what_is_no_token_is_refused(sessions: Sessions, token: str) -> None:
    assert refused(sessions.opened, token)
    assert refused(sessions.visitor, token)


def test_without_the_apps_key_nobody_gets_in(store: SqlStore) -> None:
    keyless = Sessions(store=store, secret=SESSION_SECRET, public_key="", audience=AUDIENCE)
    assert refused(keyless.opened, signed(claims(NOW)))
    assert refused(keyless.opened, by_hand({"alg": "none"}, claims(NOW), None))
    assert refused(keyless.opened, by_hand({"alg": "HS256"}, claims(NOW), b""))


def test_a_bearer_token_says_who_it_was_made_for(sessions: Sessions) -> None:
    bearer, ends = sessions.issue(MARIA, NOW)
    assert sessions.visitor(bearer, NOW) == MARIA
    assert ends == NOW + LIFETIME


def test_a_bearer_token_ends_with_the_shift(sessions: Sessions) -> None:
    bearer, ends = sessions.issue(MARIA, NOW)
    assert sessions.visitor(bearer, ends) == MARIA
    assert refused(sessions.visitor, bearer, ends + timedelta(minutes=1))


def test_a_bearer_token_that_was_edited_is_refused(sessions: Sessions) -> None:
    bearer, _ = sessions.issue(MARIA, NOW)
    head, body, mark = bearer.split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    edited = urlsafe_b64encode(json.dumps(said | {"role": "admin"}).encode()).rstrip(b"=").decode()
    assert refused(sessions.visitor, f"{head}.{edited}.{mark}")
    assert refused(sessions.visitor, f"{head}.{body}.{mark[::-1]}")
    assert refused(sessions.visitor, f"{head}.{body}.")


def test_a_bearer_token_of_another_house_is_refused(sessions: Sessions, store: SqlStore) -> None:
    other = Sessions(store=store, secret="another-secret-" * 4, public_key=key_pair("zendesk")[1], audience=AUDIENCE)
    assert refused(sessions.visitor, other.issue(MARIA, NOW)[0])


@pytest.mark.parametrize(
    "said",
    [
        {"sub": "501", "name": "Maria", "role": "agent", "aud": "another:page", "exp": 4_000_000_000},
        {"sub": "501", "name": "Maria", "role": "agent", "exp": 4_000_000_000},
        {"sub": "501", "name": "Maria", "role": "agent", "aud": OURS},
    ],
    ids=["another audience", "no audience", "no end"],
)
def test_a_token_made_with_our_secret_for_something_else_is_refused(sessions: Sessions, said: dict[str, Any]) -> None:
    assert refused(sessions.visitor, jwt.encode(said, SESSION_SECRET, algorithm="HS256"))


def test_a_signed_url_is_no_bearer_token_and_the_other_way_round(sessions: Sessions) -> None:
    bearer, _ = sessions.issue(MARIA, NOW)
    assert refused(sessions.visitor, signed(claims(NOW)))
    assert refused(sessions.opened, bearer)


def test_an_unsigned_bearer_token_is_refused(sessions: Sessions) -> None:
    said = {"sub": "501", "name": "Maria", "role": "admin", "aud": OURS, "exp": 4_000_000_000}
    assert refused(sessions.visitor, by_hand({"alg": "none"}, said, None))
    assert refused(sessions.visitor, by_hand({"alg": "HS512"}, said, SESSION_SECRET.encode()))
