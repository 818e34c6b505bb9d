"""The story that `handrail demo --check` plays: tickets, texts, calls, then a campaign, each seen from outside."""

import html
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from apps.demo.launch import Demo
from apps.demo.outside import Json, NotSeenError, Outside, require, wait_for

# Step e of the story: an outage, one approval card, one SMS each to those who agreed; then news, and the all-clear.
# Who is asleep just now is left out by the clock, so nothing is asked of them; the rest is the same at every hour.

APPROVER = "Priya Nair"
NOT_APPROVER = "Maria Lopez"
OWN_PHONE = "+447700900199"  # the approver's, in the demo's policy
OPENS, CLOSES = 8, 20  # the demo policy's hours
REGION = "north"
QUIET = 4.0
ADDED = "We are sorry."
APPROVE, EDIT, TEST = "handrail_approve", "handrail_edit", "handrail_test"


def play(outside: Outside) -> str:
    """Raises NotSeenError where anything differs from what was approved and agreed."""
    people = _find_affected(outside)
    before = _count_sent(outside, people)
    incident = f"inc-{uuid.uuid4().hex[:8]}"
    card = _signal_and_find_card(outside, "outage", incident=incident, **_facts())
    _click(outside, card, APPROVE, NOT_APPROVER)
    time.sleep(1.0)
    require(_count_sent(outside, people) == before, "somebody without authority could approve")
    _test_to_own_phone(outside, card)
    card = _edit(outside, card)
    awake = [p for p in people if _has_consent(p) and _awake(p)]
    kept = [p for p in people if not _has_consent(p) or _asleep(p)]
    require(_count_sent(outside, people) == before, "something left before it was approved")
    _click(outside, card, APPROVE, APPROVER)
    _click(outside, card, APPROVE, APPROVER, again=True)
    wait_for("an SMS to each who agreed and is awake", lambda: _each(outside, awake, before, 1))
    wait_for("delivery to the phones", lambda: all(_is_delivered(outside, p) for p in awake) or None)
    wait_for("how far it has got, on its card", lambda: _says(_newest(outside, card), "sent", "delivered"))
    _click(outside, card, APPROVE, APPROVER, again=True)
    time.sleep(QUIET)
    after = _count_sent(outside, people)
    require(all(after[p["phone"]] == before[p["phone"]] + 1 for p in awake), "somebody was written to twice")
    require(all(after[p["phone"]] == before[p["phone"]] for p in kept), "somebody asleep or unwilling was written to")
    shown = _plain(card)
    texts = {m["body"] for p in awake for m in outside.sent_to(p["phone"])[-1:]}
    require(all(_plain_text(text) in shown for text in texts), "what was sent is not what was approved")
    later = _follow_up(outside, incident, awake) if awake else "nobody awake to be told more"
    return f"1 card, {len(awake)} delivered, {len(kept)} kept for consent or quiet hours, {later}"


def _follow_up(outside: Outside, incident: str, told: list[Json]) -> str:
    """News and the all-clear reach those who were told of the outage, once each."""
    before = _count_sent(outside, told)
    facts = {"incident": incident, "service": "Larkfield cloud", "region": REGION}
    news = _signal_and_find_card(outside, "outage_update", **facts, update="The cause is found.")
    _click(outside, news, APPROVE, APPROVER)
    wait_for("the news at each of them", lambda: _each(outside, told, before, 1))
    over = _signal_and_find_card(outside, "outage_over", **facts)
    _click(outside, over, APPROVE, APPROVER)
    wait_for("the all-clear at each of them", lambda: _each(outside, told, before, 2))
    time.sleep(QUIET)
    require(bool(_each(outside, told, before, 2)), "the all-clear was said twice")
    return "news and all-clear told"


