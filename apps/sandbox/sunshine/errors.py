"""The API's errors: a status, a code and a title."""

from typing import Any


class SunshineError(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(title)
        self.status, self.code, self.title = status, code, title

    def body(self) -> dict[str, Any]:
        return {"errors": [{"code": self.code, "title": self.title}]}


def unknown(kind: str) -> SunshineError:
    return SunshineError(404, f"{kind}_not_found", f"{kind.capitalize()} not found")


def bad(title: str) -> SunshineError:
    return SunshineError(400, "bad_request", title)
