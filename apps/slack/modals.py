"""Modals: opened within Slack's three seconds from what the store says now, checked while they are submitted."""

import json
import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from apps.slack.cards.actions import (
    DETAILS,
    EDIT,
    EDITED,
    PICK,
    PROPOSAL_EDIT,
    PROPOSAL_EDITED,
    SENT_AGAIN,
    WHISPER,
    WHISPERED,
)
from apps.slack.cards.alert import whisper_view
from apps.slack.cards.edit import edit_view, metadata_of, texts_of
from apps.slack.cards.proposals import edit_proposal_view
from apps.slack.details import details_view
from apps.slack.door import FAILED, NOT_KEPT, Body, Door, Once, say
from apps.slack.told import (
    alert_of,
    edited_event,
    place_of,
    proposal_edited_event,
    sent_again_event,
    whispered_event,
    written_words,
)
from core.errors import TransientError
from core.govern.approvers import may_approve
from core.model.campaign import ASKED, Standing
from core.model.event import Event
from core.model.ids import AlertId, ApprovalId
from core.model.lesson import ProposalState
from core.model.workspace import split_workspace
from core.outreach.edit import edit_errors

NOT_YOURS = ":lock: Only the people whom the policy names may change this; nothing was changed."
GONE = "This card is no longer the newest: {how}. Look at the card as it is now, and press Edit there."
UNSEEN = "This could not be opened just now. Please press the button again."
NOT_KEPT_ANY_MORE = (
    "There is nothing more to show: this is settled and no longer kept, or nobody has to decide about it."
)
OPEN_ALREADY = "exchanged_trigger_id"  # Slack's word where the same press has opened its modal before
DECIDED = "It was {state} by {by} already; nothing was changed."
NO_WORDS = "Write what it is to say, or refuse it instead."
EMPTY = "Write what the agent should know."
log = logging.getLogger("handrail.slack")
View = dict[str, Any]


def listen_to_modals(app: App, door: Door) -> None:
    app.action(EDIT)(lambda ack, body, client, respond: _open_edit(door, ack, body, client, respond))
    app.action(PICK)(lambda ack, body, client: _turn(door, ack, body, client))
    app.view(EDITED)(lambda ack, body, client: _edited(door, ack, body, client))
    app.action(WHISPER)(lambda ack, body, client, respond: _open_whisper(door, ack, body, client, respond))
    app.view(WHISPERED)(lambda ack, body, client: _whispered(door, ack, body, client))
    app.view(SENT_AGAIN)(lambda ack, body, client: _sent_again(door, ack, body, client))
    app.action(PROPOSAL_EDIT)(lambda ack, body, client, respond: _open_proposal(door, ack, body, client, respond))
    app.view(PROPOSAL_EDITED)(lambda ack, body, client: _proposal_edited(door, ack, body, client))
    app.action(DETAILS)(lambda ack, body, client, respond: _open_details(door, ack, body, client, respond))


