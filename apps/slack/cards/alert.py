"""An alert as Slack shows it: who, what, what shows it, and what a supervisor can do at once."""

import json
from collections.abc import Mapping, Sequence

from apps.slack.cards.actions import DONE, SNOOZE, SNOOZE_LONG, TAKE_OVER, TEXT, WHISPER, WHISPERED
from apps.slack.cards.blocks import Block, context, escape, moment, section, short
from core.model.alert import Alert, AlertKind, AlertState, Hit, Raised
from core.ports.cards import HITS, Rendered

SIGNS = {
    AlertKind.SLA: ":hourglass_flowing_sand:",
    AlertKind.DISTRESS: ":sos:",
    AlertKind.VULNERABLE: ":adult:",
    AlertKind.LEGAL: ":scales:",
    AlertKind.HANDOFF: ":rotating_light:",
    AlertKind.INTENT_SPIKE: ":chart_with_upwards_trend:",
    AlertKind.ERRORS: ":electric_plug:",
    AlertKind.BUDGET: ":moneybag:",
    AlertKind.OUTREACH: ":octagonal_sign:",
}
OTHERWISE = ":warning:"
LONGEST = 600  # characters of a text that somebody else wrote
LONGEST_WHISPER = 2000


def alert_card(alert: Alert, hits: Sequence[Hit] = ()) -> Rendered:
    """With its buttons while it is open. `hits` are its newest occurrences, newest first."""
    blocks = [
        *_said(alert),
        *_listed(alert, hits),
        context(_often(alert), _beside(alert.said), _when_whispered(alert)),
        *([context(*(f":speech_balloon: {escape(note)}" for note in alert.notes))] if alert.notes else []),
        *([] if alert.resolved else [_buttons(alert)]),
    ]
    return Rendered(_in_words(alert), blocks)


def moved_card(alert: Alert) -> Rendered:
    """What stays where an alert stood before its snoozing was over."""
    blocks = [
        section(f":zzz: {escape(_short(alert.said.text))}"),
        context("Snoozing is over: it is shown again below."),
    ]
    return Rendered("Snoozing is over", blocks)


def _in_words(alert: Alert) -> str:
    """For the notification, which shows no card."""
    said = f"{alert.said.text} ({alert.count} times)" if alert.count > 1 else alert.said.text
    return f"Settled: {said}" if alert.resolved else said


def whisper_view(alert: Alert) -> Block:
    """The modal in which a supervisor writes to the agent of a conversation; its submission is a WHISPER."""
    who = f" about {alert.said.who}" if alert.said.who else ""
    return {
        "type": "modal",
        "callback_id": WHISPERED,
        "private_metadata": value_of(alert),
        "title": {"type": "plain_text", "text": "Whisper to the agent"},
        "submit": {"type": "plain_text", "text": "Put on the ticket"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            section(f"An internal note{escape(who)}{_on_ticket(alert.said)}. The customer never sees it."),
            {
                "type": "input",
                "block_id": "whisper",
                "label": {"type": "plain_text", "text": "What should the agent know?"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": TEXT,
                    "multiline": True,
                    "max_length": LONGEST_WHISPER,
                },
            },
        ],
    }


def value_of(alert: Alert) -> str:
    """What each of its buttons carries."""
    return json.dumps({"alert": alert.id})


def _said(alert: Alert) -> list[Block]:
    raised = alert.said
    sign = ":white_check_mark:" if alert.resolved else SIGNS.get(raised.kind, OTHERWISE)
    sign = ":zzz:" if alert.state is AlertState.SNOOZED else sign
    times = f"  ×{alert.count}" if alert.count > 1 else ""
    tier = f" ({escape(raised.tier.capitalize())})" if raised.tier else ""
    lines = [
        f"*Who:* {escape(raised.who)}{tier}" if raised.who else "",
        f"*Why:* {escape(_short(raised.why))}" if raised.why else "",
        *(f"*{escape(name)}:* {escape(_short(value))}" for name, value in raised.facts.items() if value),
    ]
    told = "\n".join(line for line in lines if line)
    return [section(f"{sign} *{escape(_short(raised.text))}*{times}"), *([section(told)] if told else [])]


def _listed(alert: Alert, hits: Sequence[Hit]) -> list[Block]:
    """Where several things are one alert, the newest of them: each may need somebody."""
    texts = {hit.text for hit in hits}
    if alert.count < 2 or len(texts) < 2:
        return []
    lines = [f"• {moment(hit.at)} {escape(_short(hit.text))}{_linked(hit.ticket, alert.said)}" for hit in hits[:HITS]]
    more = alert.count - len(lines)
    return [section("\n".join([*lines, *([f"• and {more} before that"] if more > 0 else [])]))]


def _often(alert: Alert) -> str:
    if alert.count < 2:
        return f"Since {moment(alert.first_at)}"
    return f"{alert.count} times since {moment(alert.first_at)}, last {moment(alert.last_at)}"


def _beside(raised: Raised) -> str:
    return _linked(raised.ticket, raised).removeprefix(" · ")


def _when_whispered(alert: Alert) -> str:
    """Why there is no Whisper yet, where there will be one."""
    waits = alert.conversation_id and not alert.said.ticket and not alert.resolved
    return "Whisper comes with its ticket; “Take over” opens one" if waits else ""


def _linked(ticket: str, raised: Raised) -> str:
    if not ticket:
        return ""
    name = f"Ticket #{escape(ticket)}"
    address = ticket_address(raised.tickets_at, ticket)
    return f" · <{address}|{name}>" if address else f" · {name}"


def ticket_address(tickets_at: str, ticket: str) -> str:
    """Where people open a ticket; empty where nobody knows, or where the number could break out of a link."""
    return tickets_at.replace("{ticket}", ticket) if tickets_at and ticket.isalnum() else ""


def _on_ticket(raised: Raised) -> str:
    return f" on ticket #{escape(raised.ticket)}" if raised.ticket else ""


def _buttons(alert: Alert) -> Block:
    said, value = alert.said, value_of(alert)
    ours = [
        *([_button(TAKE_OVER, "Take over", value, _confirmed(said))] if alert.conversation_id else []),
        *([_button(WHISPER, "Whisper", value)] if alert.conversation_id and said.ticket else []),
        _button(SNOOZE, "Snooze 1 h", value),
        _button(SNOOZE_LONG, "Snooze 8 h", value),
        _button(DONE, "Done", value),
    ]
    return {"type": "actions", "block_id": alert.id, "elements": ours}


def _confirmed(said: Raised) -> Mapping[str, object]:
    who = escape(said.who) or "the customer"
    told = (
        f"You become the one who answers {who}. The assistant says no more, and what it still had to say is withdrawn."
    )
    return {
        "confirm": {
            "title": {"type": "plain_text", "text": "Take the conversation over?"},
            "text": {"type": "mrkdwn", "text": told[:300]},
            "confirm": {"type": "plain_text", "text": "Take over"},
            "deny": {"type": "plain_text", "text": "Not now"},
        },
        "style": "primary",
    }


def _button(action: str, text: str, value: str, besides: Mapping[str, object] | None = None) -> Block:
    words = {"type": "plain_text", "text": text}
    return {"type": "button", "action_id": action, "text": words, "value": value, **(besides or {})}


def _short(text: str) -> str:
    return short(text, LONGEST)
