import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from apps.zendesk.session import AUDIENCE as OURS
from apps.zendesk.session import LIFETIME, SHIFT, TRUSTED_FOR, UNTOLD_LIFETIME, Issued, Sessions, SignIn, Visitor
from connectors.sql.store import SqlSignIns, SqlStore
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from tests.apps.zendesk.desk import KnownStaff
from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET, by_hand, claims, key_pair, signed
from tests.clock import NOW, Clock

MARIA = Visitor(agent_id="501", name="Maria Lopez", role="agent")
HERE = f"{OURS} {AUDIENCE}"
DOWN = TransientError("Zendesk is away")


@pytest.fixture
def staff(clock: Clock) -> KnownStaff:
    return KnownStaff(clock)


@pytest.fixture
def sessions(store: SqlStore, staff: KnownStaff) -> Sessions:
    return made(store, staff)


def made(store: SqlStore, staff: KnownStaff, **changes: str) -> Sessions:
    keys = {"secret": SESSION_SECRET, "public_key": key_pair("zendesk")[1], "audience": AUDIENCE, **changes}
    return Sessions(sign_ins=SqlSignIns(store), staff=staff, **keys)


def issued(sessions: Sessions, who: Visitor = MARIA, now: datetime = NOW) -> Issued:
    return sessions.issue(SignIn(visitor=who, since=now, told_at=now), now)


def refused(act: Callable[[str, datetime], object], token: str, now: datetime = NOW) -> bool:
    with pytest.raises(RejectedError) as told:
        act(token, now)
    # Whoever tries is not told how close they came.
    assert str(told.value) == "this sign-in is not valid"
    return True


# ---------------------------------------------------------------- the signed URL


@pytest.mark.parametrize(
    "subject", ["501", 501, "https://larkfield.zendesk.com/api/v2/users/501.json", "/api/v2/users/501"]
)
def test_a_signed_url_says_who_the_agent_is(sessions: Sessions, subject: object) -> None:
    assert sessions.open(signed(claims(NOW, sub=subject)), NOW).visitor == MARIA


@pytest.mark.parametrize(
    "subject",
    [
        "https://evilcorp.zendesk.com/api/v2/users/501.json",
        "https://larkfield.zendesk.com/api/v2/organizations/501.json",
        "https://larkfield.zendesk.com/api/v2/users/501.json/../777.json",
        "501; 777",
        "me",
        "",
        "٥٠١",
        ["501"],
        True,
    ],
)
def test_a_subject_that_is_no_user_of_the_account_is_refused(sessions: Sessions, subject: object) -> None:
    assert refused(sessions.open, signed(claims(NOW, sub=subject)))


@pytest.mark.parametrize(("person", "name", "role"), [("505", "Priya Nair", "admin"), ("503", "Aisha Rahman", "lead")])
def test_the_helpdesk_says_what_the_agent_may_do(sessions: Sessions, person: str, name: str, role: str) -> None:
    assert sessions.open(signed(claims(NOW, sub=person)), NOW).visitor == Visitor(agent_id=person, name=name, role=role)


@pytest.mark.parametrize(
    "context", [{"user": {"role": "admin"}}, {"user_role": "admin", "role": "admin"}, "words", ...]
)
def test_what_the_token_says_of_roles_counts_for_nothing(sessions: Sessions, context: Any) -> None:
    token = signed(claims(NOW, context=context, role="admin", name="Nobody"))
    assert sessions.open(token, NOW).visitor == MARIA


def test_whoever_is_not_of_the_staff_is_refused_as_anybody_is(sessions: Sessions) -> None:
    assert refused(sessions.open, signed(claims(NOW, sub="999")))


def test_a_signed_url_opens_the_page_once(sessions: Sessions) -> None:
    token = signed(claims(NOW))
    sessions.open(token, NOW)
    assert refused(sessions.open, token)
    assert sessions.open(signed(claims(NOW, jti="jti-2")), NOW).visitor == MARIA


def test_another_process_sees_the_replay_too(sessions: Sessions, store: SqlStore, staff: KnownStaff) -> None:
    token = signed(claims(NOW))
    sessions.open(token, NOW)
    assert refused(made(store, staff).open, token)


def test_a_replay_is_seen_for_as_long_as_the_token_would_be_taken(sessions: Sessions, store: SqlStore) -> None:
    token = signed(claims(NOW))
    sessions.open(token, NOW)
    last = NOW + timedelta(minutes=2, seconds=30)
    with store.begin() as unit:
        assert unit.sign_ins.forget(last - timedelta(minutes=5)) == 0
    assert refused(sessions.open, token, last)


