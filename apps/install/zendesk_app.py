"""The sidebar app in the account: uploaded, installed, and its public key fetched."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apps.app_package.package import package
from apps.bootstrap import Container
from apps.install.book import Book
from apps.install.plan import Found, Step, Thing, wanted_step
from core.errors import ConfigurationError


@dataclass(frozen=True)
class SidebarApp:
    container: Container
    book: Book
    key_file: Path

    name = "Handrail"

    def plan(self) -> list[Step]:
        return [wanted_step(thing, self.book) for thing in self.things()]

    def things(self) -> list[Thing]:
        """The app, then its installation."""
        return [self._app, self._installation]

    def found(self, *, with_app: bool) -> Mapping[str, str | None]:
        """What the sidebar needs to know; None before the app is installed. An admin's own app gives its key only."""
        settings = self.container.settings
        if not with_app:
            by_hand = settings.zendesk.app_id and not settings.zendesk.app_key_file
            return {"zendesk.app_key_file": str(self.key_file)} if by_hand else {}
        found = self._seen()
        installation = found.installation if found is not None else ""
        origin = f"https://{settings.zendesk.subdomain}.zendesk.com"
        return {
            "zendesk.app_id": found.id if found is not None else None,
            "zendesk.app_audience": f"{origin}/api/v2/apps/installations/{installation}.json" if installation else None,
            "zendesk.app_key_file": str(self.key_file),
        }

    def save_key(self, app_id: str) -> None:
        """The key with which Zendesk signs the page loads; it is public, so it lies beside handrail.toml."""
        key = self.container.zendesk_installer.public_key(app_id)
        try:
            self.key_file.write_text(key, encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{self.key_file} cannot be written ({error.strerror})") from error

    @cached_property
    def _package(self) -> bytes:
        return package()

    @property
    def _mark(self) -> str:
        """What is in the package, whatever the zip's own bytes are."""
        digest = hashlib.sha256()
        with zipfile.ZipFile(io.BytesIO(self._package)) as archive:
            for name in sorted(archive.namelist()):
                digest.update(f"{name}\0".encode() + hashlib.sha256(archive.read(name)).digest())
        return digest.hexdigest()[:12]

    def _seen(self) -> Any:
        entry = self.book.find("app", self.name)
        return self.container.zendesk_app_installer.find(self.name, entry.id if entry else "")

    @property
    def _app(self) -> Thing:
        installer, wanted = self.container.zendesk_app_installer, {"package": self._mark}

        def look(known: str) -> Found | None:
            found = installer.find(self.name, known)
            entry = self.book.find("app", self.name)
            kept = entry.after.get("package", "") if entry is not None and found and entry.id == found.id else ""
            return None if found is None else Found(id=found.id, raw={"package": kept}, wanted=wanted)

        return Thing(
            kind="app",
            name=self.name,
            title="sidebar app (private)",
            look=look,
            fit=self._upload,
            wanted=wanted,
            delete=installer.delete,
        )

    def _upload(self, known: str) -> str:
        try:
            return self.container.zendesk_app_installer.upload(self.name, self._package, known)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{error}. Private apps may not be allowed in this account: --no-app goes on without."
            ) from error

    @property
    def _installation(self) -> Thing:
        installer = self.container.zendesk_app_installer
        address = urlsplit(self.container.settings.public_url)
        wanted: dict[str, Any] = {"handrail_host": f"{address.netloc}{address.path.rstrip('/')}", "enabled": True}

        def look(known: str) -> Found | None:
            found = self._seen()
            if found is None or not found.installation:
                return None
            raw = {"handrail_host": found.settings.get("handrail_host", ""), "enabled": found.enabled}
            return Found(id=found.installation, raw=raw, wanted=wanted)

        def fit(known: str) -> str:
            settings = {"name": self.name, "handrail_host": wanted["handrail_host"]}
            if not known:
                return installer.install(self._seen().id, settings)
            installer.configure(known, settings)
            return known

        return Thing(
            kind="installation",
            name=self.name,
            title="sidebar app’s installation",
            look=look,
            fit=fit,
            wanted=wanted,
            delete=installer.uninstall,
            restore=lambda key, before: installer.configure(key, {k: v for k, v in before.items() if k != "enabled"}),
        )
