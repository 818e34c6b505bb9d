"""Connecting Zendesk: the webhook with its trigger or subscriptions, and the sidebar app."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apps.app_package.package import build_package
from apps.bootstrap import Container
from apps.install.plan import Book, Found, Kind, Step, Thing, undo_step, wanted_step
from apps.policy_file import read_policy
from core.errors import ConfigurationError
from webhooks.zendesk.view import KINDS


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
        return build_package()

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


EVENTS, TRIGGERS = "Handrail events", "Handrail trigger"  # names of the webhook; only one of them is there at a time
TRIGGER = Path(__file__).parents[2] / "manifests" / "zendesk" / "trigger.json"
FOR_TRIGGERS = "conditional_ticket_events"


@dataclass(frozen=True)
class ZendeskConnection:
    """`triggers`: whether by a trigger; None for what was chosen before, else events. `app`: whether to put the
    sidebar app into the account."""

    container: Container
    book: Book
    key_file: Path
    triggers: bool | None = None
    app: bool = True

    title = "Zendesk"

    @cached_property
    def _user(self) -> Any:
        return self.container.zendesk_installer.user()

    def try_credentials(self) -> str:
        settings = self.container.settings
        try:
            user = self._user
        except ConfigurationError as error:
            raise ConfigurationError(
                f"Zendesk does not accept the credentials of {settings.zendesk.email} at "
                f"{settings.zendesk.subdomain}.zendesk.com ({error}). Check the address, the API token, and that "
                "token access is switched on in Admin Center › Apps and integrations › APIs."
            ) from error
        if user.role != "admin":
            raise ConfigurationError(
                f"{user.name} ({settings.zendesk.email}) is {user.role or 'nobody'} at Zendesk and may not make "
                "webhooks, triggers or apps: give this user the role Administrator in Admin Center › People › Team "
                "members, at least while you connect."
            )
        return f"{settings.zendesk.subdomain}.zendesk.com, as {user.name} (admin)"

    def plan(self) -> list[Step]:
        unwanted = self._thing(not self._by_trigger)
        entry = self.book.find("webhook", unwanted.name)
        steps = [wanted_step(self._thing(self._by_trigger), self.book)]
        if self._by_trigger:
            steps.append(wanted_step(self._trigger, self.book))
        trigger = None if self._by_trigger else self.book.find("trigger", self._trigger.name)
        if trigger is not None:
            steps.append(undo_step(self._trigger, trigger, self.book))
        if entry is not None:
            steps.append(undo_step(unwanted, entry, self.book))
        return steps + (self._sidebar.plan() if self._with_app else []) + self._group_steps()

    def notes(self) -> list[str]:
        notes = ["No ticket fields are made: Handrail writes internal notes and tags, nothing else."]
        if self._by_trigger:
            notes.append("A trigger tells of tickets only: articles follow within five minutes, customers by `sync`.")
        if not self._with_app:
            notes.append("The sidebar app is left to you: handrail app package builds it.")
        return notes

    def found(self) -> Mapping[str, str | None]:
        entry = self.book.find("webhook", TRIGGERS if self._by_trigger else EVENTS)
        seen = self._thing(self._by_trigger).look(entry.id if entry else "")
        secret = self.container.zendesk_installer.signing_secret(seen.id) if seen is not None else None
        return {
            "zendesk.user_id": self._user.id,
            "zendesk.webhook_secret": secret,
            **self._sidebar.found(with_app=self._with_app),
        }

    def finish(self) -> None:
        app_id = self.container.settings.zendesk.app_id
        entry = self.book.find("app", SidebarApp.name)
        if entry is not None and self._with_app:
            self._sidebar.save_key(entry.id)
        elif app_id and not self.container.settings.zendesk.app_key_file:
            self._sidebar.save_key(app_id)

    def undo(self) -> list[Step]:
        things = {("trigger", self._trigger.name): self._trigger}
        things |= {("webhook", each.name): each for each in (self._thing(True), self._thing(False))}
        things |= {(each.kind, each.name): each for each in self._sidebar.things()}
        entries = [entry for entry in reversed(self.book.all()) if (entry.kind, entry.name) in things]
        steps = [undo_step(things[entry.kind, entry.name], entry, self.book) for entry in entries]
        if self.book.find("app", SidebarApp.name) is not None and self.key_file.exists():
            steps.append(Step(kind=Kind.REMOVE, what=self.key_file.name, act=self.key_file.unlink))
        return steps

    def written_settings(self) -> tuple[str, ...]:
        app = ("zendesk.app_id", "zendesk.app_audience", "zendesk.app_key_file")
        return ("zendesk.user_id", "zendesk.webhook_secret", *(app if self._with_app else ()))

    @property
    def _by_trigger(self) -> bool:
        if self.triggers is None:
            return self.book.find("webhook", TRIGGERS) is not None
        return self.triggers

    @property
    def _with_app(self) -> bool:
        """An app that an admin uploaded and named in the settings is the admin's."""
        by_hand = self.container.settings.zendesk.app_id and self.book.find("app", SidebarApp.name) is None
        return self.app and not by_hand

    def _group_steps(self) -> list[Step]:
        """A handoff to a group that the account does not have would be given up."""
        policy = self.container.settings.policy
        if not policy.exists():
            return []
        there = [team.name for team in self.container.helpdesk.teams()]
        lacking = [name for name in read_policy(policy).teams if name not in there]
        what = "name a group of yours in {file} in place of {name}, or make it in Zendesk; yours are {yours}"
        return [
            Step(kind=Kind.PERSON, what=what.format(file=policy.name, name=f"“{name}”", yours=", ".join(there)))
            for name in lacking
        ]

    @cached_property
    def _sidebar(self) -> SidebarApp:
        return SidebarApp(container=self.container, book=self.book, key_file=self.key_file)

    def _thing(self, by_trigger: bool) -> Thing:
        installer, base = self.container.zendesk_installer, self.container.settings.public_url.rstrip("/")
        name = TRIGGERS if by_trigger else EVENTS
        endpoint = f"{base}/webhooks/zendesk/{'trigger' if by_trigger else 'events'}"
        events = [FOR_TRIGGERS] if by_trigger else sorted(KINDS)
        return Thing(
            kind="webhook",
            name=name,
            title=f"webhook “{name}”",
            look=lambda known: _found(installer.webhook(name, endpoint, events, known)),
            fit=lambda known: installer.ensure_webhook(name, endpoint, events, known)[0],
            wanted={"name": name, "endpoint": endpoint, "status": "active", "subscriptions": sorted(events)},
            delete=installer.delete_webhook,
            restore=installer.change_webhook,
        )

    @property
    def _trigger(self) -> Thing:
        installer, declared = self.container.zendesk_installer, json.loads(TRIGGER.read_text(encoding="utf-8"))
        return Thing(
            kind="trigger",
            name=declared["title"],
            title=f"trigger “{declared['title']}”",
            look=lambda known: _found(installer.trigger(self._trigger_plan(declared), known)),
            fit=lambda known: installer.ensure_trigger(self._trigger_plan(declared), known),
            wanted={"title": declared["title"], "calls": f"webhook “{TRIGGERS}” when anybody but Handrail writes"},
            delete=installer.delete_trigger,
            restore=installer.change_trigger,
        )

    def _trigger_plan(self, declared: Mapping[str, Any]) -> Any:
        entry = self.book.find("webhook", TRIGGERS)
        not_us = [{**each, "value": self._user.id} if each["field"] == "role" else each for each in declared["all"]]
        return self.container.zendesk_trigger(
            title=declared["title"],
            # Before the webhook is made, no trigger can call it, and none fits.
            webhook_id=entry.id if entry else "",
            body=json.dumps(declared["body"]),
            all_of=not_us,
            any_of=declared["any"],
        )


def _found(declared: Any) -> Found | None:
    return None if declared is None else Found(id=declared.id, raw=declared.raw, wanted=declared.wanted)
