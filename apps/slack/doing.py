"""What a supervisor has done for a ticket's customer, in a modal: filled in, shown before → after, then done by the
functions by which it is done from the ticket, with the same approvals, limits and record.

Slack waits for three seconds, and a company's system may take longer: the modal says so then, and is updated."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from apps.slack.cards.actions import AGREED, DO, FILLED, REFILL
from apps.slack.cards.doing import (
    confirm_view,
    filled_in,
    form_faults,
    form_view,
    seen,
    started_view,
    told_view,
    waiting_view,
)
from apps.slack.cards.edit import metadata_of
from apps.slack.door import ACK_WITHIN, FAILED, Body, Door, say
from apps.slack.modals import UNSEEN, View
from core.errors import HandrailError, RejectedError
from core.execute.by_agent import AWAY, ActionsByAgent, Looked, Wish
from core.govern.approvers import may_approve
from core.model.ids import TicketId

SETTLES = 0.3  # seconds until Slack has done what an answer of ours says
NOT_YOURS = "Only the people whom the policy names may do this. Nothing was done."
NOT_HERE = "No action is done from here: the settings name no system."
log = logging.getLogger("handrail.slack")


def listen_to_actions(app: App, door: Door) -> None:
    app.action(DO)(lambda ack, body, client, respond: _open(door, ack, body, client, respond))
    app.view(FILLED)(lambda ack, body, client: _show(door, ack, body, client))
    app.action(REFILL)(lambda ack, body, client: _refill(door, ack, body, client))
    app.view(AGREED)(lambda ack, body, client: _do(door, ack, body, client))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a modal, or the button that opens it, is about."""

    ticket: str
    action: str
    given: dict[str, str] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Faults:
    """Words at the fields of a form, and a view that says the same where the form is gone already."""

    at: dict[str, str]
    view: View


def _asked(value: object) -> _Asked:
    carried = metadata_of({"private_metadata": value})
    given = carried.get("given")
    return _Asked(
        ticket=str(carried.get("ticket", "")),
        action=str(carried.get("action", "")),
        given={str(name): str(said) for name, said in given.items()} if isinstance(given, dict) else {},
        digest=str(carried.get("digest", "")),
    )


def _open(door: Door, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
    """At once, for a press opens nothing after three seconds; the form follows."""
    ack()
    asked = _asked(body["actions"][0].get("value"))
    try:
        opened = client.views_open(trigger_id=str(body["trigger_id"]), view=waiting_view(asked.ticket))
        _update(client, opened["view"]["id"], _worked(door, body, asked, _form))
    except FAILED as error:
        log.warning("the form of an action was not opened: %s", error)
        say(respond, UNSEEN)


def _show(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    asked = replace(_asked(body["view"].get("private_metadata")), given=filled_in(body["view"]))
    answer = _Answer(ack, client, body, asked)
    answer.give(_worked(door, body, asked, _examined))


def _refill(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    """Back to the form, with what was filled in."""
    ack()
    asked = _asked((body.get("view") or {}).get("private_metadata"))
    _update(client, body["view"]["id"], _worked(door, body, asked, _form))


def _do(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    asked = _asked(body["view"].get("private_metadata"))
    answer = _Answer(ack, client, body, asked)

    def done(door: Door, by: str, by_agent: ActionsByAgent, asked: _Asked) -> View:
        # One view is sent once: told twice it is the same wish.
        click = f"slack {body['view']['id']} {body['view'].get('hash', '')}"
        wish = Wish(
            action=asked.action,
            given=asked.given,
            digest=asked.digest,
            click=click,
            by=by,
            seen=seen(body["view"]),
        )
        return started_view(by_agent.run(TicketId(asked.ticket), wish), asked.ticket)

    answer.give(_worked(door, body, asked, done))


Work = Callable[[Door, str, ActionsByAgent, _Asked], View | Faults]


def _worked(door: Door, body: Body, asked: _Asked, work: Work) -> View | Faults:
    """What the work shows, or the word why it is not to be: nothing was done then."""
    try:
        member = door.desk().member(door.named(body, body["user"]["id"]))
        email = member.email if member else None
        if not email or not may_approve(email, door.policy()):
            return told_view(NOT_YOURS, asked.ticket)
        by_agent = door.office().by_agent
        return told_view(NOT_HERE, asked.ticket) if by_agent is None else work(door, email.lower(), by_agent, asked)
    except RejectedError as error:
        return told_view(str(error), asked.ticket)
    except HandrailError as error:
        log.warning("an action could not be looked at: %s", error)
        return told_view(AWAY, asked.ticket)


def _form(door: Door, by: str, by_agent: ActionsByAgent, asked: _Asked) -> View:
    """Of an action that needs nothing it is shown at once what it would change."""
    looked = by_agent.form(TicketId(asked.ticket), asked.action)
    door.office().note_look(TicketId(asked.ticket), by)
    if (looked.why and looked.made is None) or not looked.spec.input:
        return _shown(looked, asked)
    return form_view(looked, asked.ticket, asked.given)


def _examined(_: Door, __: str, by_agent: ActionsByAgent, asked: _Asked) -> View | Faults:
    """Before → after, or at its field what speaks against it."""
    looked = by_agent.examine(TicketId(asked.ticket), asked.action, asked.given)
    faults = {} if looked.allowed else form_faults(looked)
    return Faults(faults, _shown(looked, asked)) if faults else _shown(looked, asked)


def _shown(looked: Looked, asked: _Asked) -> View:
    if looked.allowed:
        return confirm_view(looked, asked.ticket, asked.given)
    needed = ", ".join(looked.spec.says_of(name) for name in looked.missing)
    return told_view(looked.why or f"It is not known yet: {needed}", asked.ticket)


class _Answer:
    """What a modal that was sent becomes: in Slack's time a word that it takes longer, where it does."""

    def __init__(self, ack: Ack, client: WebClient, body: Body, asked: _Asked) -> None:
        self._ack, self._client, self._body = ack, client, body
        self._lock, self._given = threading.Lock(), False
        self._late = threading.Timer(ACK_WITHIN, self._first, [waiting_view(asked.ticket, long=True)])
        self._late.start()

    def give(self, found: View | Faults) -> None:
        self._late.cancel()
        if not self._first(found):
            time.sleep(SETTLES)
            _update(self._client, self._body["view"]["id"], found)

    def _first(self, found: View | Faults) -> bool:
        with self._lock:
            given, self._given = self._given, True
        if given:
            return False
        if isinstance(found, Faults):
            self._ack(response_action="errors", errors=found.at)
        else:
            self._ack(response_action="update", view=found)
        return True


def _update(client: WebClient, view_id: str, found: View | Faults) -> None:
    try:
        client.views_update(view_id=view_id, view=found.view if isinstance(found, Faults) else found)
    except FAILED as error:
        log.info("a modal was not updated: %s", error)  # closed meanwhile
