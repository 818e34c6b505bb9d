"""Connecting Slack: the bot, and the channels that the policy names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.bootstrap import Container
from apps.install.book import Book
from apps.install.plan import Found, Kind, Step, Thing, undo_step, wanted_step
from apps.install.slack_manifest import declared_scopes
from apps.policy_file import read_policy
from core.errors import ConfigurationError


@dataclass(frozen=True)
class SlackConnection:
    container: Container
    book: Book

    title = "Slack"

    @cached_property
    def _bot(self) -> Any:
        return self.container.slack_installer.whoami()

    def tried(self) -> str:
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

    def told(self) -> tuple[str, ...]:
        return ()

    @cached_property
    def _wanted(self) -> list[str]:
        """The channels of the policy file, with their #."""
        policy = read_policy(self.container.settings.policy)
        return sorted({channel for channel in (policy.alert_channel, policy.outreach.channel) if channel})

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
