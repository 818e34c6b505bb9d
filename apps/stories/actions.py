"""What people of a story do: each sentence is one request at the vendors' side."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from apps.demo.outside import Json, NotSeenError, SidebarWindow, require, wait_for
from apps.slack.cards.actions import APPROVE, REJECT
from apps.stories.scene import Scene

Act = Callable[[Scene, str, Any], None]
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
ANSWERED_WITHIN = 30.0  # seconds that a caller waits for their turn
KINDS = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf", "log": "text/plain", "txt": "text/plain"}
GAP = 0.05  # seconds between the texts of one burst


def texts(scene: Scene, who: str, given: Any) -> None:
    _text(scene, who, "sms", given)


def whatsapps(scene: Scene, who: str, given: Any) -> None:
    _text(scene, who, "whatsapp", given)


def _text(scene: Scene, who: str, channel: str, given: Any) -> None:
    """One text, or several in a row; a mapping is what the phone is told, such as a picture."""
    person = scene.acts(who)
    for one in given if isinstance(given, list) else [given]:
        said = dict(one) if isinstance(one, Mapping) else {"body": str(one)}
        sent = [str(said.pop(name)) for name in ("photo", "file") if name in said]
        if sent:
            said["files"] = [_file(scene, name) for name in sent]
        body = {"from": person.phone, "channel": channel, "name": person.name, **said}
        scene.stage.outside.people("POST", "phone", **body)
        time.sleep(GAP)  # the order in which a phone network delivers is not the story's matter


def _file(scene: Scene, name: str) -> Json:
    """A file from the story's folder."""
    content = (scene.folder / name).read_bytes()
    kind = KINDS.get(name.rpartition(".")[2].lower())
    require(kind is not None, f"a story sends files that end in {', '.join(KINDS)}, not {name}")
    return {"type": kind, "content": b64encode(content).decode()}


def mails(scene: Scene, who: str, given: Any) -> None:
    """A new e-mail: a text, or a mapping of `subject` and `text`."""
    person = scene.acts(who)
    said = given if isinstance(given, Mapping) else {"subject": str(given).split(".")[0][:60], "text": given}
    scene.stage.outside.email(person.email, str(said["subject"]), str(said["text"]))


def answers_mail(scene: Scene, who: str, given: Any) -> None:
    person = scene.acts(who)
    wish = {"from": person.email, "subject": "Re:", "body": str(given), "ticket_id": scene.ticket}
    scene.stage.outside.people("POST", "email", **wish)


# ---------------------------------------------------------------- calls and chats


def calls(scene: Scene, who: str, given: Any) -> None:
    """Ring the company's number; `given` may be another number than the customer's own."""
    person = scene.acts(who)
    scene.stage.outside.people("POST", "calls", **{"from": str(given or person.phone)})


def on_the_line(side: str, do: str, scene: Scene, who: str, given: Any) -> None:
    """One end of the newest call does something, once the line is open for it."""
    caller = who if side == "caller" else scene.customer
    call = str(wait_for("an open line", lambda: _open(scene, caller, do), ANSWERED_WITHIN)["sid"])
    words = {} if given is None else {"text": str(given)}
    scene.stage.outside.people("POST", f"calls/{call}/{side}", do=do, **words)


def _open(scene: Scene, caller: str, do: str) -> Json | None:
    call = scene.call(caller)
    require(not call["error"], f"the call broke off: {call['error']}")
    waits = {"answer": bool(call["ringing"]), "hang_up": True}
    return call if waits.get(do, bool(call["listening"])) else None


def chats(channel: str, scene: Scene, who: str, given: Any) -> None:
    """In the messenger on the company's pages, or in a social one; `account` in a mapping means logged in there."""
    person = scene.acts(who)
    said = dict(given) if isinstance(given, Mapping) else {"body": str(given)}
    wish = {"person": person.id, "name": person.name, "channel": channel, **said}
    scene.stage.outside.people("POST", "messaging", **wish)


def logs_in(scene: Scene, who: str, given: Any) -> None:
    """Log in on the company's pages, so that the chat knows who it is."""
    person = scene.acts(who)
    wish = {"name": person.name, "email": person.email, "account": person.id}
    scene.stage.outside.people("POST", f"messaging/{person.id}/sign_in", **wish)


