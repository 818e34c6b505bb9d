"""The story, played without a person: each step is asserted through the vendors' APIs, never in our tables."""

import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console

from apps.demo import outreach_step
from apps.demo.launch import Demo
from apps.demo.outside import Json, NotSeenError, Outside, need, seen

EMMA_MAIL = "emma.clarke@example.com"
EMMA_PHONE = "+447700900123"
NEWCOMER_MAIL = "oliver.hartley@example.com"
MARIA = "800001"
QUIET = 4.0  # seconds in which something that must not come would have come


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
    view = seen("a decision in the sidebar", window.ready)
    signals, draft = view["signals"], view["draft"]
    for name in ("intent", "sentiment", "urgency", "language"):
        need(bool(signals and signals[name]["value"]), f"the sidebar shows no {name}")
    need(view["customer"]["email"] == EMMA_MAIL and bool(view["timeline"]), "profile or timeline is missing")
    need(draft is not None, f"there is no draft: {view['decision']}")
    cited = [s["citation"] for s in draft["sentences"] if s["citation"]]
    need(bool(cited), "no sentence of the draft has a source")
    for citation in cited:
        _quoted_from_article(outside, citation)
    window.do(f"drafts/{draft['id']}/inserted")
    edited = draft["body"].replace("\n\n", "\n\nI have looked at your order myself. ", 1)
    outside.people(
        "POST", f"tickets/{scene.ticket_id}/comments", agent_id=MARIA, body=edited, public=True, status="solved"
    )
    adoption = seen("the difference between draft and reply", lambda: window.view().get("adoption"))
    need(adoption["state"] == "edited" and adoption["distance"] > 0, f"the difference was not recorded: {adoption}")
    return f"{len(cited)} cited sentences, reply differs in {adoption['distance']} words"


def _quoted_from_article(outside: Outside, citation: Json) -> None:
    """The highlighted words stand in the article as the Help Center publishes it."""
    quote = citation["passage"][citation["quote_start"] : citation["quote_end"]]
    _, _, number, locale = str(citation["article_id"]).split(":")
    article = outside.zendesk(f"help_center/articles/{number}/translations/{locale}.json")["translation"]
    need(_bare(quote) in _bare(article["body"]), f"“{quote}” is not in article {number}")


def _bare(text: str) -> str:
    """Letters and digits alone: what HTML and its plain form have in common. HTML does not write a list's numbers."""
    without_marks = re.sub(r"(?m)^\s*\d+\. ", "", re.sub(r"<[^>]+>", "", text))
    return "".join(c for c in html.unescape(without_marks).casefold() if c.isalnum())


def text_is_answered(scene: Scene) -> str:
    """b. The same person by SMS: recognised, answered with source and disclosure, asked nothing."""
    outside = scene.outside
    before = len(outside.sent_to(EMMA_PHONE))
    outside.text(EMMA_PHONE, "And how long until the refund shows up if I paid by card?")
    reply = seen("an automatic SMS", lambda: _newer(outside.sent_to(EMMA_PHONE), before))[0]
    need("virtual assistant" in reply["body"], "the reply does not say that an assistant wrote it")
    need("person" in reply["body"], "the reply does not say how to reach a person")
    need("http" in reply["body"], "the reply names no source")
    need("?" not in reply["body"].replace("://", ""), "the reply asks something")
    notes = seen("the texts on the same ticket", lambda: _with_text(outside, scene.ticket_id, "paid by card"))
    seen("delivery to the phone", lambda: _status(outside, EMMA_PHONE, reply["sid"]) in ("delivered", "read"))
    need("Emma" in notes[0]["body"], "the note does not name the person")
    return f"one SMS of {len(reply['body'])} characters, on ticket {scene.ticket_id}"


