"""One person's messages, files, calls and recordings, deleted at Twilio."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.client import TwilioAccount, connect
from connectors.twilio.errors import translate_errors
from core.errors import TransientError
from core.model.customer import IdentityKind
from core.model.privacy import Subject

PAGE = 1000
MOST = 20_000  # records that are looked at in one go
GONE = 404
MESSAGE = re.compile("(SM|MM)[0-9a-f]{32}")
UNFINISHED = frozenset({"accepted", "scheduled", "queued", "sending", "receiving"})
LIVE = frozenset({"queued", "ringing", "in-progress"})


class TwilioEraser:
    """Implements `core.ports.Eraser`. Twilio's own lists of what went to and came from a number say what there is, so a
    message that we never took in is found too."""

    name = "twilio"

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._client = client or connect(account)

    def erase(self, subject: Subject) -> Mapping[str, int]:
        done: Counter[str] = Counter()
        # Its lists lag behind: what we know goes by its own id.
        for ref in subject.refs:
            if MESSAGE.fullmatch(ref):
                self._message(ref, done)
        for number in subject.values(IdentityKind.PHONE):
            for address in (number, f"whatsapp:{number}"):
                self._messages(address, done)
            self._calls(number, done)
        return {name: count for name, count in done.items() if count}

    def left(self) -> str:
        return "Twilio: records of what was charged, without words, and its backups, for as long as its terms say."

    def _messages(self, address: str, done: Counter[str]) -> None:
        for side in ("from_", "to"):
            for message in self._each(self._client.messages, side, address):
                if message.status in UNFINISHED:
                    raise TransientError("a message of theirs is still on its way at Twilio: run it again in a minute")
                self._message(message.sid, done)

    def _message(self, sid: str, done: Counter[str]) -> None:
        message = self._client.messages(sid)
        for file in self._listed(lambda: message.media.list(limit=PAGE)):
            done["files"] += self._delete(message.media(file.sid))
        done["messages"] += self._delete(message)

    def _calls(self, number: str, done: Counter[str]) -> None:
        for side in ("from_", "to"):
            for call in self._each(self._client.calls, side, number):
                if call.status in LIVE:
                    raise TransientError("a call of theirs goes on: run it again when it has ended")
                for recording in self._listed(
                    lambda sid=call.sid: self._client.recordings.list(call_sid=sid, limit=PAGE)
                ):
                    done["recordings"] += self._delete(self._client.recordings(recording.sid))
                done["calls"] += self._delete(self._client.calls(call.sid))

    def _each(self, resource: Any, side: str, address: str) -> Iterator[Any]:
        """Every record of the list, which shrinks meanwhile and may lag: it is read until nothing on it is new."""
        seen: set[str] = set()
        while True:
            page = self._listed(lambda: resource.list(**{side: address}, limit=MOST, page_size=PAGE))
            fresh = [each for each in page if each.sid not in seen]
            if not fresh:
                return
            seen |= {each.sid for each in fresh}
            yield from fresh

    def _listed(self, read: Any) -> list[Any]:
        with translate_errors("list what is to be erased"):
            try:
                return list(read())
            except TwilioException as error:
                # Of a page of a list the library tells no status, but the answer itself.
                if GONE in (
                    getattr(error, "status", None),
                    *(getattr(each, "status_code", None) for each in error.args),
                ):
                    return []
                raise

    def _delete(self, resource: Any) -> int:
        with translate_errors("erase at Twilio"):
            try:
                return int(bool(resource.delete()))
            except TwilioRestException as error:
                if error.status == GONE:
                    return 0
                raise
