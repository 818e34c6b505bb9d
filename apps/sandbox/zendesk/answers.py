"""One call in, one answer out: the values every endpoint of the stand-in works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


def copied(value: Any) -> Any:
    """A copy that shares nothing. Records are made of JSON's kinds alone, which `copy.deepcopy` does not know: it takes
    five times as long, and each change of a ticket is copied twice."""
    if isinstance(value, dict):
        return {name: copied(each) for name, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file and the record by which it is shown."""

    record: Record
    content: bytes


class RefusedError(Exception):
    """The account answers with an error `status` and `body`."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.answer = Answer(status=status, body=body, headers=headers or {})


def missing_parameter(name: str) -> Record:
    return {
        "error": {
            "title": "Invalid attribute",
            "message": f"You passed an invalid value for the {name} attribute. Must be an object",
        }
    }


def not_found() -> RefusedError:
    return RefusedError(404, {"error": "RecordNotFound", "description": "Not found"})


def invalid(attribute: str, description: str, error: str = "InvalidValue") -> RefusedError:
    """422 about one attribute, in the shape of record validation errors."""
    detail = {"description": description, "error": error}
    return RefusedError(
        422,
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {attribute: [detail]},
        },
    )


def conflict() -> RefusedError:
    return RefusedError(
        409,
        {
            "error": "UpdateConflict",
            "description": "Safe Update prevented the update due to outdated ticket data. "
            "Please fetch the latest ticket data and try again.",
        },
    )


def too_many(seconds: int, what: str) -> RefusedError:
    body = {"error": "TooManyRequests", "description": f"Rate limit for {what} exceeded, please wait"}
    return RefusedError(429, body, {"Retry-After": str(seconds)})
