"""Step e of the story: an outage signal, approval cards, one SMS each to those who agreed."""

import json
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.demo.outside import Json, NotSeenError, Outside, need, seen

APPROVER = "Priya Nair"
NOT_APPROVER = "Maria Lopez"
OPENS, CLOSES = 8, 20  # the demo policy's hours
REGION = "north"
QUIET = 4.0


def play(outside: Outside) -> str:
    """Raises NotSeenError where anything differs from what was approved and agreed."""
    people = _affected(outside)
    before = _sent(outside, people)
    known = {m["ts"] for m in outside.slack("care-approvals")}
    _signal(outside)
    cards = seen("an approval card per segment", lambda: _cards(outside, known, {p["tier"] for p in people}))
    _click(outside, cards[0], NOT_APPROVER)
    time.sleep(1.0)
    need(_sent(outside, people) == before, "somebody without authority could approve")
    for card in cards:
        _click(outside, card, APPROVER)
        _click(outside, card, APPROVER, again=True)
    allowed = [p for p in people if _agreed(p) and _awake(p)]
    kept = [p for p in people if p not in allowed]
    seen("an SMS to each who agreed and is awake", lambda: all(_sent(outside, allowed).values()) or None)
    seen("delivery to the phones", lambda: all(_delivered(outside, p) for p in allowed) or None)
    for card in cards:
        _click(outside, card, APPROVER, again=True)
    time.sleep(QUIET)
    after = _sent(outside, people)
    need(all(after[p["phone"]] == before[p["phone"]] + 1 for p in allowed), "somebody was written to twice")
    need(all(after[p["phone"]] == before[p["phone"]] for p in kept), "somebody asleep or unwilling was written to")
    texts = {m["body"] for p in allowed for m in outside.sent_to(p["phone"])[-1:]}
    shown = "".join(json.dumps(card["blocks"]) for card in cards)
    need(all(text in shown.replace("\\n", "\n") for text in texts), "what was sent is not what was approved")
    return f"{len(cards)} cards, {len(allowed)} delivered, {len(kept)} kept for consent or quiet hours"


def _signal(outside: Outside) -> None:
    now = datetime.now(UTC)
    facts = {
        "service": "Larkfield cloud",
        "region": REGION,
        "started": f"{now - timedelta(minutes=35):%H:%M} UTC",
        "expected_fix": f"{now + timedelta(minutes=150):%H:%M} UTC",
    }
    outside.people("POST", "signals", id=f"check-{uuid.uuid4()}", kind="outage", facts=facts)


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
            "tier": u["user_fields"]["tier"],
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
    return OPENS <= datetime.now(ZoneInfo(person["zone"])).hour < CLOSES


def _sent(outside: Outside, people: Iterable[Json]) -> dict[str, int]:
    return {p["phone"]: len(outside.sent_to(p["phone"])) for p in people}


def _delivered(outside: Outside, person: Json) -> bool:
    messages = outside.sent_to(person["phone"])
    return bool(messages) and messages[-1]["status"] in ("delivered", "read")


def _cards(outside: Outside, known: set[str], tiers: set[str]) -> list[Json] | None:
    """The new messages that can be clicked, once there is one for every segment with anybody in it."""
    fresh = [m for m in outside.slack("care-approvals") if m["ts"] not in known and _buttons(m)]
    return fresh if len(fresh) >= len(tiers) else None


def _buttons(message: Json) -> list[Json]:
    return [e for b in message.get("blocks", ()) if b["type"] == "actions" for e in b["elements"]]


def _click(outside: Outside, card: Json, name: str, *, again: bool = False) -> None:
    """Press the card's first button. `again`: it may be gone by now, which Slack answers with action_not_found."""
    button = _buttons(card)[0]
    members = outside.people("GET", "config").get("slack_users") or []
    user = next((m["id"] for m in members if m.get("name") == name or m.get("real_name") == name), None)
    need(user is not None, f"the workspace has no {name}")
    wish = {"channel": card["channel"], "ts": card["ts"], "value": button["value"], "user_id": user}
    try:
        outside.people("POST", "slack/click", action_id=button["action_id"], **wish)
    except NotSeenError as error:
        if not again or "action_not_found" not in str(error):
            raise
