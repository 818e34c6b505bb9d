"""What counts as personal here, and where it stands in a text."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The value is the word in the placeholder: `[phone 1]`."""

    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"
    IBAN = "iban"
    ACCOUNT = "account"
    IP = "ip"
    LINK = "link"
    ID = "id"
    BIRTH = "birth"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """`text` is what stands at `start:end` of the text that was searched."""

    kind: Kind
    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"{self.start}:{self.end} is not a span")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Something that the profile says about the customer, to be found word for word."""

    kind: Kind
    value: str


# Behind a word that tells what a number is: the word of our own placeholder tells nothing about its neighbours.
NO_PLACEHOLDER = r"(?! \d{1,4}\]|\])"

Span = tuple[Kind, int, int]