def test_a_refused_url_does_not_use_up_the_genuine_one(sessions: Sessions) -> None:
    assert refused(sessions.open, signed(claims(NOW), key="another"))
    assert refused(sessions.open, signed(claims(NOW, iss="evilcorp.zendesk.com")))
    assert sessions.open(signed(claims(NOW)), NOW).visitor == MARIA


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": AUDIENCE.replace("larkfield", "evilcorp")},
        {"aud": AUDIENCE.replace("8807", "8808")},
        {"aud": OURS},
        {"aud": HERE},
        {"aud": ...},
        {"iss": "evilcorp.zendesk.com"},
        {"iss": "larkfield.zendesk.com.evil.example"},
        {"iss": "https://evil.example/larkfield.zendesk.com"},
        {"iss": ...},
        {"iss": ""},
        {"sub": ...},
        {"exp": ...},
        {"jti": ...},
        {"jti": ""},
        {"jti": ["jti-1"]},
        {"exp": "soon"},
        {"exp": None},
        {"exp": 10**20},
        {"nbf": "soon"},
        {"iat": "now"},
        {"iat": int((NOW + timedelta(minutes=1)).timestamp())},
        {"exp": int((NOW - timedelta(minutes=1)).timestamp())},
        {"nbf": int((NOW + timedelta(minutes=1)).timestamp())},
    ],
)
def test_a_url_whose_claims_do_not_fit_is_refused(sessions: Sessions, changes: dict[str, Any]) -> None:
    assert refused(sessions.open, signed(claims(NOW, **changes)))


@pytest.mark.parametrize(
    "issuer", ["https://larkfield.zendesk.com", "https://larkfield.zendesk.com/", "Larkfield.zendesk.com"]
)
def test_the_issuer_is_the_accounts_host_however_it_is_written(sessions: Sessions, issuer: str) -> None:
    assert sessions.open(signed(claims(NOW, iss=issuer)), NOW).visitor == MARIA


def test_a_url_lives_as_long_as_it_says_and_half_a_minute(sessions: Sessions) -> None:
    ends = NOW + timedelta(minutes=2)
    assert sessions.open(signed(claims(NOW)), ends + timedelta(seconds=29)).visitor == MARIA
    assert refused(sessions.open, signed(claims(NOW, jti="late")), ends + timedelta(seconds=31))


def test_a_key_that_is_not_zendesks_is_refused(sessions: Sessions) -> None:
    assert refused(sessions.open, signed(claims(NOW), key="another"))


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
        jwt.encode(claims(NOW), key_pair("zendesk")[0], algorithm="RS512"),
        jwt.encode(claims(NOW), key_pair("zendesk")[0], algorithm="PS256"),
    ],
    ids=["none", "None", "public key as secret", "RS256 by name", "our secret", "no secret", "jku", "RS512", "PS256"],
)
def test_another_algorithm_is_no_way_in(sessions: Sessions, token: str) -> None:
    assert refused(sessions.open, token)


@pytest.mark.parametrize("token", ["", "words", "a.b.c", "ü.ü.ü", "\x00", "." * 1000, "e30.e30.e30"])
def test_what_is_no_token_is_refused(sessions: Sessions, token: str) -> None:
    assert refused(sessions.open, token)
    assert refused(sessions.visitor, token)
    assert refused(sessions.renew, token)


def test_without_the_apps_key_nobody_gets_in(store: SqlStore, staff: KnownStaff) -> None:
    keyless = made(store, staff, public_key="")
    assert refused(keyless.open, signed(claims(NOW)))
    assert refused(keyless.open, by_hand({"alg": "none"}, claims(NOW), None))
    assert refused(keyless.open, by_hand({"alg": "HS256"}, claims(NOW), b""))


def test_without_an_audience_nobody_gets_in(store: SqlStore, staff: KnownStaff) -> None:
    nowhere = made(store, staff, audience="")
    assert refused(nowhere.open, signed(claims(NOW, aud="", iss="")))
    assert refused(nowhere.open, signed(claims(NOW)))


# ---------------------------------------------------------------- our own token


def test_a_bearer_token_says_who_it_was_made_for(sessions: Sessions) -> None:
    made_now = issued(sessions)
    assert sessions.visitor(made_now.token, NOW) == MARIA
    assert (made_now.ends, made_now.role_known) == (NOW + LIFETIME, True)


def test_a_bearer_token_ends_after_ten_minutes(sessions: Sessions) -> None:
    token = issued(sessions).token
    assert sessions.visitor(token, NOW + timedelta(minutes=10)) == MARIA
    assert refused(sessions.visitor, token, NOW + timedelta(minutes=10, seconds=1))


def test_a_bearer_token_that_was_edited_is_refused(sessions: Sessions) -> None:
    head, body, mark = issued(sessions).token.split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    edited = urlsafe_b64encode(json.dumps(said | {"role": "admin"}).encode()).rstrip(b"=").decode()
    assert refused(sessions.visitor, f"{head}.{edited}.{mark}")
    assert refused(sessions.visitor, f"{head}.{body}.{mark[::-1]}")
    assert refused(sessions.visitor, f"{head}.{body}.")
    assert refused(sessions.renew, f"{head}.{edited}.{mark}")


def test_a_bearer_token_of_another_house_is_refused(sessions: Sessions, store: SqlStore, staff: KnownStaff) -> None:
    assert refused(sessions.visitor, issued(made(store, staff, secret="another-secret-" * 4)).token)


