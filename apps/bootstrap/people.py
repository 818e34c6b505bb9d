"""The systems that know something of the company's customers, as the settings name them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from apps.settings import Settings
from connectors.profile.http import HttpProfileSource
from connectors.profile.mapping import read_mapping
from core.errors import ConfigurationError
from core.model.profile import TRUSTED, FactSource
from core.ports import Orders, ProfileSource, Store
from core.profile.gather import OrderFacts, Sources

if TYPE_CHECKING:
    from connectors.profile.sql import SqlProfileSource

AT_ONCE = 8  # questions under way in one process


def sources(settings: Settings, store: Store, orders: Orders | None) -> Sources:
    """Everything that is set up. ConfigurationError where a file or an address is wrong."""
    return Sources(
        sources=tuple(_systems(settings, orders)),
        store=store,
        executor=ThreadPoolExecutor(AT_ONCE, thread_name_prefix="profile"),
        now=now,
        fresh=timedelta(minutes=_minutes(settings["profile.fresh_minutes"])),
    )


def trusted(settings: Settings) -> tuple[FactSource, ...]:
    """The sources in the order in which they are believed; those that are not named come last, as they usually do."""
    names = [name.strip() for name in settings["profile.trusted"].split(",") if name.strip()]
    unknown = sorted(set(names) - set(FactSource))
    if unknown:
        raise ConfigurationError(f"HANDRAIL_PROFILE_TRUSTED knows no {', '.join(unknown)}; known: {', '.join(TRUSTED)}")
    return tuple(dict.fromkeys([*map(FactSource, names), *TRUSTED]))


def _systems(settings: Settings, orders: Orders | None) -> Iterator[ProfileSource]:
    if orders is not None:
        yield OrderFacts(orders=orders, now=now)
    if settings["profile.url"] and settings["profile.mapping"]:
        for mapping in read_mapping(Path(settings["profile.mapping"])):
            token = settings.secret("profile.token")
            yield HttpProfileSource(url=settings["profile.url"], token=token, mapping=mapping, now=now)
    if settings.secret("profile.sql_url"):
        yield _database(settings)


def _database(settings: Settings) -> "SqlProfileSource":
    from connectors.profile.sql import SqlProfileSource

    try:
        query = Path(settings["profile.sql_query"]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"HANDRAIL_PROFILE_SQL_QUERY cannot be read: {error}") from error
    return SqlProfileSource(
        url=settings.secret("profile.sql_url"),
        query=query,
        source=FactSource(settings["profile.sql_source"]),
        name=settings["profile.sql_name"],
        now=now,
    )


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError as error:
        raise ConfigurationError(f"HANDRAIL_PROFILE_FRESH_MINUTES is {text!r}, and no number") from error
    if not 0 <= minutes <= 24 * 60:
        raise ConfigurationError("HANDRAIL_PROFILE_FRESH_MINUTES is a number of minutes up to a day")
    return minutes
