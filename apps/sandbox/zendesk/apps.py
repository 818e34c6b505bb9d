"""What the account does for an app: its public key, and the token with which it opens the app's page."""

import hashlib
from datetime import timedelta

import jwt

from apps.sandbox.zendesk.answers import Answer, Call, Route, not_found
from apps.sandbox.zendesk.app_store import has_app, installed
from apps.sandbox.zendesk.state import ZendeskState

TOKEN_LASTS = timedelta(minutes=2)


def signed_app_token(state: ZendeskState, ticket_id: int | None, agent_id: int, query: str = "") -> str:
    """The RS256 token that Zendesk posts to an app's start page for this agent at this ticket, or without one in the
    navigation.

    `query` is the query string of that page. Raises RefusedError (404) when the agent or ticket is unknown.
    """
    account, agent = state.account, state.users.get(agent_id)
    place = {"location": "nav_bar"} if ticket_id is None else _beside(state, ticket_id)
    now = state.clock.now()
    claims = {
        "iss": f"{account.subdomain}.zendesk.com",
        "aud": f"{account.public_url}/api/v2/apps/installations/{installed(state)}.json",
        "sub": str(agent["id"]),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + TOKEN_LASTS).timestamp()),
        "jti": state.uuid(),
        "qsh": hashlib.sha256(f"POST&/&{query}".encode()).hexdigest(),
        "context": {
            "product": "support",
            **place,
            "account": {"subdomain": account.subdomain},
            "user": {"id": str(agent["id"]), "name": agent["name"], "role": agent["role"]},
            "role": agent["role"],
        },
    }
    return jwt.encode(claims, state.app_key.private_pem, algorithm="RS256")


def _beside(state: ZendeskState, ticket_id: int) -> dict[str, str]:
    return {"location": "ticket_sidebar", "ticket_id": str(state.tickets.get(ticket_id)["id"])}


def _public_key(call: Call, app_id: int) -> Answer:
    if not has_app(call.state, app_id):
        raise not_found()
    return Answer(body=call.state.app_key.public_pem.decode(), content_type="application/x-pem-file")


ROUTES = (Route("GET", "/api/v2/apps/<int:app_id>/public_key.pem", _public_key),)
