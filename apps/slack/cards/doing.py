"""The modal in which a supervisor has an action done: its form, what exactly it would change, what became of the wish.

It is one view that is updated, so that a slow system is waited for in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from apps.slack.cards.action import call_shown
from apps.slack.cards.actions import AGREED, FILLED, REFILL, SEEN, TEXT
from apps.slack.cards.blocks import Block, button, context, escape, section, short, word
from core.actions.expressions import as_filled
from core.execute.by_agent import Looked, Option, whose_yes
from core.model.action import ActionRun, RunState
from core.policy.actions import ActionInput, Approver, InputKind
from core.ports.cards import Rendered
from core.text.line import one_line

FIELD = "do:"  # begins the block id of an input, which ends with its name
MOST_CARRIED = 3000  # characters that a modal may carry
MOST_OPTIONS, LONGEST_OPTION, LONGEST_VALUE = 100, 75, 150  # of Slack's menus
LONGEST_TEXT = 3000
YES_NO = ("yes", "no")
NEEDED = "This has to be known first."
TOO_LONG = "What was filled in is too long to be shown here. Please start it from the ticket; nothing was done."
WAITING = "One moment: the record is being read …"
WAITING_LONG = "The systems take longer than usual. `/handrail actions {ticket}` shows what came of it."
WHOSE = {
    Approver.AGENT: "It is done as soon as you say so here.",
    Approver.SUPERVISOR: "A supervisor other than you has to say yes to exactly this.",
    Approver.TWO: "Two supervisors other than you have to say yes to exactly this.",
}
STARTED = {
    RunState.AWAITING: ":hourglass: It waits for a supervisor's yes, on the card in the approvals channel.",
    RunState.READY: ":outbox_tray: It is on its way. It is done once the system, read back, says so; the ticket tells.",
    RunState.DONE: ":white_check_mark: It is done already, and the system was read back.",
}
View = dict[str, Any]


def form_view(looked: Looked, ticket: str, given: Mapping[str, str] | None = None) -> View:
    """`given` is what was filled in before, in place of what is known."""
    spec = looked.spec
    known = {name: as_filled(looked.known.get(name), each.kind) for name, each in spec.input.items()}
    fields = [_field(looked, name, each, (given or known).get(name, "")) for name, each in spec.input.items()]
    return _view(
        [
            section(_head(looked, ticket)),
            *([section(escape(looked.why))] if looked.why else []),
            *fields,
            context("Nothing is done before you have seen what changes."),
        ],
        callback=FILLED,
        submit="Show what changes",
        carried={"ticket": ticket, "action": spec.name},
    )


def _head(looked: Looked, ticket: str) -> str:
    return f"*{escape(short(looked.spec.label, 200))}* · ticket #{escape(ticket)}"


def _field(looked: Looked, name: str, each: ActionInput, value: str) -> Block:
    currency = looked.made.call.currency if looked.made else ""
    unit = f" ({currency})" if each.kind is InputKind.MONEY and currency else ""
    return {
        "type": "input",
        "block_id": f"{FIELD}{name}",
        "optional": each.optional or bool(each.value),
        "label": {"type": "plain_text", "text": one_line(f"{looked.spec.says_of(name)}{unit}")[:2000], "emoji": False},
        "element": _menu(_options(looked, name, each), value) or _written(each, value),
    }


def _options(looked: Looked, name: str, each: ActionInput) -> Sequence[Option]:
    told = YES_NO if each.kind is InputKind.FLAG else each.of
    return looked.options.get(name) or [Option(value=one, label=one) for one in told]


def _menu(options: Sequence[Option], value: str) -> Block | None:
    """None where there is nothing to choose, or more than Slack's menu holds: then it is written."""
    if not 0 < len(options) <= MOST_OPTIONS or any(not 0 < len(each.value) <= LONGEST_VALUE for each in options):
        return None
    shown = {
        each.value: {
            "text": {"type": "plain_text", "text": short(one_line(each.label), LONGEST_OPTION), "emoji": False},
            "value": each.value,
        }
        for each in options
    }
    chosen = {"initial_option": shown[value]} if value in shown else {}
    return {"type": "static_select", "action_id": TEXT, "options": list(shown.values()), **chosen}


def _written(each: ActionInput, value: str) -> Block:
    longest = min(each.most, LONGEST_TEXT) if each.kind is InputKind.TEXT else LONGEST_TEXT
    filled = {"initial_value": value[:longest]} if value else {}
    many = each.kind is InputKind.TEXT and each.most > 200
    return {"type": "plain_text_input", "action_id": TEXT, "multiline": many, "max_length": longest, **filled}


