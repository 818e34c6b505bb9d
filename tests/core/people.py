"""The people of the core's tests, as the helpdesk has them and as we do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.helpdesk import Person
from core.model.ids import CustomerId

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # noon in London, a Tuesday
MINUTE = timedelta(minutes=1)
EMMA_PHONE = "+447700900123"


def person(name: str = "Emma Clarke", **changes: Any) -> Person:
    first = name.split()[0].lower()
    return Person(
        **{
            "id": f"user-{first}",
            "name": name,
            "role": "end-user",
            "email": f"{first}@example.com",
            "phone": EMMA_PHONE if first == "emma" else None,
            "time_zone": "Europe/London",
            "verified": True,
            **changes,
        }
    )


def agent(name: str = "Maria Lopez") -> Person:
    first = name.split()[0].lower()
    return person(name, id=f"agent-{first}", role="agent", email=f"{first}@larkfield.example")


def customer(name: str = "emma", **changes: Any) -> Customer:
    return Customer(
        **{
            "id": CustomerId(f"cu_{name}"),
            "name": f"{name.title()} Clarke",
            "time_zone": "Europe/London",
            "identities": (
                Identity(kind=IdentityKind.HELPDESK, value=f"user-{name}", verified=True),
                Identity(kind=IdentityKind.EMAIL, value=f"{name}@example.com", verified=True),
                Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE, verified=True),
            ),
            **changes,
        }
    )


def consent(**changes: Any) -> Consent:
    return Consent(
        **{
            "channel": Channel.SMS,
            "purpose": Purpose.SERVICE,
            "granted": True,
            "at": NOW - timedelta(days=30),
            "source": "web form",
            "wording": "Yes, text me.",
            **changes,
        }
    )