def _signal_and_find_card(outside: Outside, kind: str, **facts: str) -> Json:
    """Send a signal; its card."""
    known = {m["ts"] for m in outside.slack("care-approvals")}
    outside.people("POST", "signals", id=f"check-{uuid.uuid4()}", kind=kind, facts=facts)

    def fresh() -> Json | None:
        cards = [m for m in outside.slack("care-approvals") if m["ts"] not in known and _button(m, APPROVE)]
        return cards[-1] if cards else None

    return wait_for(f"one approval card for the {kind}", fresh)


def _facts() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "service": "Larkfield cloud",
        "region": REGION,
        "started": f"{now - timedelta(minutes=35):%H:%M} UTC",
        "expected_fix": f"{now + timedelta(minutes=150):%H:%M} UTC",
    }


def _test_to_own_phone(outside: Outside, card: Json) -> None:
    """The approver has it sent to their own phone first."""
    before = len(outside.sent_to(OWN_PHONE))
    _click(outside, card, TEST, APPROVER)
    wait_for("the texts on the approver's own phone", lambda: len(outside.sent_to(OWN_PHONE)) > before or None)


def _edit(outside: Outside, card: Json) -> Json:
    """The approver adds a sentence; the card as it asks again, for what it says now."""
    user, old = _user(outside, APPROVER), _button(card, APPROVE)
    _click(outside, card, EDIT, APPROVER)
    view = wait_for("the modal with the texts", lambda: _modal(outside, user))
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            text = element["initial_value"].replace("No action is needed.", f"No action is needed. {ADDED}")
            values[block["block_id"]] = {element["action_id"]: {"type": "plain_text_input", "value": text}}
    outside.people("POST", "slack/view_submit", view_id=view["id"], user_id=user, state_values=values)

    def again() -> Json | None:
        now = _newest(outside, card)
        button = _button(now, APPROVE)
        return now if button and old and button["value"] != old["value"] and ADDED in _plain(now) else None

    return wait_for("the card with the new words", again)


def _modal(outside: Outside, user: str) -> Json | None:
    views: list[Json] = outside.people("GET", f"slack/views?user={user}").get("views") or []
    return views[-1] if views else None


def _find_affected(outside: Outside) -> list[Json]:
    """Customers of the region as Zendesk knows them, with the consents of their profile."""
    users: list[Json] = []
    url = "users.json?role=end-user&per_page=100&page=1"
    while url:
        page = outside.zendesk(url)
        users += page["users"]
        following = page.get("next_page")
        url = following.split("/api/v2/")[1] if following else ""
    rows = [u for u in users if (u.get("user_fields") or {}).get("region") == REGION]
    return [
        {
            "phone": u["phone"],
            "consents": u["user_fields"].get("consents") or "",
            "zone": u.get("iana_time_zone") or u.get("time_zone"),
        }
        for u in rows
        if u.get("phone")
    ]


def _has_consent(person: Json) -> bool:
    lines = [line.split(" | ") for line in str(person["consents"]).splitlines()]
    return any(line[:2] == ["sms", "service"] for line in lines)


def _awake(person: Json) -> bool:
    """And still awake in a while, so that the whole step happens within their day."""
    now = datetime.now(ZoneInfo(person["zone"]))
    return now.hour >= OPENS and max(now.hour, (now + timedelta(minutes=5)).hour) < CLOSES


def _asleep(person: Json) -> bool:
    """In the depth of the night, whatever the minute."""
    hour = datetime.now(ZoneInfo(person["zone"])).hour
    return hour >= CLOSES + 1 or hour < OPENS - 1


def _count_sent(outside: Outside, people: Iterable[Json]) -> dict[str, int]:
    return {p["phone"]: len(outside.sent_to(p["phone"])) for p in people}


def _each(outside: Outside, people: list[Json], before: dict[str, int], more: int) -> bool | None:
    now = _count_sent(outside, people)
    return all(now[p["phone"]] == before[p["phone"]] + more for p in people) or None


def _is_delivered(outside: Outside, person: Json) -> bool:
    messages = outside.sent_to(person["phone"])
    return bool(messages) and messages[-1]["status"] in ("delivered", "read")


