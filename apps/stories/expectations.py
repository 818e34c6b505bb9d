"""What must be seen after a step: on phones and in mailboxes, on the ticket, in the sidebar, in Slack, in the log."""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.demo.outside import Json, NotSeenError, require
from apps.stories.actions import Act, window
from apps.stories.scene import CHANNELS_OF_PHONE, Scene

# What must be seen: words that are there, words that are not, how many there are.

LONGEST = 900  # characters of what was seen instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Words are compared without regard to case and to the kind of space between them."""

    has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    count: int = 1

    def check(self, what: str, texts: Sequence[str]) -> None:
        """Of several texts each word may be in any. Raises NotSeenError."""
        if len(texts) != self.count:
            raise NotSeenError(f"{what}: {len(texts)} instead of {self.count}: {_shorten(texts)}")
        self.check_words(what, texts)

    def check_words(self, what: str, texts: Sequence[str]) -> None:
        whole = plain("\n".join(texts))
        for word in self.has:
            require(plain(word) in whole, f"{what} does not say “{word}”: {_shorten(texts)}")
        for word in self.has_not:
            require(plain(word) not in whole, f"{what} says “{word}”: {_shorten(texts)}")
        if self.any_of:
            found = any(plain(word) in whole for word in self.any_of)
            require(found, f"{what} says none of {', '.join(self.any_of)}: {_shorten(texts)}")


def read_expected(given: Any) -> Expected:
    """A word, a list of words, or a mapping of `has`, `has not`, `any of`, `count`. ValueError for another word."""
    if given is None:
        return Expected()
    if isinstance(given, Mapping):
        unknown = set(given) - {"has", "has not", "any of", "count"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(map(str, unknown))}")
        return Expected(
            has=words(given.get("has")),
            has_not=words(given.get("has not")),
            any_of=words(given.get("any of")),
            count=int(given.get("count", 1)),
        )
    return Expected(has=words(given))


def words(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(map(str, given)) if isinstance(given, list) else (str(given),)


def plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _shorten(texts: Sequence[str]) -> str:
    whole = " | ".join(" ".join(text.split()) for text in texts) or "nothing"
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]} …"


# What is looked at.

DECIDED = {"action": "disposition", "rule": "rule", "intent": "intent", "tier": "tier", "channel": "channel"}
NOT_RULE = "not rule"
ON_THE_LINE = 30.0  # seconds that a caller waits for words
OF_TICKET = ("group", "status", "assignee", "priority")