def person_takes_over(scene: Scene) -> str:
    """c. Asking for a person: handed over with a card, the customer told, supervisors alerted, then silence."""
    outside = scene.outside
    before = len(outside.sent_to(EMMA_PHONE))
    outside.text(EMMA_PHONE, "I want to talk to a person, this is ridiculous")
    notice = seen("a notice to the customer", lambda: _newer(outside.sent_to(EMMA_PHONE), before))
    group = seen("the ticket in a group", lambda: outside.group(outside.ticket(scene.ticket_id).get("group_id")))
    need(group in notice[0]["body"], f"the notice does not name {group}: {notice[0]['body']}")
    card = seen("the handoff card", lambda: _with_text(outside, scene.ticket_id, "Handed over to"))[0]["body"]
    for part in ("Wants:", "Tried:", "Summary:", "Mood now:"):
        need(part in card, f"the card has no {part}")
    seen("an alert in Slack", lambda: [m for m in outside.slack("care-alerts") if "Emma Clarke" in m["text"]])
    outside.text(EMMA_PHONE, "Hello?? How long does the refund take?")
    seen("her next text on the ticket", lambda: _with_text(outside, scene.ticket_id, "Hello??"))
    time.sleep(QUIET)
    need(len(outside.sent_to(EMMA_PHONE)) == before + 1, "the assistant spoke after a person took over")
    return f"handed to {group}, one notice, then silence"


def nothing_covers_it(scene: Scene) -> str:
    """d. A question that no article covers: no draft, no guess, a handoff."""
    outside = scene.outside
    text = "Do you sponsor local football clubs? Our youth team needs new shirts for the season."
    ticket_id = outside.email(NEWCOMER_MAIL, "Sponsoring", text)
    view = seen("a decision in the sidebar", outside.sidebar(ticket_id, MARIA).ready)
    need(view["draft"] is None, "there is a draft for something that no article covers")
    need(bool(view["abstained"]), "the sidebar does not say that it abstained")
    need(view["decision"]["disposition"] == "handoff", f"it was not handed over: {view['decision']}")
    group = seen("the ticket in a group", lambda: outside.group(outside.ticket(ticket_id).get("group_id")))
    need(len(outside.comments(ticket_id, public=True)) == 1, "something was said to the customer")
    return f"abstained, handed to {group}"


def forged_and_repeated(scene: Scene) -> str:
    """f. A duplicate, a forged and a late old webhook change nothing."""
    outside = scene.outside
    before = _world(outside, scene.ticket_id)
    deliveries = outside.people("GET", "deliveries")["deliveries"]
    accepted = [d for d in deliveries if d["status"] and 200 <= d["status"] < 300]
    for vendor in ("zendesk", "twilio"):
        of_vendor = [d for d in accepted if d["vendor"] == vendor]
        need(bool(of_vendor), f"{vendor} delivered nothing to repeat")
        again = outside.people("POST", f"deliveries/{of_vendor[-1]['delivery_id']}/redeliver")
        need(again["status"] < 300, f"a duplicate of {vendor} was answered with {again['status']}")
        late = outside.people("POST", f"deliveries/{of_vendor[0]['delivery_id']}/redeliver")
        need(late["status"] < 300, f"an old event of {vendor} was answered with {late['status']}")
        forged = outside.people("POST", "deliveries/forge", vendor=vendor)
        need(forged["status"] == 401, f"a forged webhook of {vendor} was answered with {forged['status']}")
    time.sleep(QUIET)
    after = _world(outside, scene.ticket_id)
    need(after == before, f"something changed: {before} became {after}")
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
    return outreach_step.play(scene.outside)


STEPS: tuple[tuple[str, str, Callable[[Scene], str]], ...] = (
    ("a", "An e-mail becomes a cited draft, edited and sent", email_to_cited_draft),
    ("b", "The same person texts and is answered", text_is_answered),
    ("c", "Asking for a person gets a person", person_takes_over),
    ("d", "No article, no answer: a person", nothing_covers_it),
    ("e", "An outage is told to those who agreed, once approved", outage),
    ("f", "Repeated, forged and late webhooks change nothing", forged_and_repeated),
)
