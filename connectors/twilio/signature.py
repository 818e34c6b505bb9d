"""Twilio's signature of a webhook, checked by Twilio's own validator."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from core.errors import RejectedError
from core.ports import SignedRequest

FORM = "application/x-www-form-urlencoded"


class Form(dict[str, list[str]]):
    """A form that may name a field more than once, as the validator wants to ask for it."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


class TwilioSignature:
    """Implements `core.ports.Signature` with the account's auth token (or a shared key's secret).

    The scheme has no time in it: a repeated request is recognised by what it says, not here."""

    def __init__(self, auth_token: str) -> None:
        if not auth_token:
            raise ValueError("Twilio's auth token is needed")
        self._validator = RequestValidator(auth_token)

    def __repr__(self) -> str:
        return "TwilioSignature(…)"

    def check(self, request: SignedRequest, now: datetime) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        signature = headers.get(SIGNATURE_HEADER.lower(), "")
        algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER.lower(), ""))
        form = is_form(headers.get("content-type", ""))
        signed = fields(request.body) if form else Form()
        if not self._validator.validate(request.url, signed, signature, algorithm):
            raise RejectedError("the Twilio signature does not fit", code="signature")
        if not form and request.body:
            check_body_hash(request.url, request.body)


def is_form(content_type: str) -> bool:
    return content_type.split(";")[0].strip().lower() in (FORM, "")


def fields(body: bytes) -> Form:
    try:
        text = body.decode()
        return Form(parse_qs(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"))
    except ValueError as error:
        raise RejectedError("the form cannot be read", code="form") from error


def check_body_hash(url: str, body: bytes) -> None:
    """Any other body is covered by its hash in the address. Without one it is not covered at all."""
    stated = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), stated.encode()):
        raise RejectedError("the body does not fit its hash in the address", code="signature")
