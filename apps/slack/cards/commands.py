"""What a supervisor is answered when they ask something by a command."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from apps.slack.cards.action import OUTCOMES
from apps.slack.cards.actions import CONFIRM, DO, PARKED_DISMISS, PARKED_SEND, UNDO
from apps.slack.cards.blocks import (
    Block,
    CardKind,
    button,
    context,
    detailed,
    escape,
    moment,
    people,
    quote_whole,
    section,
    short,
)
from apps.slack.cards.progress import Figures
from apps.slack.cards.texts import ROOM, readable
from core.execute.failures import FAILURES, UNCLEAR
from core.model.action import RunState
from core.model.campaign import CampaignState, Standing
from core.model.conversation import Conversation, Message
from core.model.decision import Action, Decision
from core.model.outreach import Pause
from core.model.parked import Parked
from core.model.proof import Question
from core.outreach.texts import channel_name
from core.ports.cards import SHOWN, Doable, Queued, Rendered, Status, TicketHistory, Undoable
from core.privacy.mask import hide
from core.text.line import one_line

TOKEN = re.compile(r"<![^|>]*\|([^>]*)>")  # a moment, with what stands for it
MARKS = re.compile(r"[*`]|:[a-z_]+: ")
CODE = re.compile(r"\b\d{5}\b")  # of a messaging provider
NO = ":lock: Only the people whom the policy names may do this. Nothing was changed."
HELP = (
    "*What I understand*\n"
    "`/handrail status` – is sending on, what waits for a yes, what is being sent\n"
    "`/handrail pause [why]` – stop everything that no person wrote, everywhere, at once\n"
    "`/handrail resume` – let it go on\n"
    "`/handrail parked` – what did not reach a customer, to send again or to dismiss\n"
    "`/handrail improve` – what is proposed because agents changed drafts alike, to accept, edit or refuse\n"
    "`/handrail confirm CODE` – say that a command on the server is yours\n"
    "`/handrail why TICKET` – what was decided about a ticket, and by which rule\n"
    "`/handrail actions TICKET` – what can be done for its customer, to do it, and why the rest cannot\n"
    "`/handrail help` – this"
)
LONGEST = 300
ROOM_OF_SECTION = 3000  # characters that Slack takes in one
SECTIONS = 10  # of an answer's fifty blocks, for texts that need more than the one of their message
SHORTENED = 200  # characters of a text that is read whole behind Details
DID = {
    Action.AUTO_REPLY: "Handrail answered the customer",
    Action.SUGGEST: "Handrail wrote a draft for the agent",
    Action.HANDOFF: "Handrail handed it to a person",
    Action.SILENT: "Handrail said nothing",
}


def _answer(said: str) -> Rendered:
    return Rendered(plain(said), [section(said)])


def plain(said: str) -> str:
    """For a notification, which shows no markup."""
    return MARKS.sub("", TOKEN.sub(r"\1", said))


def denied() -> Rendered:
    return _answer(NO)


def show_help(unknown: str = "") -> Rendered:
    return _answer((f"I do not know `{escape(unknown[:40])}`. " if unknown else "") + HELP)


def show_status(status: Status) -> Rendered:
    asked = status.asked
    waiting = f"{len(asked)} {'waits' if len(asked) == 1 else 'wait'} for a yes" + _named(asked)
    running = [_running(each, status.at) for each in status.running] or ["Nothing is being sent."]
    return _answer("\n".join([_switch_line(status.pause), waiting, *running, *map(escape, status.told)]))


def show_switch(pause: Pause | None) -> Rendered:
    return _answer(_switch_line(pause))


def _switch_line(pause: Pause | None) -> str:
    return ":large_green_circle: *Sending is on.*" if pause is None else paused_line(pause)


def paused_line(pause: Pause) -> str:
    reason = f": “{escape(pause.why)}”" if pause.why else ""
    return f":double_vertical_bar: *All sending is paused* by {escape(pause.by)} since {moment(pause.at)}{reason}"


def _named(standings: Sequence[Standing]) -> str:
    shown = [f"{readable(s.campaign.play)} to {people(s.campaign.treated)}" for s in standings[:SHOWN]]
    return f": {', '.join(shown)}" if shown else ""


def _running(queued: Queued, now: datetime) -> str:
    standing = queued.standing
    figures = Figures(standing.campaign, queued.progress)
    sign = ":double_vertical_bar:" if standing.state is CampaignState.PAUSED else ":outbox_tray:"
    still = figures.stands_still(standing, now)
    why = escape(standing.reason) if standing.state is CampaignState.PAUSED else still
    sent = f"{readable(standing.campaign.play)}: {figures.sent:,} of {figures.all:,} sent ({figures.share} %)"
    return f"{sign} {sent}{f' – {why}' if why else ''}"


def show_paused(pause: Pause, *, already: bool) -> Rendered:
    if already:
        return _answer(f":double_vertical_bar: It is paused already, by {escape(pause.by)} since {moment(pause.at)}.")
    return _answer(
        ":double_vertical_bar: *All sending is paused.* Nothing that no person wrote leaves any more: no outreach, "
        "no automatic answer, no reminder. What agents write still does. `/handrail resume` lets it go on."
    )


def show_resumed(pause: Pause | None, due: int = 0) -> Rendered:
    if pause is None:
        return _answer(":large_green_circle: Sending was not paused.")
    waited = f" {due:,} held back meanwhile {'leaves' if due == 1 else 'leave'} now." if due else ""
    return _answer(
        f":large_green_circle: *Sending goes on.* It was paused by {escape(pause.by)} since {moment(pause.at)}.{waited}"
    )


def show_parked(found: Sequence[Parked], said: str = "") -> Rendered:
    """Each with its buttons: what a supervisor decides about it."""
    first = [section(escape(said))] if said else []
    if not found:
        nothing = "Nothing waits for a decision: everything that was to leave has left or was stopped."
        return Rendered(said or nothing, [*first, section(nothing)])
    head = f"*{len(found)} {'message' if len(found) == 1 else 'messages'} did not reach a customer*"
    blocks, room, sections = [*first, section(head)], ROOM, SECTIONS
    for each in found:
        pieces = quote_whole(each.text)
        size = sum(map(len, pieces))
        fits = size <= room and len(pieces) <= sections
        room, sections = (room - size, sections - len(pieces)) if fits else (room, sections)
        blocks += _parked(each, pieces if fits else [])
    return Rendered(said or plain(head), blocks)


def _parked(parked: Parked, whole: Sequence[str]) -> list[Block]:
    """To send it again is to send these words: it stands under all of them, in `whole`, or else behind Details."""
    ticket = f" · ticket #{escape(parked.ticket)}" if parked.ticket else ""
    who = escape(short(parked.who or hide(parked.to), 100))
    head = f"*{who}* by {channel_name(parked.channel)} · {moment(parked.since)}{ticket}"
    cut = f"{quote_whole(short(parked.text, SHORTENED))[0]}\n_Read it whole behind Details, and send it again there._"
    buttons = [
        *([button(PARKED_SEND, "Send again", parked.id, "primary")] if whole else []),
        button(PARKED_DISMISS, "Dismiss", parked.id),
    ]
    return [
        detailed(head if whole else f"{head}\n{cut}", CardKind.PARKED, parked.id),
        *(section(piece) for piece in whole),
        context(*why_parked(parked)),
        {"type": "actions", "block_id": f"parked:{parked.id}", "elements": buttons},
    ]


def why_parked(parked: Parked) -> list[str]:
    """In words: the vendor's own stand in the details."""
    if parked.unclear:
        return [UNCLEAR.meaning, "It may have arrived all the same: look there before you send it again."]
    known = next((FAILURES[code] for code in CODE.findall(parked.why) if code in FAILURES), None)
    return [known.meaning if known else escape(_cut(hide(parked.why))) or "No reason is known."]


