"""Whoever works in the helpdesk, and what their role there lets them see of Handrail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

RANKS = {"agent": 0, "lead": 1, "admin": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person of the staff. `role` is one of RANKS; `read_at` is when the helpdesk said so."""

    id: str
    name: str
    role: str
    read_at: datetime

    def __post_init__(self) -> None:
        if self.role not in RANKS:
            raise ValueError(f"{self.role} is no role of ours")


def role_of(helpdesk_role: str, custom_role: str, leads: Collection[str]) -> str | None:
    """What somebody is to us; None where the helpdesk does not count them among its staff.

    `leads` are the names of the helpdesk's own roles whose members lead a team, in any case."""
    if helpdesk_role == "admin":
        return "admin"
    if helpdesk_role != "agent":
        return None
    return "lead" if custom_role.casefold() in {name.casefold() for name in leads if name} else "agent"
