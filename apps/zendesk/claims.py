"""Signed claims (JWT), read under one key, one algorithm and one audience."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from core.errors import RejectedError

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
            return datetime.fromtimestamp(float(self.said[name]), UTC)
        except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
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