def filled_in(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the form's fields, by the names of the inputs; nothing of those that were left empty."""
    values = (view.get("state") or {}).get("values") or {}
    found = {
        block.removeprefix(FIELD): _value(fields.get(TEXT) or {})
        for block, fields in values.items()
        if block.startswith(FIELD)
    }
    return {name: value for name, value in found.items() if value}


def _value(field: Mapping[str, Any]) -> str:
    return str(field.get("value") or (field.get("selected_option") or {}).get("value") or "").strip()


def seen(view: Mapping[str, Any]) -> bool:
    """Whether they say that they have seen the picture."""
    values = (view.get("state") or {}).get("values") or {}
    return _value(values.get(SEEN, {}).get(SEEN) or {}) == "yes"


def form_faults(looked: Looked) -> dict[str, str]:
    """What speaks against it, by the field that Slack shows it at; empty where nothing does, or no field is there."""
    names = list(looked.spec.input)
    if not names:
        return {}
    if not looked.why:
        return {f"{FIELD}{name}": NEEDED for name in looked.missing if name in names}
    # A value that is none says whose it is; everything else speaks of the whole.
    told = looked.why.partition(": ")[0]
    return {f"{FIELD}{told if told in names else names[0]}": looked.why}


def confirm_view(looked: Looked, ticket: str, given: Mapping[str, str]) -> View:
    """What exactly would be changed, and whose word it takes. It carries the digest of what is shown."""
    made = looked.made
    if made is None:
        raise ValueError("nothing is shown of what may not be done")
    spec, picture = looked.spec, made.picture
    carried = {"ticket": ticket, "action": spec.name, "given": dict(given), "digest": made.call.digest}
    if len(json.dumps(carried)) > MOST_CARRIED:
        return told_view(TOO_LONG, ticket)
    lines = [WHOSE[whose_yes(made)]]
    if spec.undo:
        lines.append(f"It can be taken back for {spec.undo_within.total_seconds() / 60:g} minutes.")
    asked = [section(f"Ask the customer first: “{escape(looked.question)}”")] if looked.question else []
    again = {"type": "actions", "block_id": "refill", "elements": [button(REFILL, "Change what is filled in", "form")]}
    return _view(
        [
            section(_head(looked, ticket)),
            *call_shown(made.call),
            *asked,
            *([_seen_field(picture.shows)] if picture else []),
            context(" ".join(lines)),
            *([again] if spec.input else []),
        ],
        callback=AGREED,
        submit="Do exactly this",
        carried=carried,
    )


def _seen_field(shows: str) -> Block:
    yes = {"text": {"type": "plain_text", "text": "Yes, I have seen it", "emoji": False}, "value": "yes"}
    label = one_line(f"The customer's picture has to show {shows}. Have you seen it?")
    return {
        "type": "input",
        "block_id": SEEN,
        "label": {"type": "plain_text", "text": label[:2000], "emoji": False},
        "element": {"type": "static_select", "action_id": SEEN, "options": [yes]},
    }


def waiting_view(ticket: str, *, long: bool = False) -> View:
    return _view([section(WAITING_LONG.format(ticket=escape(ticket)) if long else WAITING)], carried={"ticket": ticket})


def told_view(said: str, ticket: str) -> View:
    """Why it was not done. `said` is nobody's markup."""
    return _view([section(escape(said))], carried={"ticket": ticket})


def started_view(run: ActionRun, ticket: str) -> View:
    return _view(started(run, ticket).blocks, carried={"ticket": ticket})


def started(run: ActionRun, ticket: str) -> Rendered:
    said = STARTED.get(run.state, f"It is {run.state.value}{f': {escape(run.error)}' if run.error else ''}.")
    name, number = escape(short(run.call.label, 200)), escape(ticket)
    return word(f"{said}\n*{name}* · ticket #{number}\n`/handrail actions {number}` shows what came of it.")


def _view(
    blocks: Sequence[Mapping[str, Any]], *, carried: Mapping[str, Any], callback: str = "", submit: str = ""
) -> View:
    sent = {"callback_id": callback, "submit": {"type": "plain_text", "text": submit}} if submit else {}
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Do it for the customer"},
        "close": {"type": "plain_text", "text": "Cancel" if submit else "Close"},
        "private_metadata": json.dumps(carried),
        "blocks": list(blocks),
        **sent,
    }