def chats_code(scene: Scene, who: str, given: Any) -> None:
    """The one-time code that came to their phone last, said in the chat; `given` are the words around `{code}`."""
    newest = scene.screen(who, "sms")[-1:]
    found = re.search(r"(?<!\d)\d{6}(?!\d)", newest[0]) if newest else None
    if found is None:
        raise NotSeenError(f"no code has come to {who}'s phone: {newest}")
    chats("chat", scene, who, str(given or "{code}").replace("{code}", found[0]))


# ---------------------------------------------------------------- agents


def replies(scene: Scene, who: str, given: Any) -> None:
    """A public comment on the ticket; a mapping may say what status it is left in."""
    _comment(scene, who, given, public=True)


def notes(scene: Scene, who: str, given: Any) -> None:
    _comment(scene, who, given, public=False)


def _comment(scene: Scene, who: str, given: Any, *, public: bool) -> None:
    agent = scene.person(who, "agent")
    said = given if isinstance(given, Mapping) else {"text": given}
    wish = {"agent_id": agent.id, "body": str(said["text"]), "public": public}
    if "status" in said:
        wish["status"] = str(said["status"])
    scene.stage.outside.people("POST", f"tickets/{scene.ticket}/comments", **wish)


def gives_back(scene: Scene, who: str, given: Any) -> None:
    """To the assistant, with the words that it is to say if there are."""
    wish = {"how": "say", "text": str(given)} if given else {"how": "go_on"}
    window(scene, who).do("hand_back", **wish)


def hands_on(scene: Scene, who: str, given: Any) -> None:
    """To another team: its name, or a mapping of `to` and `because`."""
    said = given if isinstance(given, Mapping) else {"to": given}
    window(scene, who).do("escalate", group=str(said["to"]), note=str(said.get("because") or ""))


def sends_draft(scene: Scene, who: str, given: Any) -> None:
    """Take the draft from the sidebar into the reply and send it, with words of their own before it if there are."""
    opened = window(scene, who)
    view = wait_for("a draft in the sidebar", lambda: opened.view() if opened.view().get("draft") else None)
    opened.do(f"drafts/{view['draft']['id']}/inserted")
    said = given if isinstance(given, Mapping) else {"status": given or "solved"}
    text = "\n\n".join([*([str(said["before it"])] if "before it" in said else []), view["draft"]["body"]])
    replies(scene, who, {"text": text, "status": str(said.get("status", "solved"))})


def settles(path: str, scene: Scene, who: str, given: Any) -> None:
    """What the sidebar asks, whether two conversations are one matter: `threads/merge` or `threads/apart`."""
    opened = window(scene, who)
    found = wait_for("a suggestion to merge", lambda: opened.view().get("suggestions"), scene.stage.patience)
    opened.do(path, suggestion=found[0]["id"])


def puts_back(scene: Scene, who: str, given: Any) -> None:
    """What was merged or moved last."""
    opened = window(scene, who)
    moves = opened.moves()
    require(bool(moves), "nothing was moved here")
    opened.do("threads/undo", move=moves[0]["id"])


def window(scene: Scene, who: str) -> SidebarWindow:
    """The sidebar as this agent's browser shows it beside the ticket."""
    return scene.stage.outside.sidebar(scene.ticket, scene.person(who, "agent").id)


# ---------------------------------------------------------------- supervisors


def approves(scene: Scene, who: str, given: Any) -> None:
    """Approve every card that waits; `given` names a channel if it is not care-approvals."""
    _answer(scene, who, APPROVE, str(given or "care-approvals"))


def declines(scene: Scene, who: str, given: Any) -> None:
    _answer(scene, who, REJECT, str(given or "care-approvals"))


def _answer(scene: Scene, who: str, action: str, channel: str) -> None:
    """Raises NotSeenError when no card waits."""
    outside = scene.stage.outside
    cards = wait_for(
        f"a card that waits in {channel}",
        lambda: [m for m in outside.slack(channel) if _button(m, APPROVE)] or None,
        scene.stage.patience,
    )
    for card in cards:
        _press(scene, who, card, action)


def _button(message: Json, action: str) -> Json | None:
    rows = (block["elements"] for block in message.get("blocks", ()) if block["type"] == "actions")
    return next((e for row in rows for e in row if e["action_id"] == action), None)