def gets(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come on this channel since the story last looked: so many messages, and these words in them."""
    wanted = read_expected(given)
    wanted.check(f"the {channel} to {scene.people[who].name}", scene.reads(who, channel, wanted.count))


def gets_nothing(scene: Scene, who: str, given: Any) -> None:
    """No message on any phone. Mails of the helpdesk's own rules are another step: `gets no mail`."""
    for channel in CHANNELS_OF_PHONE:
        gets(channel, scene, who, {"count": 0})


def hears(ears: Collection[str], scene: Scene, who: str, given: Any) -> None:
    """What was said on the line since the story last listened; who waits for an answer waits with patience."""
    wanted = read_expected(given)
    place = (who, "voice")
    before = scene.read.get(place, 0)
    caller = who if "caller" not in ears else scene.customer

    def off() -> str:
        call = scene.call(caller)
        rows = [row for row in call["spoken"] if row["who"] in ears]
        scene.read[place] = len(rows)
        broken = f"the call broke off: {call['error']}; " if call["error"] else ""
        return broken + _words_off(wanted, f"what {who} hears", [str(row["text"]) for row in rows[before:]])

    wait_until_right(scene, off, ON_THE_LINE)


def gets_in_chat(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come to the messenger on the company's pages, or to the social one."""
    wanted = read_expected(given)
    place = (who, channel)
    texts = [str(row["body"]) for row in scene.bubbles(who, channel)]
    new, scene.read[place] = texts[scene.read.get(place, 0) :], len(texts)
    wanted.check(f"the {channel} of {who}", new)


def sees(scene: Scene, who: str, given: Any) -> None:
    """Words that stand in the sidebar, whichever part shows them."""
    opened = window(scene, who)
    wanted = read_expected(given)
    wait_until_right(scene, lambda: _words_off(wanted, "the sidebar", [json.dumps(opened.view(), ensure_ascii=False)]))


def check_ticket(scene: Scene, who: str, given: Any) -> None:
    """Of the customer who acted last: `group`, `status`, `assignee`, `priority`, `tags`, `note` (words of internal
    notes), `files` (those that lie beside the story, byte by byte)."""
    unknown = set(given) - {*OF_TICKET, "tags", "note", "files"}
    if unknown:
        raise ValueError(f"a story cannot look at {', '.join(unknown)} of a ticket")
    wait_until_right(scene, lambda: _ticket_off(scene, given))


def _ticket_off(scene: Scene, wanted: Mapping[str, Any]) -> str:
    row: Json = scene.stage.outside.people("GET", f"tickets/{scene.ticket}")
    notes = plain("\n".join(str(each["body"]) for each in row["comments"] if not each["public"]))
    off = [f"its {key} is {row.get(key)}" for key in OF_TICKET if key in wanted and wanted[key] != row.get(key)]
    off += [f"it has no tag {tag}, only {row['tags']}" for tag in words(wanted.get("tags")) if tag not in row["tags"]]
    off += [f"no note says “{word}”: {notes}" for word in words(wanted.get("note")) if plain(word) not in notes]
    held = (
        [scene.stage.outside.file(str(each["content_url"])) for each in _list_files(row)] if "files" in wanted else []
    )
    off += [f"{name} is not on it" for name in words(wanted.get("files")) if _bytes(scene, name) not in held]
    return f"ticket {row['id']}: {'; '.join(off)}" if off else ""


def _list_files(row: Json) -> list[Json]:
    return [file for comment in row["comments"] for file in comment.get("attachments") or ()]


def _bytes(scene: Scene, name: str) -> bytes:
    return (scene.folder / name).read_bytes()


def check_ticket_count(scene: Scene, who: str, given: Any) -> None:
    """How many the customer who acted last has."""
    found = scene.tickets_of(scene.customer)
    require(len(found) == int(given), f"{scene.people[scene.customer].name} has {len(found)} tickets, not {given}")


def check_decision(scene: Scene, who: str, given: Any) -> None:
    """The newest decision about the customer who acted last: `action`, `rule`, `intent`, `tier`, `group`; `not rule`
    names one that it must not be."""
    unknown = set(given) - {*DECIDED, "group", NOT_RULE}
    if unknown:
        raise ValueError(f"a decision has no {', '.join(unknown)}")
    wait_until_right(scene, lambda: _decision_off(scene, given))


def check_orders(scene: Scene, who: str, given: Any) -> None:
    """What the order system itself says, by the order's number; of a list how long it is."""
    wait_until_right(scene, lambda: "; ".join(filter(None, (_order_off(scene, *each) for each in given.items()))))


def _order_off(scene: Scene, number: str, wanted: Mapping[str, Any]) -> str:
    found = scene.stage.outside.people("GET", f"office/orders/{number}")["order"]
    told = {name: len(found[name]) if isinstance(found[name], list) else found[name] for name in wanted}
    return "" if told == dict(wanted) else f"{number} is {told}, not {dict(wanted)}"


def _decision_off(scene: Scene, wanted: Mapping[str, Any]) -> str:
    name = scene.people[scene.customer].name
    rows = [row for row in scene.decisions() if row["customer"] == name]
    if not rows:
        return f"nothing was decided about {name}"
    told = {key: rows[-1][field] for key, field in DECIDED.items()}
    told["group"] = (rows[-1]["route"] or {}).get("group")
    off = [
        f"{key} is {told[key]}"
        for key, value in wanted.items()
        if key != NOT_RULE and str(told[key]).casefold() != str(value).casefold()
    ]
    off += [f"rule is {told['rule']}"] if told["rule"] == wanted.get(NOT_RULE) else []
    return f"the decision: {', '.join(off)} ({rows[-1]['reason']})" if off else ""


def check_slack(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come to a Slack channel since the story last looked."""
    wanted = read_expected(given)
    place = ("Slack", channel)
    before = scene.read.get(place, 0)

    def off() -> str:
        rows = scene.stage.outside.slack(channel)[before:]
        texts = [f"{row['text']}\n{json.dumps(row.get('blocks') or [], ensure_ascii=False)}" for row in rows]
        if len(texts) != wanted.count:
            return f"{len(texts)} messages in {channel} instead of {wanted.count}: {[row['text'] for row in rows]}"
        return _words_off(wanted, channel, texts)

    wait_until_right(scene, off)
    scene.read[place] = before + wanted.count


def _words_off(wanted: Expected, what: str, texts: list[str]) -> str:
    try:
        wanted.check_words(what, texts)
    except NotSeenError as error:
        return str(error)
    return ""


def wait_until_right(scene: Scene, off: Callable[[], str], patience: float = 0.0) -> None:
    """Look until `off` says nothing. Raises NotSeenError with its last words when the time is over."""
    until = time.monotonic() + (patience or scene.stage.patience)
    while found := off():
        if time.monotonic() > until:
            raise NotSeenError(found)
        time.sleep(0.1)


TO_PEOPLE: dict[str, Act] = {
    "gets a text": partial(gets, "sms"),
    "gets on WhatsApp": partial(gets, "whatsapp"),
    "gets a mail": partial(gets, "mail"),
    "gets nothing": gets_nothing,
    "gets no mail": lambda scene, who, _: gets("mail", scene, who, {"count": 0}),
    "hears": partial(hears, ("company", "agent")),
    "hears on the phone": partial(hears, ("whisper", "caller")),
    "gets in the chat": partial(gets_in_chat, "chat"),
    "gets on Messenger": partial(gets_in_chat, "messenger"),
    "sees": sees,
}
IN_WORLD: dict[str, Act] = {
    "the ticket": check_ticket,
    "tickets": check_ticket_count,
    "decided": check_decision,
    "the order system": check_orders,
    "an alert": partial(check_slack, "care-alerts"),
    "a card": partial(check_slack, "care-approvals"),
}