def show_confirming(question: Question | None, *, confirmed: bool = False) -> Rendered:
    if question is None:
        text = "There is no such code for you, or its ten minutes are over. Nothing was confirmed."
        return Rendered(text, [section(text)])
    what = f"`{escape(question.what)}`, asked at {moment(question.at)} as {escape(question.by)}"
    if confirmed:
        text = f"Confirmed: {what}. It goes on now."
        return Rendered(plain(text), [section(text)])
    text = f"Somebody at a command line wants {what}. Is it you? If not, do nothing and tell whoever runs Handrail."
    buttons = [button(CONFIRM, "Yes, it is me", question.code, "primary")]
    return Rendered(
        plain(text), [section(text), {"type": "actions", "block_id": f"confirm:{question.code}", "elements": buttons}]
    )


def show_history(history: TicketHistory) -> Rendered:
    """The newest decision about a ticket and the rule behind it."""
    number, conversation, decisions = history.ticket.lstrip("#"), history.conversation, history.decisions
    if conversation is None:
        known = f"No ticket {escape(history.ticket)} is known here."
        return _answer(known if number else "Which ticket? `/handrail why 123`")
    head = f"*Ticket #{escape(number)}: {escape(conversation.subject)}* · {_owner(conversation)}"
    if not decisions:
        return _answer(f"{head}\nNothing has been decided about it.")
    lines = [head, *_told(decisions[-1], history.about, history.seen)]
    if len(decisions) > 1:
        lines.append(f"It is turn {len(decisions)}; before: {_before(decisions[-4:-1])}.")
    lines.append(f"All of it: `handrail policy explain {escape(number)}`")
    return _answer("\n".join(lines))


