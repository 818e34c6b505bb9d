"""The articles and where they come from."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap.minds import Minds
from apps.bootstrap.vendors import Vendors
from core.answer.compose.vision import MeteredEyes
from core.errors import ConfigurationError
from core.knowledge.library import Library, SwitchedOff
from core.ports import ImageReader, Source

if TYPE_CHECKING:
    from connectors.zendesk.brands import Brands

BUSY = timedelta(seconds=15)  # what a worker may wait for a vendor at one sync: customers wait for the worker
PLACES = "knowledge_places"  # the cursor that keeps the folders and sites that were added


@dataclass(frozen=True)
class Knowledge(Minds, Vendors):
    """`patience` is how long one sync may wait in all when a vendor asks to."""

    patience: timedelta = BUSY

    @property
    def paid_eyes(self) -> ImageReader | None:
        """At the light model's price where it is the light model that sees."""
        if self.eyes is None:
            return None
        tier = "light" if self.settings["openai.vision"] == self.settings["openai.model"] else "strong"
        return MeteredEyes(eyes=self.eyes, tier=tier, purse=self.purse)

    @cached_property
    def library(self) -> Library:
        return Library(store=self.store, encoder=self.encoder, aligner=self.aligner, sources=self.sources)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Those of the helpdesk, where there is one; what is switched off gives back what it gave."""
        if not self.settings["zendesk.subdomain"]:
            return ()
        from connectors.zendesk.brands import Brands

        brands = Brands(self.zendesk)
        return (self._help_center(brands), self._solved_tickets(brands), self._macros())

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """The helpdesk's, and every folder and site that was added."""
        return (*self.sources, *(self.place(name, where) for name, where in self.places().items()))

    def places(self) -> dict[str, str]:
        """Name → folder, file or address of everything that was added."""
        with self.store.read() as unit:
            return dict(json.loads(unit.cursors.get(PLACES) or "{}"))

    def remember(self, places: dict[str, str]) -> None:
        with self.store.begin() as unit:
            unit.cursors.set(PLACES, json.dumps(places))

    def place(self, name: str, where: str) -> Source:
        """The source at a folder, a file or an address.

        Raises ConfigurationError when it is none."""
        if where.startswith(("https://", "http://")):
            from connectors.web.site import SiteSource

            return SiteSource(name, where)
        from connectors.local.folder import FolderSource

        return FolderSource(name, Path(where))

    def open_store(self) -> None:
        """Bring the database to this version's tables; nothing else is needed to work on articles."""
        from connectors.sql.schema import upgrade

        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        upgrade(self.settings.store_url)

    def store_begun(self) -> bool:
        """Whether there is a store, of whichever version; looking changes nothing."""
        from connectors.sql.schema import begun

        return begun(self.settings.store_url)

    def _help_center(self, brands: "Brands") -> Source:
        from connectors.zendesk.help_center import About, AboutRule, HelpCenter

        if not self.settings.on("zendesk.help_center"):
            return SwitchedOff(name=HelpCenter.name, origin=HelpCenter.origin)
        about = AboutRule(About(self.settings["knowledge.about"]), self.settings["knowledge.about_prefix"])
        return HelpCenter(self.zendesk, about=about, brands=brands, total_wait=self.patience)

    def _solved_tickets(self, brands: "Brands") -> Source:
        from connectors.zendesk.solved import SolvedTickets

        if not self.settings.on("knowledge.tickets"):
            return SwitchedOff(name=SolvedTickets.name, origin=SolvedTickets.origin)
        return SolvedTickets(self.zendesk, brands=brands, total_wait=self.patience)

    def _macros(self) -> Source:
        from connectors.zendesk.macros import Macros

        if not self.settings.on("knowledge.macros"):
            return SwitchedOff(name=Macros.name, origin=Macros.origin)
        return Macros(self.zendesk, total_wait=self.patience)


def place_name(where: str) -> str:
    """What a folder, file or site is called where nobody said otherwise.

    Raises ConfigurationError when nothing can be made of it."""
    if where.startswith(("https://", "http://")):
        from urllib.parse import urlsplit

        return urlsplit(where).netloc
    if not Path(where).exists():
        raise ConfigurationError(f"there is nothing at {where}")
    return Path(where).resolve().name
