"""An alert as Slack shows it: who, what, what shows it, what is asked, and what a supervisor can do at once. The rest
stands behind its Details button (`apps.slack.cards.details`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from apps.slack.cards.actions import DONE, FALSE_ALARM, SNOOZE, SNOOZE_LONG, TAKE_OVER, TEXT, WHISPER, WHISPERED
from apps.slack.cards.blocks import Block, CardKind, context, detailed, escape, marked, moment, section, short
from core.model.alert import Alert, AlertKind, AlertState, Hit, Raised
from core.policy.known import FROM_WORDS
from core.ports.cards import HITS, Rendered
from core.privacy.mask import hide

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
# What a supervisor is asked to do about each.
ASKED = {
    AlertKind.SLA: "Have somebody answer, or take it over.",
    AlertKind.DISTRESS: "Look at it now: is somebody with them?",
    AlertKind.VULNERABLE: "See that somebody has them who can give that care.",
    AlertKind.LEGAL: "Read it before anybody answers.",
    AlertKind.HANDOFF: "See that somebody has it.",
    AlertKind.EXPERIMENT: "Read what it did: `handrail experiments status`; then take it out of the policy.",
    AlertKind.APPEAL: "Have a person look at the decision again.",
    AlertKind.INTENT_SPIKE: "Find out what happened; one message to all may spare many questions.",
    AlertKind.ERRORS: "Have whoever runs Handrail look at it: `handrail doctor`.",
    AlertKind.BUDGET: "Nothing, if answers without the models will do for the rest of the day.",
    AlertKind.OUTREACH: "Look at the campaign’s card, where there is one: resume it or stop it.",
    AlertKind.DELIVERY: "See that the customer gets word another way.",
    AlertKind.EVENT: "Have whoever runs Handrail look at it.",
    AlertKind.POLICY: "Have whoever runs Handrail look at it.",
    AlertKind.MISSED: "Have whoever runs Handrail look at it: `handrail doctor`.",
    AlertKind.TIMERS: "Look at the conversation; nothing more is done with it by itself.",
}
SETTLED_BY = "Send again or dismiss"  # the fact that says by which command it is decided about
# The facts that are needed at first sight; the others are for whoever looks closer.
AT_FIRST = ("Wants", "Besides", "With", "Team", "Spent", "Share", "First message")
GROUNDS = frozenset({AlertKind.INTENT_SPIKE, AlertKind.ERRORS})  # whose `why` is the arithmetic behind it
FIRST_NOTES = 2  # the newest, on the card itself
LONGEST = 600  # characters of a text that somebody else wrote
LONGEST_WHISPER = 2000


def masked(alert: Alert) -> Alert:
    """Without the numbers and addresses of customers: a channel is read by more people than a ticket."""
    said = alert.said
    facts = {name: hide(value) for name, value in said.facts.items()}
    said = replace(said, text=hide(said.text), why=hide(said.why), who=hide(said.who), facts=facts)
    return replace(alert, said=said, notes=tuple(map(hide, alert.notes)))


def alert_card(alert: Alert, hits: Sequence[Hit] = ()) -> Rendered:
    """With its buttons while it is open. `hits` are its newest occurrences, newest first."""
    alert = masked(alert)
    notes = [f":speech_balloon: {escape(note)}" for note in alert.notes[-FIRST_NOTES:]]
    blocks = [
        *_said(alert),
        *_listed(alert, hits),
        context(" · ".join(_beside(alert)), _when_whispered(alert)),
        *([context(*notes)] if notes else []),
        *([] if alert.resolved else [_buttons(alert)]),
    ]
    return Rendered(_in_words(alert), blocks)


def moved_card(alert: Alert) -> Rendered:
    """What stays where an alert stood before its snoozing was over."""
    alert = masked(alert)
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
    alert = masked(alert)
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
    times = f"  ×{alert.count}" if alert.count > 1 else ""
    shows = raised.why if raised.kind not in GROUNDS and raised.why not in raised.text else ""
    lines = [
        f"*Who:* {escape(raised.who)}" if raised.who not in raised.text else "",
        f"*Why:* {escape(_short(shows))}" if shows else "",
        *(f"*{name}:* {escape(_short(raised.facts[name]))}" for name in AT_FIRST if raised.facts.get(name)),
        "" if alert.resolved else f"*Asked of you:* {_asked(raised)}",
    ]
    told = "\n".join(line for line in lines if line)
    head = detailed(f"{sign(alert)} *{escape(_short(raised.text))}*{times}", CardKind.ALERT, alert.id)
    return [head, *([section(told)] if told else [])]


def sign(alert: Alert) -> str:
    if alert.resolved:
        return ":white_check_mark:"
    return ":zzz:" if alert.state is AlertState.SNOOZED else SIGNS.get(alert.kind, OTHERWISE)


def _asked(raised: Raised) -> str:
    command = raised.facts.get(SETTLED_BY)
    return f"Send it again or dismiss it: `{escape(_short(command))}`" if command else ASKED[raised.kind]


def _listed(alert: Alert, hits: Sequence[Hit]) -> list[Block]:
    """Where several things are one alert, the newest of them: each may need somebody."""
    if alert.count < 2 or len({hit.text for hit in hits}) < 2:
        return []
    lines = [hit_line(hit, alert.said) for hit in hits[:HITS]]
    more = alert.count - len(lines)
    return [section("\n".join([*lines, *([f"• and {more} before that"] if more > 0 else [])]))]


def hit_line(hit: Hit, said: Raised) -> str:
    linked = f" · {ticket_link(hit.ticket, said)}" if hit.ticket else ""
    return f"• {moment(hit.at)} {escape(_short(hide(hit.text)))}{linked}"


def how_often(alert: Alert) -> str:
    if alert.count < 2:
        return f"since {moment(alert.first_at)}"
    return f"{alert.count} times since {moment(alert.first_at)}, last {moment(alert.last_at)}"


def _beside(alert: Alert) -> list[str]:
    said = alert.said
    tier = f"{escape(said.tier.capitalize())} customer" if said.tier else ""
    return [each for each in (ticket_link(said.ticket, said), tier, how_often(alert)) if each]


def _when_whispered(alert: Alert) -> str:
    """Why there is no Whisper yet, where there will be one."""
    waits = alert.conversation_id and not alert.said.ticket and not alert.resolved
    return "Whisper comes with its ticket; “Take over” opens one" if waits else ""


def ticket_link(ticket: str, raised: Raised) -> str:
    """Empty where there is no ticket."""
    if not ticket:
        return ""
    name = f"Ticket #{escape(ticket)}"
    address = ticket_address(raised.tickets_at, ticket)
    return f"<{address}|{name}>" if address else name


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
        # What was read from words can be read wrongly; a time that is up is no matter of opinion.
        *([_button(FALSE_ALARM, "False alarm", value)] if FROM_WORDS & set(said.reasons) else []),
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
            "text": marked(told[:300]),
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
