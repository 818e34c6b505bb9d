"""WhatsApp's sign that an answer is being written, which marks the customer's message as read too."""

import logging
import threading

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount
from connectors.twilio.client import connect
from connectors.twilio.errors import translated
from core.errors import HandrailError
from core.model.conversation import Message
from core.model.customer import Channel

LOG = logging.getLogger(__name__)
REF = "twilio:"
MOST = 4  # requests on their way at once; beyond that a sign is left out


class TwilioTyping:
    """Implements `core.ports.Typing`. Each sign is sent beside the work, so that no answer waits for it."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._client = client or connect(account)
        self._room = threading.BoundedSemaphore(MOST)

    def show(self, message: Message) -> None:
        """Under the message that is going to be answered; only WhatsApp knows such a sign."""
        if message.channel is not Channel.WHATSAPP or not message.vendor_ref.startswith(REF):
            return
        if self._room.acquire(blocking=False):
            threading.Thread(target=self._send, args=(message.vendor_ref.removeprefix(REF),), daemon=True).start()

    def _send(self, sid: str) -> None:
        try:
            with translated("show that an answer is being written"):
                self._client.messaging.v2.typing_indicator.create(channel=Channel.WHATSAPP.value, message_id=sid)
        except HandrailError as error:
            LOG.info("no typing indicator: %s", error)
        finally:
            self._room.release()
