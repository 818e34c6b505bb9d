"""What the customer's profile knows, found again word for word in a text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers

from core.model.customer import Customer, IdentityKind
from core.privacy.personal import Kind, Known, Span

_SHORTEST = 3  # a shorter name is found in too many other words
_ADDRESS_FIELDS = ("address", "street", "postcode", "zip", "city_address", "adresse", "anschrift")
_IDENTITIES = {IdentityKind.EMAIL: Kind.EMAIL, IdentityKind.PHONE: Kind.PHONE, IdentityKind.EXTERNAL: Kind.ID}


def of_customer(customer: Customer) -> tuple[Known, ...]:
    """The name, whole and in its parts, every address and number."""
    found = [Known(kind=Kind.NAME, value=customer.name)]
    found += [Known(kind=Kind.NAME, value=part) for part in customer.name.split() if len(part) >= _SHORTEST]
    found += [Known(kind=_IDENTITIES[i.kind], value=i.value) for i in customer.identities if i.kind in _IDENTITIES]
    found += [
        Known(kind=Kind.ADDRESS, value=value)
        for field, value in customer.attributes.items()
        if any(word in field.casefold() for word in _ADDRESS_FIELDS)
    ]
    return tuple(dict.fromkeys(known for known in found if len(known.value.strip()) >= _SHORTEST))


def region_of(customer: Customer) -> str | None:
    """The country whose numbers the customer writes without a code: the own number's, else the locale's."""
    try:
        number = phonenumbers.parse(customer.phone or "", None)
    except phonenumbers.NumberParseException:
        country = re.search(r"[-_]([A-Za-z]{2})\Z", customer.locale)
        return country[1].upper() if country else None
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def find_known(text: str, known: Sequence[Known]) -> Iterator[Span]:
    """A name of one word counts as it is written in the profile or in capitals: "Will" is a name, "will" is not."""
    for item in known:
        words = tuple(item.value.split())
        if not words or len("".join(words)) < _SHORTEST:
            continue
        for match in _pattern(words).finditer(text):
            if len(words) > 1 or item.kind is not Kind.NAME or not match.group().islower() or words[0].islower():
                yield item.kind, match.start(), match.end()


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    spaced = r"[\s,]{1,4}".join(re.escape(word.rstrip(",")) for word in words)
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
