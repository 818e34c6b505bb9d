"""Every screen of the sidebar in the agent's language: what stands there in English as well counts as untranslated."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Frame, FrameLocator, expect

from apps.demo.outside import Outside, wait_for
from tests.browser.panel import words
from tests.browser.people import PATIENCE, ROOT, Stage

# Each screen is opened in four languages, and read part by part.
pytestmark = pytest.mark.timeout(300)
LANGUAGES = ("de", "es", "fr")
AGENT = "800001"
VIEWS = ("today", "report", "gaps", "policy", "sources")

# All that is to be read on a screen: visible text, and what a screen reader or a pointer is told of its elements.
READ = """() => {
    const found = [], seen = node => node.checkVisibility({visibilityProperty: true});
    const walk = document.createTreeWalker(document.querySelector('.handrail'), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (seen(node.parentElement)) found.push(node.data);
    for (const element of document.querySelectorAll('.handrail *'))
        for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
            if (element.getAttribute(name) && seen(element)) found.push(element.getAttribute(name));
    return found.map(text => text.trim()).filter(Boolean);
}"""

# ---------------------------------------------------------------- what people wrote


COMPANY = ("apps/sandbox/company", "apps/demo")
KINDS = (".yaml", ".md", ".json")
NAMES = "Handrail Zendesk Twilio Slack WhatsApp SMS Messenger Instagram Agent Plus Business Standard UTC ms h min"
TEAMS = ("Technical support", "Customer care", "Billing", "Complaints and legal", "Specialists", "Sales")
# Of what the API tells, the fields that hold what was written by people or for the customer.
THEIRS = frozenset({"text", "title", "asked", "answered", "body", "update", "subject", "name", "author", "value"})


@cache
def written() -> str:
    """What the company and its customers wrote: articles, policy, names. It stays as it is in every language."""
    files = (file for folder in COMPANY for file in (ROOT / folder).rglob("*") if file.suffix in KINDS)
    return _even("\n".join([NAMES, *TEAMS, *(file.read_text(encoding="utf-8") for file in files)]))


@cache
def people() -> frozenset[str]:
    company = ROOT / "apps" / "sandbox" / "company"
    agents, customers = (
        yaml.safe_load((company / f"{file}.yaml").read_text("utf-8")) for file in ("agents", "customers")
    )
    names = (row["name"] for row in (*agents["agents"], *customers["customers"]))
    return frozenset(_even(" ".join([NAMES, *names])).split())


def _even(text: str) -> str:
    plain = re.sub(r"^\s*(?:\d+\.|-) ", " ", text, flags=re.MULTILINE)
    return " ".join(re.sub(r"[“”„«»\"*#`\\›_×\d]|::", " ", plain).casefold().split())


def written_here(outside: Outside, ticket_id: str) -> str:
    """What was said on a ticket, and what stands ready to be said to the customer or to engineers."""
    window, said = outside.sidebar(ticket_id, AGENT), []
    for path in ("", "/brief", "/scenarios", "/profile", "/assist", "/assist/similar", "/assist/macros", "/wrap_up"):
        found = window.get(f"tickets/{ticket_id}{path}")
        said += list(_theirs({**found, "signals": None, "decision": None, "handoff": None}, ""))
    return _even("\n".join([*said, *(f"Hello {word}," for word in people())]))


def _theirs(found: Any, name: str) -> Iterator[str]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _theirs(value, key)
    elif isinstance(found, list):
        for value in found:
            yield from _theirs(value, name)
    elif isinstance(found, str) and name in THEIRS:
        yield found


# ---------------------------------------------------------------- what is left in English

APART = re.compile(r" · |›|: |, |; |[()“”„«»\n–→=]|\.\.* |\[[^\]]*\]|…")
# Rules, keys, ids and addresses.
CODE = re.compile(r"[\w.:@=/-]*[_.:@=/\d][\w.:@=/-]*")
QUOTED = re.compile(r"[“„«][^“”„»]*[”“»]")


@cache
def alike(language: str) -> frozenset[str]:
    """What the language says in the same words as English."""
    table, source = words(language), words("en")
    pairs = [*((source[key], text) for key, text in table.items()), *texts(language).items()]
    return frozenset(_even(re.sub(r"\{\w+\}", " ", english)) for english, said in pairs if english == said)


def left_in_english(language: str, english: Iterable[str], shown: Iterable[str], theirs: str) -> list[str]:
    """What is said in the same words on the English screen and is nobody's own: whole pieces, and three words in a row
    within a longer one."""

    def own(part: str) -> bool:
        plain = _even(part).strip(" .·…#%+-→,")
        return (
            not re.search(r"[^\W\d_]{2}", plain)
            or plain in theirs
            or plain in alike(language)
            or CODE.fullmatch(part.strip()) is not None
        )

    said = set(english)
    all_said = f" {' | '.join(map(_spoken, said))} "
    known = sorted((piece for piece in said if " " in piece and own(piece)), key=len, reverse=True)
    left = []
    for piece in dict.fromkeys(shown):
        if piece in said:
            if not own(piece) and not all(own(part) for part in APART.split(piece)):
                left.append(piece)
            continue
        words_left = _spoken(piece, known).split()
        three = (words_left[place : place + 3] for place in range(len(words_left) - 2))
        # Whole words: “l’assistant n’a” is no part of “virtual assistant now”.
        if any(
            "|" not in each and f" {' '.join(each)} " in all_said and " ".join(each) not in theirs for each in three
        ):
            left.append(piece)
    return left


def _spoken(piece: str, known: Sequence[str] = ()) -> str:
    """Its words, without quotations, names, codes and what is known to be somebody's own."""
    for each in (*known, *TEAMS):
        piece = piece.replace(each, " | ")
    words_of_it = re.findall(r"[^\W\d_]+|\|", _even(re.sub(r"\S*[\d_@]\S*", " | ", QUOTED.sub(" | ", piece))))
    return " ".join("|" if word in people() else word for word in words_of_it)


# ---------------------------------------------------------------- the screens

LAWYER = (
    "This is the third time my hub is offline. I want to speak to a real person now, or my lawyer will write to you."
)
PARROT = "Can my parrot use the doorbell on a submarine in the Antarctic Ocean?"
CANCEL = "Hello, how do I cancel my Plus subscription? And when do you open the shop on the moon?"


def wrote(at: Stage, outside: Outside, card: str, sender: str, subject: str, text: str, name: str = "") -> str:
    """Each screen has a customer of its own: whoever asks the same again gets a person."""
    ticket = outside.email(f"{sender}@example.com", subject, text, name)
    wait_for("a decision", outside.sidebar(ticket, AGENT).ready, 60)
    at.open_ticket(ticket)
    expect(at.card(card)).to_be_visible()
    return ticket


def drafted(at: Stage, outside: Outside) -> str:
    return wrote(at, outside, "Draft reply", "nora.fitzgerald", "Cancel Plus", CANCEL)


def handed_over(at: Stage, outside: Outside) -> str:
    return wrote(at, outside, "Handoff", "pieter.vanwyk", "Hub offline again", LAWYER)


def abstained(at: Stage, outside: Outside) -> str:
    return wrote(at, outside, "No draft this time", "parrot", "Parrots", PARROT, "Polly Fisher")


def solved(at: Stage, outside: Outside) -> str:
    ticket = wrote(at, outside, "Draft reply", "wanjiru.kamau", "Cancel Plus", CANCEL)
    at.insert.click()
    at.by("composer-status").select_option("solved")
    at.by("composer-submit").click()
    expect(at.card("Your reply")).to_be_visible()
    return ticket


def called(at: Stage, outside: Outside) -> str:
    at.play("Layla Haddad")
    at.by("phone-tab-call").click()
    at.by("call-dial").click()
    expect(at.by("call-words")).to_be_enabled()
    at.by("call-words").fill("How do I reset my password?")
    at.by("call-say").click()
    expect(at.by("call-spoken")).to_contain_text("choose Forgotten password")
    at.by("call-keys").get_by_role("button", name="0", exact=True).click(timeout=PATIENCE)
    row = at.by("ticket-list").locator("button", has_text="Layla Haddad").first
    row.click(timeout=PATIENCE)
    expect(at.card("Live call")).to_be_visible()
    return (row.get_attribute("data-testid") or "").removeprefix("ticket-row-")


SCREENS: dict[str, Callable[[Stage, Outside], str]] = {
    "draft": drafted,
    "handoff": handed_over,
    "abstained": abstained,
    "solved": solved,
    "call": called,
}


def texts(language: str) -> dict[str, str]:
    """What the server says in the language, by what it says in English."""
    file = ROOT / "apps" / "zendesk" / "texts" / f"{language}.json"
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def spoken(at: Stage, language: str) -> None:
    at.by("agent-language").select_option("en-GB" if language == "en" else language)


def settled(at: Stage, app: FrameLocator, language: str) -> None:
    expect(app.locator(f"html[lang^={language}]")).to_be_attached()
    expect(app.locator(".skeleton")).to_have_count(0)
    at.page.wait_for_timeout(700)
    expect(app.locator(".skeleton")).to_have_count(0)


def opened(at: Stage, language: str) -> list[str]:
    """What stands beside the ticket once everything that is folded was opened."""
    app = at.app
    settled(at, app, language)
    expect(app.locator(".head")).to_be_visible()
    folded = app.locator(".handrail button[aria-expanded=false]:not(.head button)")
    for _ in range(30):
        if not folded.count():
            break
        folded.first.click()
        settled(at, app, language)
    app.locator(".head button[aria-expanded=false]").first.click()
    settled(at, app, language)
    shown = read(at)
    assert words(language)["state.part.text"] not in shown
    return shown


def read(at: Stage) -> list[str]:
    frame: Frame = next(each for each in at.page.frames if "/sidebar/" in each.url)
    found: list[str] = frame.evaluate(READ)
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_beside_a_ticket_is_left_in_english(at: Stage, outside: Outside, screen: str, pictures: Path) -> None:
    ticket = SCREENS[screen](at, outside)
    english = opened(at, "en")
    theirs = f"{written()} {written_here(outside, ticket)}"
    left = {}
    for language in LANGUAGES:
        spoken(at, language)
        shown = opened(at, language)
        at.picture(pictures / f"language-{screen}-{language}.png")
        left[language] = left_in_english(language, english, shown, theirs)
    if screen == "call":
        at.by("call-end").click()
    assert left == {key: [] for key in LANGUAGES}
    assert len(english) > 40


def test_nothing_in_the_navigation_is_left_in_english(at: Stage, outside: Outside, pictures: Path) -> None:
    ticket = wrote(at, outside, "Handoff", "sanne.deboer", "Hub offline again", LAWYER)
    chosen = at.by("agent-select").locator("option", has_text="Priya Nair").get_attribute("value")
    at.by("agent-select").select_option(value=chosen)
    at.by("place-nav-bar").click()
    app = at.page.frame_locator('[data-testid="nav-app-frame"]')
    shown: dict[str, dict[str, list[str]]] = {}
    for language in ("en", *LANGUAGES):
        spoken(at, language)
        expect(at.by("nav-app")).to_have_attribute("data-state", "ready")
        for view in VIEWS:
            app.get_by_role("tab", name=words(language)[f"overview.view.{view}"], exact=True).click(timeout=PATIENCE)
            settled(at, app, language)
            shown.setdefault(language, {})[view] = read(at)
            assert words(language)["problem.unavailable.title"] not in " ".join(shown[language][view])
            at.by("nav-app-frame").screenshot(path=pictures / f"language-{view}-{language}.png")
    theirs = f"{written()} {written_here(outside, ticket)}"
    left = {
        (language, view): found
        for language in LANGUAGES
        for view in VIEWS
        if (found := left_in_english(language, shown["en"][view], shown[language][view], theirs))
    }
    assert left == {}