def _open_edit(door: Door, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
    ack()
    carried = metadata_of({"private_metadata": body["actions"][0].get("value")})
    _open(lambda: _asked_for(door, body, carried), body, client, respond)


def _open(asked: Callable[[], tuple[str, View | None]], body: Body, client: WebClient, respond: Respond) -> None:
    """The modal that is asked for, or the word why there is none."""
    try:
        refusal, view = asked()
        if view is not None:
            client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    except FAILED as error:
        if isinstance(error, SlackApiError) and error.response.get("error") == OPEN_ALREADY:
            return
        log.warning("a modal was not opened: %s", error)
        refusal = UNSEEN
    if refusal:
        say(respond, refusal)


def _open_details(door: Door, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
    """For whoever sees the card, and changes nothing by itself. It holds more than the card does: the words that show a
    signal, a draft's sources, and what the customer said last. Who may read the channel may read them."""
    ack()
    carried = metadata_of({"private_metadata": body["actions"][0].get("value")})

    def asked() -> tuple[str, View | None]:
        view = details_view(door, str(carried.get("card", "")), str(carried.get("id", "")))
        if view is None:
            return NOT_KEPT_ANY_MORE, None
        # Where it may be submitted, it carries where the answer goes: a modal has no place of its own.
        place = {**place_of(door, body)._asdict(), "address": str(body.get("response_url", ""))}
        return "", {**view, "private_metadata": json.dumps(metadata_of(view) | place)} if "submit" in view else view

    _open(asked, body, client, respond)


def _sent_again(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    """Whether they may is asked where the command is carried out, as for the button on the card."""
    _commanded(door, ack, body, client, sent_again_event(door, body))


def _commanded(door: Door, ack: Ack, body: Body, client: WebClient, event: Event | None) -> None:
    carried = metadata_of(body["view"])
    lost = partial(_lost, client, body, str(carried.get("channel", "")))
    if door.kept([event] if event else [], Once(ack), lost) and event is not None:
        door.office().handle(event.id)


def _open_proposal(door: Door, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
    ack()

    def asked() -> tuple[str, View | None]:
        if not _may(door, body):
            return NOT_YOURS, None
        with door.store.read() as unit:
            found = unit.proposals.get(str(body["actions"][0].get("value") or "-"))
        if found is None:
            return NOT_KEPT_ANY_MORE, None
        if found.state is not ProposalState.OPEN:
            return DECIDED.format(state=found.state, by=found.decided_by), None
        view = edit_proposal_view(found)
        place = {**place_of(door, body)._asdict(), "address": str(body.get("response_url", ""))}
        return "", {**view, "private_metadata": json.dumps(metadata_of(view) | place)}

    _open(asked, body, client, respond)


def _proposal_edited(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    """As `_sent_again`."""
    if not written_words(body):
        ack(response_action="errors", errors={"proposal": NO_WORDS})
        return
    _commanded(door, ack, body, client, proposal_edited_event(door, body))


def _asked_for(door: Door, body: Body, carried: dict[str, Any]) -> tuple[str, View | None]:
    """Why not, or the modal. A click proves nobody's right, and what is submitted is looked at again by the worker; but
    nobody should write what they may not send."""
    standing = _standing(door, carried)
    if standing is None:
        return UNSEEN, None
    if not _may(door, body):
        return NOT_YOURS, None
    if standing.state not in ASKED or standing.campaign.digest != carried.get("digest"):
        return GONE.format(how=_how(standing)), None
    return "", edit_view(standing)


def _how(standing: Standing) -> str:
    return "the campaign was changed" if standing.state in ASKED else f"the campaign is {standing.state}"


def _turn(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    """To another page of a modal with many texts."""
    ack()
    view = body.get("view") or {}
    chosen = (body["actions"][0].get("selected_option") or {}).get("value", "0")
    try:
        standing = _standing(door, metadata_of(view))
        if standing is None or not re.fullmatch(r"[0-9]{1,3}", str(chosen)):
            return
        client.views_update(view_id=view["id"], hash=view["hash"], view=edit_view(standing, int(chosen)))
    except FAILED as error:
        log.info("a modal was not turned: %s", error)  # closed, or turned twice at once


def _edited(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    view, carried = body["view"], metadata_of(body["view"])
    first = next((each["block_id"] for each in view.get("blocks", ()) if each.get("type") == "input"), "")
    if not carried.get("approval"):
        ack()
        return
    try:
        standing = _standing(door, carried)
        texts = texts_of(standing, view) if standing is not None else {}
        errors = edit_errors(standing, texts, door.policy(), door.style()) if standing is not None else {}
    except TransientError:
        ack(response_action="errors", errors={first: NOT_KEPT})
        return
    if errors:
        ack(response_action="errors", errors=errors)
        return
    event = edited_event(door, body, carried, texts)
    door.kept([event], Once(ack), lambda: _lost(client, body, str(carried.get("channel", ""))))


def _open_whisper(door: Door, ack: Ack, body: Body, client: WebClient, respond: Respond) -> None:
    ack()
    alert = alert_of(body["actions"][0].get("value"))
    _open(lambda: _whisper_view(door, body, alert), body, client, respond)


def _whisper_view(door: Door, body: Body, alert: str) -> tuple[str, View | None]:
    with door.store.read() as unit:
        known = unit.alerts.get(AlertId(alert)) if alert else None
    if known is None:
        return NOT_KEPT_ANY_MORE, None
    view = whisper_view(known)
    carried = metadata_of(view) | place_of(door, body)._asdict()
    return "", {**view, "private_metadata": json.dumps(carried)}


def _whispered(door: Door, ack: Ack, body: Body, client: WebClient) -> None:
    if not written_words(body):
        first = next((each["block_id"] for each in body["view"].get("blocks", ()) if each.get("type") == "input"), "")
        ack(response_action="errors", errors={first: EMPTY})
        return
    event = whispered_event(door, body)
    carried = metadata_of(body["view"])
    door.kept([event] if event else [], Once(ack), lambda: _lost(client, body, str(carried.get("channel", ""))))


def _standing(door: Door, carried: dict[str, Any]) -> Standing | None:
    with door.store.read() as unit:
        return unit.campaigns.get(ApprovalId(str(carried.get("approval", ""))))


def _may(door: Door, body: Body) -> bool:
    """True also where Slack does not say who it is just now: the worker asks again."""
    try:
        member = door.desk().member(door.named(body, body["user"]["id"]))
    except TransientError:
        return True
    return may_approve(member.email if member else None, door.policy())


def _lost(client: WebClient, body: Body, channel: str) -> None:
    """The modal is closed already; whoever wrote is told where its card stands."""
    try:
        client.chat_postEphemeral(channel=split_workspace(channel)[1], user=body["user"]["id"], text=NOT_KEPT)
    except FAILED as error:
        log.warning("nobody could be told that what they wrote was not kept: %s", error)
