"""Who is calling: e-mail with API token, or a bearer token."""

import base64
import binascii

from apps.sandbox.zendesk.answers import Record, RefusedError
from apps.sandbox.zendesk.state import ZendeskState

STAFF = frozenset({"agent", "admin"})


def authenticated(state: ZendeskState, authorization: str | None) -> Record:
    """The staff member the header names; 401 in Zendesk's words otherwise."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        email = state.account.bearer_tokens.get(credentials.strip(), "")
    elif scheme.lower() == "basic":
        email = _email_of_token(state, credentials)
    else:
        email = ""
    actor = email and user_by_email(state, email)
    if not actor or actor["role"] not in STAFF or actor["suspended"]:
        raise RefusedError(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="Zendesk"'})
    return actor


def user_by_email(state: ZendeskState, email: str) -> Record | None:
    wanted = email.strip().lower()
    return next((user for user in state.users.rows.values() if (user["email"] or "").lower() == wanted), None)


def _email_of_token(state: ZendeskState, credentials: str) -> str:
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    login, _, token = decoded.partition(":")
    known = token in state.account.api_tokens and login.endswith("/token")
    return login.removesuffix("/token") if known else ""
