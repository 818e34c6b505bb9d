"""What must be seen after a step: on phones and in mailboxes, on the ticket, in the sidebar, in Slack, in the log."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from apps.demo.outside import Json, NotSeenError, need
from apps.stories.doing import Act, window
from apps.stories.expected import Expected, expected, plain, words
from apps.stories.scene import CHANNELS_OF_PHONE, Scene

DECIDED = {"action": "disposition", "rule": "rule", "intent": "intent", "tier": "tier", "channel": "channel"}
NOT_RULE = "not rule"
ON_THE_LINE = 30.0  # seconds that a caller waits for words
OF_TICKET = ("group", "status", "assignee", "priority")


def gets(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come on this channel since the story last looked: so many messages, and these words in them."""
    wanted = expected(given)
    wanted.check(f"the {channel} to {scene.people[who].name}", scene.reads(who, channel, wanted.count))


def gets_nothing(scene: Scene, who: str, given: Any) -> None:
    """On no phone. What the helpdesk mails by its own rules is another matter: `gets no mail`."""
    for channel in CHANNELS_OF_PHONE:
        gets(channel, scene, who, {"count": 0})


def hears(ears: Collection[str], scene: Scene, who: str, given: Any) -> None:
    """What was said on the line since the story last listened; who waits for an answer waits with patience."""
    wanted = expected(given)
    place = (who, "voice")
    before = scene.read.get(place, 0)
    caller = who if "caller" not in ears else scene.customer

    def off() -> str:
        call = scene.call(caller)
        rows = [row for row in call["spoken"] if row["who"] in ears]
        scene.read[place] = len(rows)
        broken = f"the call broke off: {call['error']}; " if call["error"] else ""
        return broken + _words_off(wanted, f"what {who} hears", [str(row["text"]) for row in rows[before:]])

    patiently(scene, off, ON_THE_LINE)


def chatted(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come to the messenger on the company's pages, or to the social one."""
    wanted = expected(given)
    place = (who, channel)
    texts = [str(row["body"]) for row in scene.bubbles(who, channel)]
    new, scene.read[place] = texts[scene.read.get(place, 0) :], len(texts)
    wanted.check(f"the {channel} of {who}", new)


def sees(scene: Scene, who: str, given: Any) -> None:
    """Words that stand in the sidebar, whichever part shows them."""
    opened = window(scene, who)
    wanted = expected(given)
    patiently(scene, lambda: _words_off(wanted, "the sidebar", [json.dumps(opened.view(), ensure_ascii=False)]))


def ticket(scene: Scene, who: str, given: Any) -> None:
    """Of the customer who acted last: `group`, `status`, `assignee`, `priority`, `tags`, `note` (words of internal
    notes), `files` (those that lie beside the story, byte by byte)."""
    unknown = set(given) - {*OF_TICKET, "tags", "note", "files"}
    if unknown:
        raise ValueError(f"a story cannot look at {', '.join(unknown)} of a ticket")
    patiently(scene, lambda: _ticket_off(scene, given))


def _ticket_off(scene: Scene, wanted: Mapping[str, Any]) -> str:
    row: Json = scene.stage.outside.people("GET", f"tickets/{scene.ticket}")
    notes = plain("\n".join(str(each["body"]) for each in row["comments"] if not each["public"]))
    off = [f"its {key} is {row.get(key)}" for key in OF_TICKET if key in wanted and wanted[key] != row.get(key)]
    off += [f"it has no tag {tag}, only {row['tags']}" for tag in words(wanted.get("tags")) if tag not in row["tags"]]
    off += [f"no note says “{word}”: {notes}" for word in words(wanted.get("note")) if plain(word) not in notes]
    held = [scene.stage.outside.file(str(each["content_url"])) for each in _attached(row)] if "files" in wanted else []
    off += [f"{name} is not on it" for name in words(wanted.get("files")) if _bytes(scene, name) not in held]
    return f"ticket {row['id']}: {'; '.join(off)}" if off else ""


def _attached(row: Json) -> list[Json]:
    return [file for comment in row["comments"] for file in comment.get("attachments") or ()]


def _bytes(scene: Scene, name: str) -> bytes:
    return (scene.folder / name).read_bytes()


def tickets(scene: Scene, who: str, given: Any) -> None:
    """How many the customer who acted last has."""
    found = scene.tickets_of(scene.customer)
    need(len(found) == int(given), f"{scene.people[scene.customer].name} has {len(found)} tickets, not {given}")


def decided(scene: Scene, who: str, given: Any) -> None:
    """The newest decision about the customer who acted last: `action`, `rule`, `intent`, `tier`, `group`; `not rule`
    names one that it must not be."""
    unknown = set(given) - {*DECIDED, "group", NOT_RULE}
    if unknown:
        raise ValueError(f"a decision has no {', '.join(unknown)}")
    patiently(scene, lambda: _decision_off(scene, given))


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


def slack(channel: str, scene: Scene, who: str, given: Any) -> None:
    """What has come to a Slack channel since the story last looked."""
    wanted = expected(given)
    place = ("Slack", channel)
    before = scene.read.get(place, 0)

    def off() -> str:
        rows = scene.stage.outside.slack(channel)[before:]
        texts = [f"{row['text']}\n{json.dumps(row.get('blocks') or [], ensure_ascii=False)}" for row in rows]
        if len(texts) != wanted.count:
            return f"{len(texts)} messages in {channel} instead of {wanted.count}: {[row['text'] for row in rows]}"
        return _words_off(wanted, channel, texts)

    patiently(scene, off)
    scene.read[place] = before + wanted.count


def _words_off(wanted: Expected, what: str, texts: list[str]) -> str:
    try:
        wanted.check_words(what, texts)
    except NotSeenError as error:
        return str(error)
    return ""


def patiently(scene: Scene, off: Callable[[], str], patience: float = 0.0) -> None:
    """Look until nothing is off. Raises NotSeenError with what still is when the stage's patience is over."""
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
    "gets in the chat": partial(chatted, "chat"),
    "gets on Messenger": partial(chatted, "messenger"),
    "sees": sees,
}
IN_WORLD: dict[str, Act] = {
    "the ticket": ticket,
    "tickets": tickets,
    "decided": decided,
    "an alert": partial(slack, "care-alerts"),
    "a card": partial(slack, "care-approvals"),
}
