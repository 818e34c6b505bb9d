"""How Twilio's API answers: its errors, and the pages of its lists in both generations."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request

# Twilio's errors as its REST API tells them.

# Code → HTTP status and the words; `{}` takes the value at fault.
ERRORS: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {}"),  # unverified: what Twilio says to an outcome that there is not
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {} was not found"),
    21100: (400, "The TwiML is not valid: {}"),
    21211: (400, "Invalid 'To' Phone Number: {}"),
    21212: (400, "Invalid From Number (caller ID): {}"),
    21220: (400, "Invalid call state: the call is not in progress"),
    21408: (
        400,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}",
    ),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number {} is not a valid message-capable Twilio phone number for this account",
    ),
    21610: (400, "Attempt to send to unsubscribed recipient {}"),
    21612: (400, "Message cannot be sent with the current combination of 'To' ({}) and 'From' parameters"),
    21614: (400, "'To' number {} is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21703: (400, "The Messaging Service does not have a phone number available to send a message"),
    21656: (400, "The ContentVariables parameter is invalid"),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel"),
    30409: (409, "The message {} can no longer be canceled"),
    35114: (400, "SendAt must be a time between 5 minutes and 35 days from now"),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
    63007: (400, "Twilio could not find a Channel with the specified From address {}"),
    63038: (429, "Account exceeded the daily messages limit"),
}

# Error codes a message ends with, told by its record and its status callback.
DELIVERY_ERRORS: dict[int, str] = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
    30036: "Validity period expired",
    63003: "Channel could not find To address",
    63015: "Channel Sandbox can only send messages to phone numbers that have joined the Sandbox",
    63024: "Invalid message recipient",
    63049: "Meta chose not to deliver this marketing message",
    63016: "Failed to send freeform message because you are outside the allowed window. Please use a Template.",
}


def error_text(code: int) -> str:
    """The words of an error that a message ends with."""
    return DELIVERY_ERRORS.get(code, f"Error {code}")


class TwilioError(Exception):
    """A refusal of the REST API, by its code."""

    def __init__(self, code: int, about: str = "") -> None:
        self.code = code
        self.status, words = ERRORS[code]
        self.message = words.format(about)
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """The error as the API answers it."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def not_here() -> TwilioError:
    """There is nothing at the address of this request."""
    return TwilioError(20404, _path())


def _path() -> str:
    return request.path.removeprefix("/twilio")


# Twilio's two ways of paging a list.

LARGEST_PAGE = 1000
DEFAULT_PAGE = 50


def _slice(items: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], int, int, bool]:
    size = min(max(request.args.get("PageSize", DEFAULT_PAGE, int), 1), LARGEST_PAGE)
    page = max(request.args.get("Page", 0, int), 0)
    start = page * size
    return list(items[start : start + size]), page, size, start + size < len(items)


def _query(page: int, size: int) -> str:
    kept = {name: value for name, value in request.args.items() if name not in {"Page", "PageSize", "PageToken"}}
    token = {"PageToken": f"PA{page}"} if page else {}
    return urlencode({**kept, "PageSize": size, "Page": page, **token})


def old_page(key: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A page as the 2010 API shows it: the links beside the items, without a host."""
    path = _path()
    shown, page, size, more = _slice(items)
    return {
        key: shown,
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": f"{path}?{_query(0, size)}",
        "next_page_uri": f"{path}?{_query(page + 1, size)}" if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": f"{path}?{_query(page - 1, size)}" if page else None,
        "start": page * size,
        "uri": f"{path}?{_query(page, size)}",
    }


def new_page(key: str, items: Sequence[dict[str, Any]], url: str) -> dict[str, Any]:
    """A page as the v1 and v2 APIs show it: the links in `meta`, with the product's host."""
    shown, page, size, more = _slice(items)
    meta = {
        "first_page_url": f"{url}?{_query(0, size)}",
        "key": key,
        "next_page_url": f"{url}?{_query(page + 1, size)}" if more else None,
        "page": page,
        "page_size": size,
        "previous_page_url": f"{url}?{_query(page - 1, size)}" if page else None,
        "url": f"{url}?{_query(page, size)}",
    }
    return {key: shown, "meta": meta}
