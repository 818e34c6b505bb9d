"""What the listeners share, and how what they heard is kept: answered in Slack's time, nothing lost."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from core.answer.style import StyleCard
from core.errors import HandrailError, TransientError
from core.model.event import Event
from core.model.workspace import within
from core.outreach.office import Office
from core.policy import Policy
from core.ports import Desk, Store
from webhooks.intake import Intake

SOURCE = "slack"
ACK_WITHIN = 2.0  # seconds; Slack waits for three
NOT_KEPT = "Your click could not be recorded just now, so nothing was decided. Please press the button again."
FAILED = (HandrailError, SlackClientError, OSError)  # Slack said no, or cannot be reached
Body = Mapping[str, Any]
Answered = Callable[[], object]
log = logging.getLogger("handrail.slack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`client` speaks with the one token, or with none where workspaces install the app themselves; `several` says
    which, and then every id names its workspace. `policy` is the one in force now."""

    intake: Intake
    client: WebClient
    store: Store
    desk: Callable[[], Desk]
    policy: Callable[[], Policy]
    office: Callable[[], Office]
    style: Callable[[], StyleCard]
    several: bool = False

    def named(self, body: Body, name: object) -> str:
        """An id of the workspace that the request came from."""
        team = body.get("team") or {}
        own = team.get("id") if isinstance(team, Mapping) else team
        return within(str(own or body.get("team_id") or "") if self.several else "", str(name))

    def kept(self, events: Sequence[Event], ack: Answered, lost: Answered) -> bool:
        """Keep, then answer. Where the store is slow Slack's three seconds come first, and whoever did it is told by
        `lost` if it was not kept after all."""
        late = threading.Timer(ACK_WITHIN, ack)
        late.start()
        try:
            self.intake.keep(SOURCE, events)
        except TransientError:
            lost()
            return False
        finally:
            late.cancel()
            ack()
        return True


class Once:
    """An acknowledgement that is given once, whoever comes first."""

    def __init__(self, ack: Answered) -> None:
        self._ack, self._lock, self._given = ack, threading.Lock(), False

    def __call__(self) -> None:
        with self._lock:
            given, self._given = self._given, True
        if not given:
            self._ack()


def say(respond: Respond, text: str) -> None:
    """To whoever pressed or asked, and nobody else. Where Slack gave no address for it, as in its Home tab, or takes
    nothing there any more, it is a line in the log: nobody waits for us to try again."""
    if respond.response_url is None:
        log.warning("whoever pressed could not be told: there is no address to answer to")
        return
    try:
        answer = respond(text, response_type="ephemeral", replace_original=False)
    except FAILED as error:
        log.warning("whoever pressed could not be told: %s", error)
    else:
        if answer.status_code != 200:
            log.warning("whoever pressed could not be told: Slack answered with %d", answer.status_code)
