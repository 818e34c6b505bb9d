"""Step e of the story: an outage, one approval card, one SMS each to those who agreed; then news, and the all-clear.

Who is asleep just now is left out by the clock, so nothing is asked of them; the rest is the same at every hour."""

import json
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.demo.outside import Json, NotSeenError, Outside, need, seen

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
    people = _affected(outside)
    before = _sent(outside, people)
    incident = f"inc-{uuid.uuid4().hex[:8]}"
    card = _asked(outside, "outage", incident=incident, **_facts())
    _click(outside, card, APPROVE, NOT_APPROVER)
    time.sleep(1.0)
    need(_sent(outside, people) == before, "somebody without authority could approve")
    _tested(outside, card)
    card = _edited(outside, card)
    awake = [p for p in people if _agreed(p) and _awake(p)]
    kept = [p for p in people if not _agreed(p) or _asleep(p)]
    need(_sent(outside, people) == before, "something left before it was approved")
    _click(outside, card, APPROVE, APPROVER)
    _click(outside, card, APPROVE, APPROVER, again=True)
    seen("an SMS to each who agreed and is awake", lambda: _each(outside, awake, before, 1))
    seen("delivery to the phones", lambda: all(_delivered(outside, p) for p in awake) or None)
    seen("how far it has got, on its card", lambda: _told(_newest(outside, card), "sent", "delivered"))
    _click(outside, card, APPROVE, APPROVER, again=True)
    time.sleep(QUIET)
    after = _sent(outside, people)
    need(all(after[p["phone"]] == before[p["phone"]] + 1 for p in awake), "somebody was written to twice")
    need(all(after[p["phone"]] == before[p["phone"]] for p in kept), "somebody asleep or unwilling was written to")
    shown = _plain(card)
    texts = {m["body"] for p in awake for m in outside.sent_to(p["phone"])[-1:]}
    need(all(_plain_text(text) in shown for text in texts), "what was sent is not what was approved")
    later = _followed(outside, incident, awake) if awake else "nobody awake to be told more"
    return f"1 card, {len(awake)} delivered, {len(kept)} kept for consent or quiet hours, {later}"


def _followed(outside: Outside, incident: str, told: list[Json]) -> str:
    """News and the all-clear reach those who were told of the outage, once each."""
    before = _sent(outside, told)
    facts = {"incident": incident, "service": "Larkfield cloud", "region": REGION}
    news = _asked(outside, "outage_update", **facts, update="The cause is found.")
    _click(outside, news, APPROVE, APPROVER)
    seen("the news at each of them", lambda: _each(outside, told, before, 1))
    over = _asked(outside, "outage_over", **facts)
    _click(outside, over, APPROVE, APPROVER)
    seen("the all-clear at each of them", lambda: _each(outside, told, before, 2))
    time.sleep(QUIET)
    need(bool(_each(outside, told, before, 2)), "the all-clear was said twice")
    return "news and all-clear told"


def _asked(outside: Outside, kind: str, **facts: str) -> Json:
    """Send a signal; its card."""
    known = {m["ts"] for m in outside.slack("care-approvals")}
    outside.people("POST", "signals", id=f"check-{uuid.uuid4()}", kind=kind, facts=facts)

    def fresh() -> Json | None:
        cards = [m for m in outside.slack("care-approvals") if m["ts"] not in known and _button(m, APPROVE)]
        return cards[-1] if cards else None

    return seen(f"one approval card for the {kind}", fresh)


def _facts() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "service": "Larkfield cloud",
        "region": REGION,
        "started": f"{now - timedelta(minutes=35):%H:%M} UTC",
        "expected_fix": f"{now + timedelta(minutes=150):%H:%M} UTC",
    }


def _tested(outside: Outside, card: Json) -> None:
    """The approver has it sent to their own phone first."""
    before = len(outside.sent_to(OWN_PHONE))
    _click(outside, card, TEST, APPROVER)
    seen("the texts on the approver's own phone", lambda: len(outside.sent_to(OWN_PHONE)) > before or None)


def _edited(outside: Outside, card: Json) -> Json:
    """The approver adds a sentence; the card as it asks again, for what it says now."""
    user, old = _user(outside, APPROVER), _button(card, APPROVE)
    _click(outside, card, EDIT, APPROVER)
    view = seen("the modal with the texts", lambda: _modal(outside, user))
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

    return seen("the card with the new words", again)


def _modal(outside: Outside, user: str) -> Json | None:
    views: list[Json] = outside.people("GET", f"slack/views?user={user}").get("views") or []
    return views[-1] if views else None


def _affected(outside: Outside) -> list[Json]:
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


def _agreed(person: Json) -> bool:
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


def _sent(outside: Outside, people: Iterable[Json]) -> dict[str, int]:
    return {p["phone"]: len(outside.sent_to(p["phone"])) for p in people}


def _each(outside: Outside, people: list[Json], before: dict[str, int], more: int) -> bool | None:
    now = _sent(outside, people)
    return all(now[p["phone"]] == before[p["phone"]] + more for p in people) or None


def _delivered(outside: Outside, person: Json) -> bool:
    messages = outside.sent_to(person["phone"])
    return bool(messages) and messages[-1]["status"] in ("delivered", "read")


def _newest(outside: Outside, card: Json) -> Json:
    """The card as it stands in the channel now."""
    return next(m for m in outside.slack("care-approvals") if m["ts"] == card["ts"])


def _told(card: Json, *words: str) -> bool | None:
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
