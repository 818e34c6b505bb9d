"""The sign in a messaging window that an answer is being written."""

import logging
import threading

from connectors.sunshine.account import SunshineAccount
from connectors.sunshine.api import SunshineApi, conversation_path
from core.errors import HandrailError
from core.model.conversation import Message
from core.model.customer import CHATTED

LOG = logging.getLogger(__name__)
MOST = 4  # requests on their way at once; beyond that a sign is left out


class SunshineTyping:
    """Implements `core.ports.Typing`. Each sign is sent beside the work, so that no answer waits for it."""

    def __init__(self, account: SunshineAccount) -> None:
        self._account = account
        self._room = threading.BoundedSemaphore(MOST)

    def show(self, message: Message) -> None:
        """In the window that the message came from; it goes with the answer, or by itself after some seconds."""
        if message.channel not in CHATTED or not message.address:
            return
        if self._room.acquire(blocking=False):
            threading.Thread(target=self._send, args=(message.address,), daemon=True).start()

    def _send(self, address: str) -> None:
        body = {"author": {"type": "business"}, "type": "typing:start"}
        try:
            path = conversation_path(address, "/activity")
            SunshineApi(self._account).post(path, body, "show that an answer is being written")
        except HandrailError as error:
            LOG.info("no sign of writing: %s", error)
        finally:
            self._room.release()