def _press(scene: Scene, who: str, card: Json, action: str) -> None:
    button = _button(card, action)
    require(button is not None, f"the card has no button {action}")
    members = scene.stage.outside.people("GET", "config")["slack_users"]
    name = scene.people[who].name
    user = next((row["id"] for row in members if row["name"] == name), None)
    require(user is not None, f"the Slack workspace has no {name}")
    wish = {"channel": card["channel"], "ts": card["ts"], "value": button["value"] if button else "", "user_id": user}
    scene.stage.outside.people("POST", "slack/click", action_id=action, **wish)


# ---------------------------------------------------------------- the company, and time


def reports(scene: Scene, who: str, given: Any) -> None:
    """A business signal: `kind`, and what is known; people are named by the story's names, each with facts of their own
    where there are any."""
    said = {name: value for name, value in dict(given).items() if name not in ("kind", "to")}
    facts: Json = {name: str(value) for name, value in said.items()}
    named = given.get("to", ())
    if isinstance(named, Mapping):
        facts["people"] = [{"customer": scene.people[name].email, **own} for name, own in named.items()]
    elif named:
        facts["customers"] = ",".join(scene.people[name].email for name in named)
    scene.stage.outside.people("POST", "signals", kind=given["kind"], facts=facts)


def checks_say(scene: Scene, who: str, given: Any) -> None:
    """What the company's own systems know of a customer: by the story's name, each check with its value."""
    for name, values in given.items():
        for check, value in values.items():
            scene.stage.outside.people("PUT", f"checks/{scene.people[name].id}/{check}", value=str(value))


def sold_out(scene: Scene, who: str, given: Any) -> None:
    scene.stage.outside.people("PUT", f"office/stock/{given}", available=0)


def later(scene: Scene, who: str, given: Any) -> None:
    scene.stage.later(span(str(given)))


def span(text: str) -> timedelta:
    """`2 days`, `1 hour 30 minutes`. ValueError for anything else."""
    found = re.findall(r"(\d+(?:\.\d+)?) (second|minute|hour|day|week)s?", text)
    if not found:
        raise ValueError(f"{text!r} is no span of time: write for instance 2 days")
    return timedelta(seconds=sum(float(number) * UNITS[unit] for number, unit in found))


def redeliver(scene: Scene, who: str, given: Any) -> None:
    """A vendor delivers its last webhooks once more, as vendors do."""
    outside = scene.stage.outside
    rows = outside.people("GET", f"deliveries?vendor={given}")["deliveries"]
    require(bool(rows), f"{given} has delivered nothing yet")
    for row in rows[-3:]:
        answer = outside.people("POST", f"deliveries/{row['delivery_id']}/redeliver")
        if answer["status"] is None or answer["status"] >= 300:
            raise NotSeenError(f"a duplicate of {given} was answered with {answer['status']}")


BY_PEOPLE: dict[str, Act] = {
    "texts": texts,
    "writes on WhatsApp": whatsapps,
    "mails": mails,
    "answers the mail": answers_mail,
    "calls": calls,
    "says": partial(on_the_line, "caller", "say"),
    "presses": partial(on_the_line, "caller", "press"),
    "hangs up": partial(on_the_line, "caller", "hang_up"),
    "answers the call": partial(on_the_line, "agent", "answer"),
    "says on the phone": partial(on_the_line, "agent", "say"),
    "presses on the phone": partial(on_the_line, "agent", "press"),
    "ends the call": partial(on_the_line, "agent", "hang_up"),
    "chats": partial(chats, "chat"),
    "writes on Messenger": partial(chats, "messenger"),
    "chats the code": chats_code,
    "logs in": logs_in,
    "replies": replies,
    "notes": notes,
    "gives it back": gives_back,
    "hands it on": hands_on,
    "sends the draft": sends_draft,
    "merges": partial(settles, "threads/merge"),
    "keeps apart": partial(settles, "threads/apart"),
    "puts it back": puts_back,
    "approves": approves,
    "declines": declines,
}
BY_WORLD: dict[str, Act] = {
    "later": later,
    "the company reports": reports,
    "delivered again": redeliver,
    "sold out": sold_out,
    "checks say": checks_say,
}
