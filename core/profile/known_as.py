"""Who is meant by an address or a number as people write them."""

from core.model.customer import Customer, Identity, IdentityKind
from core.ports import Unit


def known_as(unit: Unit, words: str) -> Customer | None:
    """By an address or a number, written as people write them."""
    if "@" in words:
        return unit.customers.find(Identity(kind=IdentityKind.EMAIL, value=words.lower()))
    digits = "".join(letter for letter in words if letter.isdigit())
    if len(digits) < 7 or words.strip("+()-./ 0123456789"):
        return None
    written = f"+{digits.removeprefix('00')}"
    return unit.customers.find(Identity(kind=IdentityKind.PHONE, value=written))
