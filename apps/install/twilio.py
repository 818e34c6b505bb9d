"""Connecting Twilio: where texts and WhatsApp messages go, and calls where a number for them is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.bootstrap import Container
from apps.install.plan import Book, Entry, Found, Kind, Step, Thing, undo_step, wanted_step
from core.errors import ConfigurationError
from webhooks.twilio import RETRIES


@dataclass(frozen=True)
class TwilioConnection:
    container: Container
    book: Book

    title = "Twilio"

    def try_credentials(self) -> str:
        sid = self.container.settings.twilio.account_sid
        try:
            name, status = self.container.twilio_installer.account()
        except ConfigurationError as error:
            raise ConfigurationError(
                f"Twilio does not accept the account SID {sid} with this auth token ({error}). Both stand on the first "
                "page of the console; an API key will not do, as it cannot check Twilio's signatures."
            ) from error
        if status != "active":
            raise ConfigurationError(f"the Twilio account “{name}” is {status}: nothing can be sent or received")
        # Owned, and able to text: said now and not in the middle.
        self._number.look("")
        return f"“{name}”, {self.container.settings.twilio.sms_number}"

    def plan(self) -> list[Step]:
        steps = [wanted_step(thing, self.book) for thing in self._things]
        pool = self.container.twilio_installer.pool()
        if pool:
            steps.append(
                Step(
                    kind=Kind.PERSON,
                    what=f"the messaging service “{pool}” decides where this number's texts go: set its Integration to "
                    "“Defer to sender's webhook” in the Twilio console",
                )
            )
        return steps

    def notes(self) -> list[str]:
        if self._calls:
            return ["The assistant takes calls only where the policy's standing approvals name `call`."]
        return ["Calls to the number go where they went before."]

    def found(self) -> Mapping[str, str | None]:
        return {}

    def finish(self) -> None:
        """Nothing is kept in files."""

    def undo(self) -> list[Step]:
        things = {thing.name: thing for thing in self._things}
        entries = list(reversed(self.book.all()))
        steps = [undo_step(things[entry.name], entry, self.book) for entry in entries if entry.name in things]
        return [*steps, *(_other(entry) for entry in entries if entry.name not in things)]

    def written_settings(self) -> tuple[str, ...]:
        return ()

    @property
    def _url(self) -> str:
        return f"{self.container.settings.public_url.rstrip('/')}/webhooks/twilio/message"

    @property
    def _things(self) -> list[Thing]:
        whatsapp = [self._whatsapp] if self.container.settings.twilio.whatsapp_number else []
        return [self._number, *whatsapp, *([self._telephone] if self._calls else [])]

    @property
    def _calls(self) -> str:
        return self.container.settings.twilio.voice_number

    @cached_property
    def _telephone(self) -> Thing:
        installer, address = self.container.twilio_installer, self._calls
        voice = f"{self.container.settings.public_url.rstrip('/')}/webhooks/twilio/voice"
        wanted = {
            "voice_url": voice + RETRIES,
            "voice_method": "POST",
            "voice_fallback_url": voice + RETRIES,
            "voice_fallback_method": "POST",
            "voice_application_sid": "",
            "status_callback": f"{voice}/status{RETRIES}",
            "status_callback_method": "POST",
        }
        return Thing(
            kind="telephone",
            name=f"calls {address}",
            title=f"calls to {address}",
            look=lambda known: _sender(installer.telephone(address), wanted),
            fit=lambda known: _fit(installer.telephone(address), wanted, installer.set_number),
            wanted=wanted,
            restore=installer.set_number,
        )

    @cached_property
    def _number(self) -> Thing:
        installer, address = self.container.twilio_installer, self.container.settings.twilio.sms_number
        # The same address once more: Twilio comes to it when all tries of the first are used up, and tries anew.
        wanted = {
            "sms_url": self._url + RETRIES,
            "sms_method": "POST",
            "sms_fallback_url": self._url + RETRIES,
            "sms_fallback_method": "POST",
            "sms_application_sid": "",
        }
        return Thing(
            kind="number",
            name=address,
            title=f"number {address}",
            look=lambda known: _sender(installer.number(), wanted),
            fit=lambda known: _fit(installer.number(), wanted, installer.set_number),
            wanted=wanted,
            restore=installer.set_number,
        )

    @cached_property
    def _whatsapp(self) -> Thing:
        installer, address = self.container.twilio_installer, self.container.settings.twilio.whatsapp_number
        # Twilio describes no overrides for these.
        wanted = {
            "callback_url": self._url,
            "callback_method": "POST",
            "fallback_url": self._url,
            "fallback_method": "POST",
        }
        return Thing(
            kind="whatsapp",
            name=f"whatsapp {address}",
            title=f"WhatsApp sender {address}",
            look=lambda known: _sender(installer.whatsapp(), wanted),
            fit=lambda known: _fit(installer.whatsapp(), wanted, installer.set_whatsapp),
            wanted=wanted,
            restore=installer.set_whatsapp,
        )


def _other(entry: Entry) -> Step:
    """What was connected under settings that have changed since."""
    before = ", ".join(f"{name} {value}" for name, value in entry.before.items() if value) or "nothing"
    what = f"{entry.name} is not in the settings any more: in the Twilio console, set it back to {before}"
    return Step(kind=Kind.PERSON, what=what)


def _sender(sender: Any, wanted: Mapping[str, str]) -> Found:
    return Found(id=sender.sid, raw=dict(sender.hooks), wanted=wanted)


def _fit(sender: Any, wanted: Mapping[str, str], set_hooks: Any) -> str:
    """Only what differs is sent; the sender's sid."""
    change = {name: value for name, value in wanted.items() if sender.hooks.get(name) != value}
    if change:
        set_hooks(sender.sid, change)
    return str(sender.sid)
