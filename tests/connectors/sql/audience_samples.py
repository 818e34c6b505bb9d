"""What audiences are asked for in tests, and how all their pages are read."""

from datetime import timedelta
from typing import Any

from connectors.sql.store import SqlUnit
from core.model.customer import Channel, Purpose
from core.ports import AudienceQuery, Candidate
from tests.connectors.sql.samples import NOW

DAY = timedelta(days=1)


def query(**changes: Any) -> AudienceQuery:
    return AudienceQuery(
        **{
            "purpose": Purpose.SERVICE,
            "usual": Channel.SMS,
            "at": NOW,
            "attribute": "region",
            "value": "north",
            "wishes": frozenset({Channel.SMS, Channel.WHATSAPP}),
            **changes,
        }
    )


def pages(unit: SqlUnit, asked: AudienceQuery, limit: int = 2) -> list[Candidate]:
    found: list[Candidate] = []
    while page := unit.audience.page(asked, found[-1].cursor if found else "", limit):
        assert len(page) <= limit
        found += page
    return found
