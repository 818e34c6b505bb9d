"""One check: `GET {url}/v1/customers/{id}/checks/{name}` answers `{"value": "online"}`, 404 for what is not known.

The id is the customer's at the helpdesk, as with the order system."""

from datetime import timedelta

from connectors.guarded import path_part
from connectors.own_systems import OwnSystem
from core.model.customer import Customer, IdentityKind

SOON = timedelta(seconds=2)  # a customer waits for the next step
LONGEST = 100


class HttpProbe:
    """Implements `core.ports.Probe`."""

    def __init__(self, *, url: str, token: str, timeout: timedelta = SOON) -> None:
        self._system = OwnSystem(
            "the system for checks", "HANDRAIL_CHECKS_TOKEN", url=url, token=token, timeout=timeout
        )

    def look(self, name: str, customer: Customer) -> str | None:
        number = customer.current(IdentityKind.HELPDESK)
        if number is None:
            return None
        path = f"/v1/customers/{path_part(number)}/checks/{path_part(name)}"
        value = self._system.ask("GET", path, absent=True).get("value")
        return " ".join(str(value).split())[:LONGEST] if isinstance(value, str | int | float) else None
