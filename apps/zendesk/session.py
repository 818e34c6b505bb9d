"""Who looks at the sidebar: a signed URL at page load, a short bearer token of ours after that. No cookies.

Zendesk opens the page by a POST whose `token` is an RS256 JWT, signed with the key of the installed app. It says which
agent it is and nothing of what they may do: that is asked of Zendesk's API, at the sign-in and again with each renewal.
What a browser claims later proves nothing; the bearer token was made here.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt.types import Options

from core.errors import ConfigurationError, RejectedError, TransientError
from core.ports import SignIns, Staff
from core.text.outside import read_moment

# The times are compared below, with the clock that is passed in, not with the library's own; ids may be numbers.
CHECKED: Options = {
    "require": ["exp", "sub", "aud"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_sub": False,
    "verify_jti": False,
}
REFUSED = "this sign-in is not valid"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature is checked. RejectedError where a claim is not of the kind asked for."""

    said: dict[str, Any]

    def has(self, name: str) -> bool:
        return self.said.get(name) is not None

    def text(self, name: str) -> str:
        """Empty where it says nothing."""
        value = self.said.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def moment(self, name: str) -> datetime:
        try:
            return read_moment(self.said[name])
        except (KeyError, ValueError) as error:
            raise RejectedError(REFUSED) from error

    def later_than(self, name: str, moment: datetime) -> bool:
        return self.has(name) and self.moment(name) > moment


@dataclass(frozen=True, slots=True)
class Key:
    """Signs and checks. `leeway` is for tokens that another clock has dated."""

    secret: str = field(repr=False)
    algorithm: str
    audience: str
    leeway: timedelta = timedelta(0)

    def write(self, claims: dict[str, Any]) -> str:
        return jwt.encode({**claims, "aud": self.audience}, self.secret, algorithm=self.algorithm)

    def read(self, token: str, now: datetime) -> Claims:
        """RejectedError unless the signature, the audience and the times are right; it does not say which."""
        try:
            said = jwt.decode(token, self.secret, algorithms=[self.algorithm], audience=self.audience, options=CHECKED)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise RejectedError(REFUSED) from error
        claims = Claims(said)
        if claims.moment("exp") < now - self.leeway or claims.later_than("nbf", now + self.leeway):
            raise RejectedError(REFUSED)
        return claims