MOST_WHY = 160  # characters of why one action cannot be done
MOST_DOABLE, MOST_ASKED = 30, 5  # of an answer's fifty blocks
STATES = OUTCOMES | {RunState.AWAITING: ":hourglass: Waits for a yes", RunState.READY: ":outbox_tray: On its way"}


def show_doable(ticket: str, found: Sequence[Doable] | None, asked: Sequence[Undoable] = ()) -> Rendered:
    """Each that can be done has a button that opens its form: what changes is shown before."""
    number = ticket.lstrip("#")[:40]
    said = escape(number)
    if found is None:
        return _answer(f"No ticket {said} is known here." if number else "Which ticket? `/handrail actions 123`")
    can = [each for each in found if not each.why]
    rest = [f"• {escape(short(each.label, 100))}: {escape(short(each.why, MOST_WHY))}" for each in found if each.why]
    head = f"*Ticket #{said}: what can be done now*"
    blocks = [section(head if can else f"{head}\nNothing.")]
    blocks += [_to_do(number, each) for each in can[:MOST_DOABLE]]
    if more := len(can) - MOST_DOABLE:
        blocks += [context(f"{more} more in the sidebar, under *Actions*")] if more > 0 else []
    blocks += [section(_fitted(["*Why the rest cannot*", *rest]))] if rest else []
    blocks += (
        [section("*What was asked for here*"), *(_was_asked(number, each) for each in asked[:MOST_ASKED])]
        if asked
        else []
    )
    return Rendered(plain(head), [*blocks, context("What changes is shown before anything is done.")])


def _to_do(number: str, each: Doable) -> Block:
    value = json.dumps({"ticket": number, "action": each.name})
    return section(f"{escape(short(each.label, 100))}{_needs(each)}") | {"accessory": button(DO, "Do", value)}


def _was_asked(number: str, each: Undoable) -> Block:
    run = each.run
    why = f": {escape(short(run.error, MOST_WHY))}" if run.error else ""
    by = f" · by {escape(short(run.asked_by, 100))}" if run.asked_by else ""
    shown = section(f"{STATES[run.state]}{why} – {escape(short(run.call.label, 100))}{by} · {moment(run.created_at)}")
    if not each.undo or each.until is None:
        return shown
    pressed = button(UNDO, "Take it back", json.dumps({"ticket": number, "run": run.id}))
    sure = {
        "title": {"type": "plain_text", "text": "Take it back?"},
        "text": {"type": "plain_text", "text": short(one_line(f"“{each.undo}” is done."), 300)},
        "confirm": {"type": "plain_text", "text": "Take it back"},
        "deny": {"type": "plain_text", "text": "Cancel"},
    }
    return shown | {"accessory": pressed | {"confirm": sure}}


def _fitted(lines: Sequence[str]) -> str:
    """As many as one section holds."""
    ends = accumulate(len(line) + 1 for line in lines)
    return "\n".join(line for line, end in zip(lines, ends, strict=True) if end <= ROOM_OF_SECTION)


def _needs(each: Doable) -> str:
    return f" (needs {', '.join(escape(short(name, 60)) for name in each.needs)})" if each.needs else ""


def _told(decision: Decision, message: Message | None, noticed: Sequence[str]) -> list[str]:
    made = decision.disposition
    to = f" ({escape(decision.handoff.agent or decision.handoff.group)})" if decision.handoff else ""
    lines = [f"*{DID[made.action]}*{to} {moment(decision.at)}, by rule `{escape(made.rule)}`: {escape(made.reason)}"]
    if message is not None:
        lines.insert(
            0, f"> {escape(_cut(hide(message.text)))}\nfrom {escape(hide(message.author))} by {message.channel}"
        )
    if noticed:
        lines.append(f"*Seen:* {escape(_cut(hide('; '.join(noticed))))}")
    if made.considered:
        lines.append(f"*Not enough for a rule:* {escape(_cut('; '.join(made.considered)))}")
    if decision.draft is not None:
        cited = len(decision.draft.cited)
        lines.append(f"*Draft:* {decision.draft.confidence:.0%} sure, {cited} {'source' if cited == 1 else 'sources'}")
    elif decision.abstained:
        lines.append(f"*No draft:* {escape(decision.abstained)}")
    return [*lines, f"Policy {escape(decision.policy_version)}"]


def _before(decisions: Sequence[Decision]) -> str:
    return ", ".join(f"{DID[each.disposition.action].removeprefix('Handrail ')}" for each in reversed(decisions))


def _owner(conversation: Conversation) -> str:
    if not conversation.open:
        return "solved"
    return f"with {escape(conversation.owner.name)}" if conversation.owner.name else "with nobody"


def _cut(text: str) -> str:
    return short(" ".join(text.split()), LONGEST)
