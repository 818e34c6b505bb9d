"""Connecting Slack: the app from its manifest, then its bot and the channels that the policy names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from apps.bootstrap import Container
from apps.install.plan import Book, Found, Kind, Step, Thing, undo_step, wanted_step
from apps.policy_file import read_policy
from core.errors import ConfigurationError

MANIFEST = Path(__file__).parents[2] / "manifests" / "slack" / "app.yaml"
SAMPLE = "https://desk.example.com"  # what stands in the manifest where the public address belongs
STEPS = """\
To make the Slack app by hand:
  1. Open https://api.slack.com/apps and choose Create New App › From a manifest.
  2. Choose your workspace and paste the manifest that `handrail connect slack --manifest` prints.
  3. Choose Install to Workspace.
  4. Come back with the bot token and the signing secret; they are asked for now, and whenever you run this again.
Or make an app configuration token on the same page, and the app is made for you:
  SLACK_CONFIG_TOKEN=xoxe.xoxp-… handrail connect slack"""


def manifest_text(public_url: str) -> str:
    """The manifest with the public address in it, as a person pastes it."""
    return MANIFEST.read_text(encoding="utf-8").replace(SAMPLE, public_url.rstrip("/"))


def manifest(public_url: str) -> dict[str, Any]:
    filled: dict[str, Any] = yaml.safe_load(manifest_text(public_url))
    return filled


@cache
def declared_scopes() -> frozenset[str]:
    """What the app asks for."""
    return frozenset(manifest(SAMPLE)["oauth_config"]["scopes"]["bot"])


@dataclass
class SlackAppConnection:
    """The app without its bot: all that is needed is the public address and a configuration token."""

    container: Container
    book: Book
    config_token: str = field(repr=False)
    unclear: bool = False  # an earlier try may have made an app, and nobody has looked yet
    _made: Any = None

    title = "Slack app"

    def try_credentials(self) -> str:
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

    def written_settings(self) -> tuple[str, ...]:
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


@dataclass(frozen=True)
class SlackConnection:
    container: Container
    book: Book

    title = "Slack"

    @cached_property
    def _bot(self) -> Any:
        return self.container.slack_installer.whoami()

    def try_credentials(self) -> str:
        try:
            bot = self._bot
        except ConfigurationError as error:
            raise ConfigurationError(
                f"Slack does not accept the bot token ({error}). Copy it from the app's page › OAuth & Permissions; it "
                "begins with xoxb-."
            ) from error
        missing = sorted(declared_scopes() - bot.scopes) if bot.scopes else []
        if missing:
            raise ConfigurationError(
                f"the Slack app may not do all that Handrail asks of it; missing: {', '.join(missing)}. Add these "
                "under OAuth & Permissions › Bot Token Scopes, install the app to the workspace again, and copy the "
                "token that it then has."
            )
        return f"workspace “{bot.team}”"

    def plan(self) -> list[Step]:
        return [self._channel_step(name) for name in self._wanted]

    def notes(self) -> list[str]:
        return [
            "Whether the signing secret is right shows at the first click on a card: Slack offers no way to try it."
        ]

    def found(self) -> Mapping[str, str | None]:
        return {}

    def finish(self) -> None:
        """Nothing is kept in files."""

    def undo(self) -> list[Step]:
        entries = [entry for entry in reversed(self.book.all()) if entry.kind == "channel"]
        return [undo_step(self._thing(entry.name), entry, self.book) for entry in entries]

    def written_settings(self) -> tuple[str, ...]:
        return ()

    @cached_property
    def _wanted(self) -> list[str]:
        """The channels of the policy file, with their #."""
        policy = read_policy(self.container.settings.policy)
        named = (policy.alert_channel, policy.outreach.channel, policy.engineering.channel)
        return sorted({channel for channel in named if channel})

    @cached_property
    def _channels(self) -> Any:
        return self.container.slack_installer.channels()

    def _channel_step(self, name: str) -> Step:
        channel = self._seen(name)
        if channel is None:
            what = f"make the channel {name} in Slack; if it is there and private, write /invite @Handrail in it"
            return Step(kind=Kind.PERSON, what=what)
        return wanted_step(self._thing(name), self.book)

    def _seen(self, name: str) -> Any:
        return self._channels.get(name.removeprefix("#"))

    def _thing(self, name: str) -> Thing:
        installer = self.container.slack_installer
        wanted = {"Handrail is a member": True}

        def look(known: str) -> Found | None:
            channel = self._seen(name)
            return channel and Found(id=channel.id, raw={"Handrail is a member": channel.member}, wanted=wanted)

        def fit(known: str) -> str:
            installer.join(known)
            return known

        return Thing(
            kind="channel",
            name=name,
            title=f"channel {name}",
            look=look,
            fit=fit,
            wanted=wanted,
            restore=lambda key, before: installer.leave(key),
        )
