"""The account's brands, each of which may have a Help Center of its own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError

KEPT = timedelta(hours=1)


class Brands:
    """Read at most once an hour. An account with one brand has none, as far as anybody else is concerned."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._read: tuple[datetime, list[Record]] | None = None

    def name(self, brand_id: str | None) -> str:
        """Empty where there is only one."""
        live = self.live()
        found = next((brand for brand in live if str(brand.get("id")) == brand_id), None)
        return records.words(found, "name") if found is not None and len(live) > 1 else ""

    def live(self) -> list[Record]:
        """Those in use."""
        now = self._api.now()
        if self._read is None or now - self._read[0] >= KEPT:
            self._read = (now, _in_use(self._brands()))
        return self._read[1]

    def with_help_center(self) -> list[Record]:
        return [brand for brand in self.live() if brand.get("has_help_center")]

    def _brands(self) -> list[Record]:
        try:
            return Pages(self._api).all("/api/v2/brands.json", "brands")
        except (ConfigurationError, RejectedError):
            return []  # an account whose plan, or an agent whose role, knows of no brands has one


def _in_use(brands: Iterable[Record]) -> list[Record]:
    return [brand for brand in brands if brand.get("active", True) and not brand.get("is_deleted")]
