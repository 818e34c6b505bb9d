"""Connecting Zendesk messaging: where the events of our integration go, and the secret by which they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from apps.bootstrap import Container
from apps.install.plan import Book, Found, Step, Thing, undo_step, wanted_step
from core.errors import ConfigurationError, RejectedError

NAME = "messaging"


@dataclass(frozen=True)
class MessagingConnection:
    container: Container
    book: Book

    title = "Zendesk messaging"

    def try_credentials(self) -> str:
        integration = self.container.settings.sunshine.integration_id
        try:
            hooks = self.container.sunshine_installer.hooks()
        except ConfigurationError as error:
            raise ConfigurationError(
                f"messaging does not accept the API key ({error}). Make one in Admin Center › Apps and integrations › "
                "APIs › Conversations API; it shows the app id, the key id and, once, the secret."
            ) from error
        except RejectedError as error:
            raise ConfigurationError(
                f"the messaging app knows no integration {integration} ({error}). Admin Center › Apps and integrations "
                "› Conversations integrations lists yours with their ids."
            ) from error
        return f"app {self.container.settings.sunshine.app_id}, integration {integration}, {len(hooks)} webhooks"

    def plan(self) -> list[Step]:
        return [wanted_step(self._hook, self.book)]

    def notes(self) -> list[str]:
        name = self.container.settings.sunshine.switchboard
        return [
            f"Customers reach the assistant once “{name}” is the first to answer: Admin Center › Channels › "
            "Messaging › your channel › first responder."
        ]

    def found(self) -> Mapping[str, str | None]:
        return {"sunshine.webhook_secret": self.container.sunshine_installer.secret(self._target) or None}

    def finish(self) -> None:
        """Nothing is kept in files but the secret, which is a setting."""

    def undo(self) -> list[Step]:
        entry = self.book.find(self._hook.kind, self._hook.name)
        return [undo_step(self._hook, entry, self.book)] if entry is not None else []

    def written_settings(self) -> tuple[str, ...]:
        return ("sunshine.webhook_secret",)

    @property
    def _target(self) -> str:
        return f"{self.container.settings.public_url.rstrip('/')}/webhooks/sunshine"

    @cached_property
    def _hook(self) -> Thing:
        installer = self.container.sunshine_installer
        return Thing(
            kind="webhook",
            name=NAME,
            title="webhook of the messaging integration",
            look=self._look,
            fit=self._fit,
            wanted=installer.target_webhook(self._target),
            delete=installer.delete,
            restore=installer.restore,
        )

    def _look(self, known: str) -> Found | None:
        """By the id that we wrote down, else by the address: one that leads elsewhere is somebody else's."""
        hooks = self.container.sunshine_installer.hooks()
        mine = next((each for each in hooks if known and each.id == known), None)
        found = mine or next((each for each in hooks if each.target == self._target), None)
        if found is None:
            return None
        return Found(id=found.id, raw=found.raw, wanted=self.container.sunshine_installer.target_webhook(self._target))

    def _fit(self, known: str) -> str:
        found = self._look(known)
        if found is None:
            return self.container.sunshine_installer.create(self._target)[0].id
        if found.differs:
            self.container.sunshine_installer.change(found.id, self._target)
        return found.id
