"""The calls of one account."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime

from apps.sandbox.twilio.call_values import Heard
from apps.sandbox.twilio.calls import PhoneCall, Post


class Exchange:
    """The calls of one account."""

    def __init__(self, account_sid: str, now: Callable[[], datetime], post: Post) -> None:
        self._account_sid, self._now, self._post = account_sid, now, post
        self.calls: dict[str, PhoneCall] = {}

    def ring(self, caller: str, to: str, url: str, status_callback: str, country: str = "") -> PhoneCall:
        """Somebody calls one of our numbers."""
        call = PhoneCall(
            sid="CA" + uuid.uuid4().hex,
            account_sid=self._account_sid,
            caller=caller,
            to=to,
            started_at=self._now(),
            now=self._now,
            post=self._post,
            country=country,
            status_callback=status_callback,
        )
        self.calls[call.sid] = call
        threading.Thread(target=call.run, args=(url,), name=f"call-{call.sid[:8]}", daemon=True).start()
        return call

    def close(self) -> None:
        for call in list(self.calls.values()):
            call.hear(Heard(kind="hung_up"))
