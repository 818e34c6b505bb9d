"""The bearer token that each of the company's own systems asks for."""

import hmac

from flask import Response, jsonify, request

Answer = Response | tuple[Response, int]


def refused(token: str) -> Answer | None:
    """What a request without this token is answered; None for one that has it."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return None if hmac.compare_digest(given.encode(), token.encode()) else (jsonify(error="unauthorized"), 401)
