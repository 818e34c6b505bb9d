"""Who looks at the sidebar: a signed URL at page load, a short bearer token of ours after that. No cookies.

Zendesk opens the page by a POST whose `token` is an RS256 JWT, signed with the key of the installed app. What a
browser claims later proves nothing; the bearer token was made here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from core.errors import RejectedError
from core.ports import Store

LIFETIME = timedelta(hours=10)  # one shift; the page is loaded anew after that
LEEWAY = timedelta(seconds=30)
AUDIENCE = "handrail:sidebar"
# The times are compared below, with the clock that is passed in, not with the library's own.
CHECKED: Options = {"require": ["exp", "sub", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
ROLES = {"admin": "admin", "agent": "agent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    agent_id: str
    name: str
    role: str


class Sessions:
    """Checks signed URLs and bearer tokens. A signed URL opens the page once, whichever process it reaches."""

    def __init__(self, *, store: Store, secret: str, public_key: str, audience: str) -> None:
        self._store = store
        self._secret = secret
        self._public_key = public_key
        self._audience = audience

    def opened(self, token: str, now: datetime) -> Visitor:
        """The agent behind a signed URL.

        Raises:
            RejectedError: forged, expired, replayed or meant for another account. It does not say which.
        """
        claims = self._claims(token, self._public_key, "RS256", self._audience, now)
        self._once(str(claims.get("jti", "")), now)
        places = _places(claims)
        return Visitor(
            agent_id=str(claims["sub"]),
            name=str(_first(places, "name", "user_name") or "Agent"),
            role=ROLES.get(str(_first(places, "role", "user_role")), "agent"),
        )

    def issue(self, visitor: Visitor, now: datetime) -> tuple[str, datetime]:
        """A bearer token for the page's own calls, and when it ends."""
        ends = now + LIFETIME
        claims = {"sub": visitor.agent_id, "name": visitor.name, "role": visitor.role, "aud": AUDIENCE, "exp": ends}
        return jwt.encode(claims, self._secret, algorithm="HS256"), ends

    def visitor(self, bearer: str, now: datetime) -> Visitor:
        """Raises RejectedError unless the token is ours and still runs."""
        claims = self._claims(bearer, self._secret, "HS256", AUDIENCE, now)
        return Visitor(agent_id=str(claims["sub"]), name=str(claims["name"]), role=str(claims["role"]))

    def _claims(self, token: str, key: str, algorithm: str, audience: str, now: datetime) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], audience=audience, options=CHECKED)
            late = float(claims["exp"]) < (now - LEEWAY).timestamp()
            early = float(claims.get("nbf", 0)) > (now + LEEWAY).timestamp()
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise RejectedError("this sign-in is not valid") from error
        if late or early:
            raise RejectedError("this sign-in is not valid")
        return claims

    def _once(self, jti: str, now: datetime) -> None:
        name = f"signed_url:{jti}"
        with self._store.begin() as unit:
            if not jti or unit.cursors.get(name) is not None:
                raise RejectedError("this sign-in is not valid")
            unit.cursors.set(name, now.isoformat())


def _places(claims: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a token may say who the agent is: the context's user, the context, the claims."""
    context = claims.get("context")
    user = context.get("user") if isinstance(context, dict) else None
    return [place for place in (user, context, claims) if isinstance(place, dict)]


def _first(places: list[dict[str, Any]], *names: str) -> Any:
    return next((place[name] for place in places for name in names if place.get(name)), None)
