"""The words that reach a live call."""

from collections.abc import Callable
from datetime import UTC, datetime

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount
from connectors.twilio.client import connect
from connectors.twilio.errors import translated
from core.model.helpdesk import Receipt
from core.model.outbound import Outgoing
from core.voice.live_call import told_on_call
from core.voice.script import Rendered


class TwilioVoice:
    """Implements `core.ports.Messenger` for calls: what is said interrupts the waiting of a live call."""

    def __init__(
        self,
        account: TwilioAccount,
        twiml: Rendered,
        client: Client | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client or connect(account)
        self._twiml, self._now = twiml, now

    def send(self, outgoing: Outgoing) -> Receipt:
        """RejectedError where the caller has hung up."""
        twiml = self._twiml(told_on_call(outgoing, self._now()))
        with translated("speak in a call", write=True):
            self._client.calls(outgoing.to).update(twiml=twiml)
        # Not as the caller's answer to it is named: both stand on one timeline.
        return Receipt(ref=f"{outgoing.to}/{outgoing.effect_id}")

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """A call does not tell what was said in it; whoever hears nothing for too long is put through to a person."""
        return None