LIFETIME = timedelta(minutes=10)  # counted from when Zendesk told the role: whoever is suspended is out by then
UNTOLD_LIFETIME = timedelta(minutes=1)  # where Zendesk could not be asked: it is asked again soon
TRUSTED_FOR = timedelta(hours=1)  # a role that Zendesk once told, while it cannot be asked again
SHIFT = timedelta(hours=12)  # from the sign-in; the page is loaded anew after that
LEEWAY = timedelta(seconds=30)  # between Zendesk's clock and ours
AUDIENCE = "handrail:sidebar"
PERSON = re.compile(r"(?:/api/v2/users/)?(\d{1,20})(?:\.json)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """An agent who is signed in. `role` is one of `core.model.agent.RANKS`."""

    agent_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A visitor and since when. `told_at` is when Zendesk last told the role, None where it could not be asked."""

    visitor: Visitor
    since: datetime
    told_at: datetime | None

    @property
    def ends(self) -> datetime:
        return self.since + SHIFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A bearer token and when it ends. `role_known`: Zendesk told the role within the last few minutes."""

    token: str
    ends: datetime
    sign_in: SignIn
    role_known: bool


class Sessions:
    """Checks signed URLs and bearer tokens. A signed URL opens the page once, whichever process it reaches.

    `audience` is the address of the app's installation: no token of another account or installation is taken."""

    def __init__(self, *, sign_ins: SignIns, staff: Staff, secret: str, public_key: str, audience: str) -> None:
        self._sign_ins, self._staff = sign_ins, staff
        self._account = urlsplit(audience).hostname or ""
        self._zendesk = Key(public_key, "RS256", audience, leeway=LEEWAY)
        # Two installations may share a secret by mistake; a token still opens only the account that it was made for.
        self._ours = Key(secret, "HS256", f"{AUDIENCE} {audience}")

    def open(self, token: str, now: datetime) -> SignIn:
        """The agent behind a signed URL.

        Raises:
            RejectedError: forged, expired, replayed, meant for another account, or of nobody on the staff. It does
                not say which.
        """
        claims = self._zendesk.read(token, now)
        person_id, jti = self._person(claims.text("sub")), claims.text("jti")
        if not jti or claims.later_than("iat", now + LEEWAY) or not self._is_account(claims.text("iss")):
            raise make_refusal()
        if not self._sign_ins.use(jti, claims.moment("exp")):
            raise make_refusal()
        visitor, told_at = self._read_role(Visitor(agent_id=person_id, name="Agent", role="agent"), None, now)
        return SignIn(visitor=visitor, since=now, told_at=told_at)

    def issue(self, sign_in: SignIn, now: datetime) -> Issued:
        """A token for the page's own calls."""
        told, who = sign_in.told_at, sign_in.visitor
        known = told is not None and now - told < LIFETIME
        ends = min(told + LIFETIME if told and known else now + UNTOLD_LIFETIME, sign_in.ends)
        claims = {
            "sub": who.agent_id,
            "name": who.name,
            "role": who.role,
            "exp": ends,
            "since": sign_in.since.timestamp(),
            "told": told.timestamp() if told else None,
        }
        return Issued(token=self._ours.write(claims), ends=ends, sign_in=sign_in, role_known=known)

    def visitor(self, bearer: str, now: datetime) -> Visitor:
        """Raises RejectedError unless the token is ours and still runs."""
        return _visitor(self._ours.read(bearer, now))

    def renew(self, bearer: str, now: datetime) -> Issued:
        """Another token for a valid one, until the shift ends; Zendesk is asked again what the agent may do.

        Raises:
            RejectedError: the token is not valid, the shift is over, or Zendesk says no more that this is one of the
                staff.
        """
        claims = self._ours.read(bearer, now)
        told_at = claims.moment("told") if claims.has("told") else None
        since = claims.moment("since")
        if now >= since + SHIFT:
            raise make_refusal()
        visitor, told_at = self._read_role(_visitor(claims), told_at, now)
        return self.issue(SignIn(visitor=visitor, since=since, told_at=told_at), now)

    def _read_role(self, who: Visitor, told_at: datetime | None, now: datetime) -> tuple[Visitor, datetime | None]:
        """What Zendesk says of them. While it cannot be asked, what it said lately; else they are an agent."""
        try:
            found = self._staff.colleague(who.agent_id)
        except RejectedError as error:
            raise make_refusal() from error
        except (TransientError, ConfigurationError):
            trusted = told_at is not None and now - told_at < TRUSTED_FOR
            role = who.role if trusted else "agent"
            return Visitor(agent_id=who.agent_id, name=who.name, role=role), told_at
        return Visitor(agent_id=found.id, name=found.name, role=found.role), found.read_at

    def _person(self, subject: str) -> str:
        """A user's id, bare or as an address of the account's API."""
        address = urlsplit(subject)
        if address.netloc and not self._is_account(address.netloc):
            raise make_refusal()
        found = PERSON.fullmatch(address.path)
        if found is None:
            raise make_refusal()
        return found[1]

    def _is_account(self, said: str) -> bool:
        """The account's host, with or without `https://`."""
        return bool(self._account) and said.lower().removeprefix("https://").rstrip("/") == self._account


def make_refusal() -> RejectedError:
    """The same words for every reason: whoever tries is not told how close they came."""
    return RejectedError(REFUSED)


def _visitor(claims: Claims) -> Visitor:
    return Visitor(agent_id=claims.text("sub"), name=claims.text("name"), role=claims.text("role"))
