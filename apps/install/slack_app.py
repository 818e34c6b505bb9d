"""The Slack app itself, made from its manifest with an app configuration token; or told to a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.bootstrap import Container
from apps.install.book import Book
from apps.install.plan import Found, Kind, Step, Thing, undo_step, wanted_step
from apps.install.slack_manifest import manifest
from core.errors import ConfigurationError


@dataclass
class SlackAppConnection:
    """The app without its bot: all that is needed is the public address and a configuration token."""

    container: Container
    book: Book
    config_token: str = field(repr=False)
    unclear: bool = False  # an earlier try may have made an app, and nobody has looked yet
    _made: Any = None

    title = "Slack app"

    def tried(self) -> str:
        try:
            self._installer.check(self._manifest)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"Slack does not accept the configuration token ({error}). It lasts twelve hours: make a new one at "
                "https://api.slack.com/apps under Your App Configuration Tokens."
            ) from error
        return "the manifest is accepted"

    def plan(self) -> list[Step]:
        entry = self.book.find("app", "Handrail")
        if entry is None or entry.id:
            return [wanted_step(self._thing, self.book)]
        # Slack lists no apps, so the one of a lost answer cannot be found again; a second one is not made unasked.
        self.unclear = True
        what = (
            "an earlier try got no answer and may have made the app: look at https://api.slack.com/apps, delete an app "
            "Handrail that is new there, then run this again to make it"
        )
        return [Step(kind=Kind.PERSON, what=what, act=lambda: self.book.drop(entry))]

    def notes(self) -> list[str]:
        return []

    def found(self) -> Mapping[str, str | None]:
        """The signing secret is told once, when the app is made."""
        if self._made is not None:
            return {"slack.signing_secret": self._made.signing_secret}
        if self.unclear:
            return {}
        known = self.book.find("app", "Handrail")
        return {} if known is not None and known.id else {"slack.signing_secret": None}

    def finish(self) -> None:
        """Nothing is kept in files."""

    @property
    def install_at(self) -> str:
        """Where a person installs the app that was just made; empty when none was."""
        return self._made.install_at if self._made is not None else ""

    def undo(self) -> list[Step]:
        entry = self.book.find("app", "Handrail")
        return [] if entry is None else [undo_step(self._thing, entry, self.book)]

    def told(self) -> tuple[str, ...]:
        """Of an app that a person made these are the person's."""
        return ("slack.signing_secret", "slack.bot_token") if self.book.find("app", "Handrail") is not None else ()

    @property
    def _installer(self) -> Any:
        return self.container.slack_app_installer(self.config_token)

    @property
    def _manifest(self) -> dict[str, Any]:
        return manifest(self.container.settings.public_url)

    @property
    def _thing(self) -> Thing:
        installer, wanted = self._installer, flat(self._manifest)

        def look(known: str) -> Found | None:
            seen = installer.find(known) if known else None
            if seen is None:
                return None
            has = flat(seen)
            return Found(id=known, raw={name: has.get(name, "") for name in wanted}, wanted=wanted)

        def fit(known: str) -> str:
            if known:
                installer.update(known, self._manifest)
                return known
            self._made = installer.create(self._manifest)
            return str(self._made.id)

        return Thing(
            kind="app", name="Handrail", title="Slack app", look=look, fit=fit, wanted=wanted, delete=installer.delete
        )


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted keys, lists in order: two manifests that say the same look the same."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = sorted(value) if isinstance(value, list) else value
    return found