def _newest(outside: Outside, card: Json) -> Json:
    """The card as it stands in the channel now."""
    return next(m for m in outside.slack("care-approvals") if m["ts"] == card["ts"])


def _says(card: Json, *words: str) -> bool | None:
    text = _plain(card).casefold()
    return all(word in text for word in words) or None


def _plain(card: Json) -> str:
    """All the words of a card, on one line."""
    return _plain_text(json.dumps(card.get("blocks") or [], ensure_ascii=False).replace("\\n", " "))


def _plain_text(text: str) -> str:
    return " ".join(text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").split())


def _button(message: Json, action: str) -> Json | None:
    elements = [e for b in message.get("blocks", ()) if b["type"] == "actions" for e in b["elements"]]
    found: list[Json] = [e for e in elements if e["action_id"] == action]
    return found[0] if found else None


def _user(outside: Outside, name: str) -> str:
    members = outside.people("GET", "config").get("slack_users") or []
    user = next((m["id"] for m in members if m.get("name") == name or m.get("real_name") == name), None)
    if user is None:
        raise NotSeenError(f"the workspace has no {name}")
    return str(user)


def _click(outside: Outside, card: Json, action: str, name: str, *, again: bool = False) -> None:
    """Press a button as it stood on the card. `again`: it may be gone by now, which Slack answers with
    action_not_found."""
    button = _button(card, action)
    if button is None:
        raise NotSeenError(f"the card has no {action}")
    wish = {"channel": card["channel"], "ts": card["ts"], "value": button["value"], "user_id": _user(outside, name)}
    try:
        outside.people("POST", "slack/click", action_id=action, **wish)
    except NotSeenError as error:
        if not again or "action_not_found" not in str(error):
            raise


# The whole story.

EMMA_MAIL = "emma.clarke@example.com"
EMMA_PHONE = "+447700900123"
NEWCOMER_MAIL = "oliver.hartley@example.com"
MARIA = "800001"


@dataclass(slots=True, kw_only=True)
class Scene:
    """What one step leaves for the next."""

    outside: Outside
    ticket_id: str = ""
    delivered: list[str] = field(default_factory=list)


def tell(running: Demo, console: Console) -> int:
    """Play all steps; 0 only if each was seen."""
    scene = Scene(outside=Outside(environment=running.environment))
    failed = 0
    for letter, title, step in STEPS:
        began = time.monotonic()
        try:
            note = step(scene)
            mark = "[green]seen[/green]"
        except NotSeenError as error:
            note, mark = str(error), "[red]NOT SEEN[/red]"
            failed += 1
        console.print(f"{letter}. {title:<52} {mark} {time.monotonic() - began:6.2f} s  {note}", soft_wrap=True)
    console.print(f"{len(STEPS) - failed} of {len(STEPS)} steps seen." if failed else "Every step was seen.")
    return 1 if failed else 0


def email_to_cited_draft(scene: Scene) -> str:
    """a. A question that the articles cover; the agent inserts, edits and sends the draft."""
    outside = scene.outside
    subject = "Refund for my returned doorbell"
    text = "Hi, I sent back my doorbell last week and the warehouse has it. How long does the refund take? Emma"
    scene.ticket_id = outside.email(EMMA_MAIL, subject, text)
    window = outside.sidebar(scene.ticket_id, MARIA)
    view = wait_for("a decision in the sidebar", window.ready)
    signals, draft = view["signals"], view["draft"]
    for name in ("intent", "sentiment", "urgency", "language"):
        require(bool(signals and signals[name]["value"]), f"the sidebar shows no {name}")
    require(view["customer"]["email"] == EMMA_MAIL and bool(view["timeline"]), "profile or timeline is missing")
    require(draft is not None, f"there is no draft: {view['decision']}")
    cited = [s["citation"] for s in draft["sentences"] if s["citation"]]
    require(bool(cited), "no sentence of the draft has a source")
    for citation in cited:
        _check_quote(outside, citation)
    window.do(f"drafts/{draft['id']}/inserted")
    edited = draft["body"].replace("\n\n", "\n\nI have looked at your order myself. ", 1)
    outside.people(
        "POST", f"tickets/{scene.ticket_id}/comments", agent_id=MARIA, body=edited, public=True, status="solved"
    )
    adoption = wait_for("the difference between draft and reply", lambda: window.view().get("adoption"))
    require(adoption["state"] == "edited" and adoption["distance"] > 0, f"the difference was not recorded: {adoption}")
    return f"{len(cited)} cited sentences, reply differs in {adoption['distance']} words"


def _check_quote(outside: Outside, citation: Json) -> None:
    """The highlighted words stand in the article as the Help Center publishes it."""
    quote = citation["passage"][citation["quote_start"] : citation["quote_end"]]
    _, _, number, locale = str(citation["article_id"]).split(":")
    article = outside.zendesk(f"help_center/articles/{number}/translations/{locale}.json")["translation"]
    require(_bare(quote) in _bare(article["body"]), f"“{quote}” is not in article {number}")


def _bare(text: str) -> str:
    """Letters and digits alone: what HTML and its plain form have in common. HTML does not write a list's numbers."""
    without_marks = re.sub(r"(?m)^\s*\d+\. ", "", re.sub(r"<[^>]+>", "", text))
    return "".join(c for c in html.unescape(without_marks).casefold() if c.isalnum())


def answer_text(scene: Scene) -> str:
    """b. The same person by SMS: recognised, answered with source and disclosure, asked nothing."""
    outside = scene.outside
    before = len(outside.sent_to(EMMA_PHONE))
    outside.text(EMMA_PHONE, "And how long until the refund shows up if I paid by card?")
    reply = wait_for("an automatic SMS", lambda: _newer(outside.sent_to(EMMA_PHONE), before))[0]
    require("virtual assistant" in reply["body"], "the reply does not say that an assistant wrote it")
    require("person" in reply["body"], "the reply does not say how to reach a person")
    require("http" in reply["body"], "the reply names no source")
    require("?" not in reply["body"].replace("://", ""), "the reply asks something")
    notes = wait_for("the texts on the same ticket", lambda: _with_text(outside, scene.ticket_id, "paid by card"))
    wait_for("delivery to the phone", lambda: _status(outside, EMMA_PHONE, reply["sid"]) in ("delivered", "read"))
    require("Emma" in notes[0]["body"], "the note does not name the person")
    return f"one SMS of {len(reply['body'])} characters, on ticket {scene.ticket_id}"


def person_takes_over(scene: Scene) -> str:
    """c. Asking for a person: handed over with a card, the customer told, supervisors alerted, then silence."""
    outside = scene.outside
    before = len(outside.sent_to(EMMA_PHONE))
    outside.text(EMMA_PHONE, "I want to talk to a person, this is ridiculous")
    notice = wait_for("a notice to the customer", lambda: _newer(outside.sent_to(EMMA_PHONE), before))
    group = wait_for("the ticket in a group", lambda: outside.group(outside.ticket(scene.ticket_id).get("group_id")))
    require(group in notice[0]["body"], f"the notice does not name {group}: {notice[0]['body']}")
    card = wait_for("the handoff card", lambda: _with_text(outside, scene.ticket_id, "Handed over to"))[0]["body"]
    for part in ("Wants:", "Done so far:", "Next:", "Customer:"):
        require(part in card, f"the card has no {part}")
    wait_for("an alert in Slack", lambda: [m for m in outside.slack("care-alerts") if "Emma Clarke" in m["text"]])
    outside.text(EMMA_PHONE, "Hello?? How long does the refund take?")
    wait_for("her next text on the ticket", lambda: _with_text(outside, scene.ticket_id, "Hello??"))
    time.sleep(QUIET)
    require(len(outside.sent_to(EMMA_PHONE)) == before + 1, "the assistant spoke after a person took over")
    return f"handed to {group}, one notice, then silence"


def nothing_covers_it(scene: Scene) -> str:
    """d. A question that no article covers: no draft, no guess, a handoff."""
    outside = scene.outside
    text = "Do you sponsor local football clubs? Our youth team needs new shirts for the season."
    ticket_id = outside.email(NEWCOMER_MAIL, "Sponsoring", text)
    view = wait_for("a decision in the sidebar", outside.sidebar(ticket_id, MARIA).ready)
    require(view["draft"] is None, "there is a draft for something that no article covers")
    require(bool(view["abstained"]), "the sidebar does not say that it abstained")
    require(view["decision"]["disposition"] == "handoff", f"it was not handed over: {view['decision']}")
    group = wait_for("the ticket in a group", lambda: outside.group(outside.ticket(ticket_id).get("group_id")))
    require(len(outside.comments(ticket_id, public=True)) == 1, "something was said to the customer")
    return f"abstained, handed to {group}"


def forge_and_repeat(scene: Scene) -> str:
    """f. A duplicate, a forged and a late old webhook change nothing."""
    outside = scene.outside
    before = _world(outside, scene.ticket_id)
    deliveries = outside.people("GET", "deliveries")["deliveries"]
    accepted = [d for d in deliveries if d["status"] and 200 <= d["status"] < 300]
    for vendor in ("zendesk", "twilio"):
        of_vendor = [d for d in accepted if d["vendor"] == vendor]
        require(bool(of_vendor), f"{vendor} delivered nothing to repeat")
        again = outside.people("POST", f"deliveries/{of_vendor[-1]['delivery_id']}/redeliver")
        require(again["status"] < 300, f"a duplicate of {vendor} was answered with {again['status']}")
        late = outside.people("POST", f"deliveries/{of_vendor[0]['delivery_id']}/redeliver")
        require(late["status"] < 300, f"an old event of {vendor} was answered with {late['status']}")
        forged = outside.people("POST", "deliveries/forge", vendor=vendor)
        require(forged["status"] == 401, f"a forged webhook of {vendor} was answered with {forged['status']}")
    time.sleep(QUIET)
    after = _world(outside, scene.ticket_id)
    require(after == before, f"something changed: {before} became {after}")
    return f"unchanged: {before['comments']} comments, {before['messages']} messages, {before['audits']} audits"


def _world(outside: Outside, ticket_id: str) -> dict[str, int]:
    return {
        "comments": len(outside.comments(ticket_id)),
        "audits": len(outside.zendesk(f"tickets/{ticket_id}/audits.json")["audits"]),
        "messages": len(outside.sent_to(EMMA_PHONE)),
        "alerts": len(outside.slack("care-alerts")),
        "cards": len(outside.slack("care-approvals")),
    }


def _newer(messages: list[Json], before: int) -> list[Json] | None:
    return messages[before:] or None


def _with_text(outside: Outside, ticket_id: str, words: str) -> list[Json] | None:
    return [c for c in outside.comments(ticket_id, public=False) if words in c["body"]] or None


def _status(outside: Outside, phone: str, sid: str) -> str:
    return next((str(m["status"]) for m in outside.sent_to(phone) if m["sid"] == sid), "")


def outage(scene: Scene) -> str:
    """e. An outage: one card with a text for each segment, approved in Slack, sent once to those who agreed."""
    return play(scene.outside)


STEPS: tuple[tuple[str, str, Callable[[Scene], str]], ...] = (
    ("a", "An e-mail becomes a cited draft, edited and sent", email_to_cited_draft),
    ("b", "The same person texts and is answered", answer_text),
    ("c", "Asking for a person gets a person", person_takes_over),
    ("d", "No article, no answer: a person", nothing_covers_it),
    ("e", "An outage is told to those who agreed, once approved", outage),
    ("f", "Repeated, forged and late webhooks change nothing", forge_and_repeat),
)