def test_a_bearer_token_of_another_account_is_refused_even_under_the_same_secret(
    sessions: Sessions, store: SqlStore, staff: KnownStaff
) -> None:
    other = made(store, staff, audience=AUDIENCE.replace("larkfield", "evilcorp"))
    assert refused(sessions.visitor, issued(other).token)
    assert refused(sessions.renew, issued(other).token)


@pytest.mark.parametrize(
    "said",
    [
        {"sub": "501", "name": "Maria", "role": "agent", "aud": "another:page", "exp": 4_000_000_000},
        {"sub": "501", "name": "Maria", "role": "agent", "exp": 4_000_000_000},
        {"sub": "501", "name": "Maria", "role": "agent", "aud": HERE},
    ],
    ids=["another audience", "no audience", "no end"],
)
def test_a_token_made_with_our_secret_for_something_else_is_refused(sessions: Sessions, said: dict[str, Any]) -> None:
    assert refused(sessions.visitor, jwt.encode(said, SESSION_SECRET, algorithm="HS256"))


def test_a_signed_url_is_no_bearer_token_and_the_other_way_round(sessions: Sessions) -> None:
    assert refused(sessions.visitor, signed(claims(NOW)))
    assert refused(sessions.renew, signed(claims(NOW)))
    assert refused(sessions.open, issued(sessions).token)


def test_an_unsigned_bearer_token_is_refused(sessions: Sessions) -> None:
    said = {"sub": "501", "name": "Maria", "role": "admin", "aud": HERE, "exp": 4_000_000_000}
    assert refused(sessions.visitor, by_hand({"alg": "none"}, said, None))
    assert refused(sessions.visitor, by_hand({"alg": "HS512"}, said, SESSION_SECRET.encode()))


# ---------------------------------------------------------------- renewal


def test_a_valid_token_is_renewed_and_the_role_read_again(sessions: Sessions, staff: KnownStaff, clock: Clock) -> None:
    first = sessions.issue(sessions.open(signed(claims(NOW)), NOW), NOW)
    staff.people["501"] = ("Maria Lopez", "lead")
    clock.forward(timedelta(minutes=9))
    second = sessions.renew(first.token, clock())
    assert second.sign_in.visitor.role == "lead"
    assert second.ends == clock() + LIFETIME
    assert second.sign_in.since == NOW


def test_an_ended_token_is_not_renewed(sessions: Sessions) -> None:
    assert refused(sessions.renew, issued(sessions).token, NOW + LIFETIME + timedelta(seconds=1))


def test_a_shift_ends_however_often_the_token_is_renewed(sessions: Sessions, clock: Clock) -> None:
    token = issued(sessions).token
    while clock() < NOW + SHIFT - timedelta(minutes=9):
        clock.forward(timedelta(minutes=9))
        token = sessions.renew(token, clock()).token
    last = sessions.renew(token, clock())
    assert last.ends == NOW + SHIFT
    assert refused(sessions.renew, last.token, NOW + SHIFT)


def test_a_suspended_agent_is_out_within_ten_minutes(sessions: Sessions, staff: KnownStaff) -> None:
    token = issued(sessions).token
    del staff.people["501"]
    assert refused(sessions.renew, token, NOW + timedelta(minutes=1))
    assert refused(sessions.visitor, token, NOW + timedelta(minutes=10, seconds=1))


def test_a_role_read_five_minutes_ago_makes_a_token_of_five_minutes(sessions: Sessions) -> None:
    read_before = SignIn(visitor=MARIA, since=NOW, told_at=NOW - timedelta(minutes=5))
    assert sessions.issue(read_before, NOW).ends == NOW + timedelta(minutes=5)


# ---------------------------------------------------------------- while Zendesk cannot be asked


@pytest.mark.parametrize("error", [DOWN, ConfigurationError("the API token was revoked")])
def test_while_zendesk_is_away_an_admin_is_an_agent_for_a_minute_and_told_so(
    sessions: Sessions, staff: KnownStaff, error: HandrailError
) -> None:
    staff.error = error
    first = sessions.issue(sessions.open(signed(claims(NOW, sub="505")), NOW), NOW)
    assert (first.sign_in.visitor.role, first.role_known) == ("agent", False)
    assert first.ends == NOW + UNTOLD_LIFETIME
    staff.error = None
    second = sessions.renew(first.token, NOW + timedelta(seconds=50))
    assert (second.sign_in.visitor.name, second.sign_in.visitor.role) == ("Priya Nair", "admin")
    assert second.role_known


def test_a_role_once_told_is_believed_for_an_hour_of_silence(
    sessions: Sessions, staff: KnownStaff, clock: Clock
) -> None:
    token = issued(sessions, Visitor(agent_id="505", name="Priya Nair", role="admin")).token
    staff.error = DOWN
    roles = {}
    while clock() < NOW + TRUSTED_FOR + timedelta(minutes=2):
        clock.forward(timedelta(seconds=50))
        renewed = sessions.renew(token, clock())
        token, roles[clock() - NOW] = renewed.token, renewed.sign_in.visitor.role
    assert all(role == ("admin" if silence < TRUSTED_FOR else "agent") for silence, role in roles.items())
    assert set(roles.values()) == {"admin", "agent"}
