"""What the server writes to agents, in their language."""

import json
import re
from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest

from apps.doctor.examine import CHECKS
from apps.zendesk.overview import CHEAP
from apps.zendesk.report import CUTS
from apps.zendesk.translator import TEXTS, Translator, languages, translator_for, translator_of
from core.answer.contract.quantities import FaultKind
from core.assist.steps import next_steps
from core.decide.table import OBSTACLES
from core.decide.triggers import MEASURES
from core.handoff.card import CHANNEL_WORDS, handoff_card
from core.measure.report.measures import MEASURES as REPORTED
from core.measure.report.words import TITLES
from core.model.decision import Action
from core.policy import FACTS, TRIGGERS
from core.policy.known import PARTS
from core.privacy.personal import Kind
from core.read.triggers import LABELS
from tests.apps.zendesk.spoken import NO_SENTENCES, PLACE, literals, sentences
from tests.connectors.sql.samples import decision
from tests.core import rules, samples
from tests.core.assist.cases import beside

COMPLETE = ("de", "es", "fr")
PLACES = re.compile(r"\{\w+\}")
# Words that are the same in every language: names of products, keys and addresses.
NAMES = re.compile(
    r"\b(?:sms|whatsapp|messenger|instagram|postgresql|zendesk|twilio|slack|ip|iban)\b|\S*[/_]\S*", re.IGNORECASE
)


def table(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return found


def missing(translator: Translator, text: str) -> list[str]:
    left = [NAMES.sub("", part) for part in translator.translate(text).left]
    return [part for part in left if re.search("[A-Za-z]{2}", part)]


@pytest.mark.parametrize("language", COMPLETE)
def test_every_sentence_that_our_code_writes_to_agents_is_in_the_language(language: str) -> None:
    translator = translator_for(language)
    spoken = list(sentences())
    assert len(spoken) > 800
    untranslated = {
        f"{each.file}:{each.line}": each.text
        for each in spoken
        if each.text not in NO_SENTENCES and missing(translator, each.text)
    }
    assert untranslated == {}


WORDS = (
    *TRIGGERS,
    *(known.why for known in TRIGGERS.values()),
    *PARTS,
    *OBSTACLES,
    *LABELS.values(),
    *(name.replace("_", " ") for name in FACTS),
    *CHANNEL_WORDS.values(),
    *Kind,
    *(word for kind in FaultKind for word in (kind.value, kind.value.capitalize())),
    *(word for check in CHECKS if {check.name, check.section} & set(CHEAP) for word in (check.name, check.section)),
    *(measure.says(amount, 2.0) for measure in MEASURES.values() for amount in (1.0, 3.0)),
    *("Negative", "Neutral", "Positive", "Anger", "Frustration", "Confusion", "Hesitation", "Urgency"),
    *("outreach", "approvals", "alerts", "answers", "low", "medium", "high", "solved", "still open", "with a person"),
    # The report and its pictures.
    *(text for each in REPORTED for text in (each.title, each.short, each.of, each.side.value)),
    *("a wave", "matters a day", "matters a week", "Matters that began", "not known"),
    *(title for by, title in TITLES.items() if by in CUTS),
    # Fields of a helpdesk's profiles, and what becomes of an order.
    *(
        "Country",
        "Plan",
        "Devices",
        "Region",
        "Notes",
        "Customer since",
        "Orders",
        "Lifetime value",
        "Balance",
        "Last order",
        "Last seen",
    ),
    *("Payment", "Account manager", "Devices online", "Devices offline", "Tags", "shipped", "returned", "in transit"),
    *(f"{day:%-d %B %Y}" for day in (date(2026, month, 1) for month in range(1, 13))),
)
# Put together from several functions.
TOGETHER = (
    "A Plus customer is served by a person first.",
    "A customer worth 900 (the policy's mark is 500) is served by a person first.",
    "A customer flagged “vip” is served by a person first.",
    "There is no greeting as the style card has it.",
    "There is no closing as the style card has it.",
    "the budget of this day, 5 EUR, is used up",
    "the budget for one conversation, 1 EUR, is used up",
    "answers (the embedded one)",
    "their message of 09:30 UTC on 21 November 2026",
    "failed cycles: 1 attempt of the assistant did not help; the policy hands over after 2",
)


@pytest.mark.parametrize("language", COMPLETE)
def test_every_word_that_is_shown_by_itself_is_in_the_language(language: str) -> None:
    translator = translator_for(language)
    assert [word for word in WORDS if missing(translator, word)] == []


def test_no_entry_is_left_of_what_nothing_says_any_more() -> None:
    """Each is used for a sentence that is found in the code or for a word above, or its words stand in the code."""
    keys = [key for key in table("de") if key not in "“”"]
    translator = Translator({key: f"{key}⟦{number}⟧" for number, key in enumerate(keys)})
    said = [*(each.text for each in sentences()), *WORDS, *TOGETHER]
    used = {int(number) for text in said for number in re.findall(r"⟦(\d+)⟧", translator.translate(text).text)}
    code = "\n".join(" ".join(text.replace("_", " ").split()) for text in literals())
    pieces = {key: [piece.strip(" .:;,()“”") for piece in PLACES.split(key)] for key in keys}
    unused = [key for number, key in enumerate(keys) if number not in used]
    assert [key for key in unused if not all(piece.replace("_", " ") in code for piece in pieces[key])] == []


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_translation_keeps_the_places_of_its_sentence(language: str) -> None:
    texts = table(language)
    odd = [source for source, said in texts.items() if sorted(PLACES.findall(source)) != sorted(PLACES.findall(said))]
    assert odd == []
    assert texts.keys() <= table("de").keys()
    if language in COMPLETE:
        assert texts.keys() == table("de").keys()


def test_a_sentence_without_its_entry_is_found_by_the_test_above() -> None:
    texts = table("de")
    del texts["The customer is very unhappy (mood {mood})."]
    translator = Translator(texts)
    left = {each.text for each in sentences() if missing(translator, each.text)} - NO_SENTENCES
    assert left == {f"The customer is very unhappy (mood {PLACE})."}


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("No article answers this.", "Kein Artikel beantwortet das."),
        (
            "Fraud report is a person's work (high stakes).",
            "Fraud report ist Sache eines Menschen (high stakes).",
        ),
        (
            "An agent answers with this draft. The policy has no automatic answers by email.",
            "Ein Mitarbeiter antwortet mit diesem Entwurf. Das Regelwerk sieht über E-Mail keine automatischen "
            "Antworten vor.",
        ),
        (
            "failed cycles: 1 attempt of the assistant did not help; the policy hands over after 2 (said: Help. (0))",
            "gescheiterte Versuche: 1 Versuch des Assistenten hat nicht geholfen; das Regelwerk übergibt nach 2 "
            "(gesagt: Help. (0))",
        ),
        ("The customer speaks of something else", "The customer speaks of something else"),
        (
            "complexity: The matter's complexity is 0.08; the policy allows 0.70 (2 questions +0.08)",
            "Komplexität: Die Sache hat die Komplexität 0.08; das Regelwerk erlaubt 0.70 (2 Fragen +0.08)",
        ),
        (
            "Care at tier 2 by rule owner:x: Aisha Rahman is senior, speaks en and has 2 of 5 open; Ben Cole and Maria "
            "Lopez came to the same points, and Aisha Rahman has had the longer pause",
            "Care auf Stufe 2 nach Regel owner:x: Aisha Rahman ist erfahren, spricht en und hat 2 von 5 offen; Ben "
            "Cole und Maria Lopez: gleich viele Punkte, aber Aisha Rahman hatte die längere Pause",
        ),
        (
            "The customer's mood fell by 0.50; the policy's limit is 0.40 (message of 09:30 UTC on 21 November 2026).",
            "Die Stimmung des Kunden ist um 0.50 gefallen; die Grenze des Regelwerks liegt bei 0.40 (Nachricht von "
            "09:30 UTC am 21. November 2026).",
        ),
        (
            "ticket 17 of 3 May 2026: Second leak (solved, with a person, rated good)",
            "Ticket 17 vom 3. Mai 2026: Second leak (gelöst, bei einem Menschen, bewertet: gut)",
        ),
    ],
)
def test_what_is_put_together_is_translated_part_by_part(english: str, german: str) -> None:
    assert translator_for("de").translate(english).text == german


@pytest.mark.parametrize(
    "theirs", ["“No article answers this.”", "Dana Kim", "Where is it? I want my money back; now.", "high stakes"]
)
def test_what_people_wrote_stays_as_it_is(theirs: str) -> None:
    assert translator_for("de").translate(theirs).text.strip("„“”") == theirs.strip("“”")


THEIRS = ("It is empty.", "Delivery", "Take it out.", "Leave it out.", "Notes", "Next: what do I do", "Open: the door")


@pytest.mark.parametrize("theirs", THEIRS)
def test_the_words_of_customers_and_agents_stay_as_they_are_though_ours_read_alike(theirs: str) -> None:
    draft, card = samples.draft(unknown=(theirs,)), samples.case(samples.message(1, text=theirs))
    said = handoff_card(card, samples.signals(), draft, samples.disposition(Action.HANDOFF), (0.0,), rules.policy())
    steps = next_steps(beside(decision=replace(decision(1), draft=draft)))
    answer = {
        "draft": {"unknown": [theirs]},
        "handoff": {"open": list(said.open), "wants": said.wants, "profile": [f"Organization: {theirs}"]},
        "steps": [{"kind": step.kind, "about": step.about} for step in steps],
        "request": {"reason": theirs},
        "timeline": [{"text": theirs}],
        "signals": {"intent": {"label": theirs}, "facts": [{"name": "asked", "label": theirs}]},
        "intents": [{"value": "one", "label": theirs}],
        "owners": [{"label": theirs}],
    }
    german = translator_for("de").answer(answer)
    shown = [german["draft"]["unknown"][0], german["request"]["reason"], german["timeline"][0]["text"]]
    shown += [german["signals"]["intent"]["label"], german["signals"]["facts"][0]["label"]]
    shown += [german["intents"][0]["label"], german["owners"][0]["label"]]
    assert shown == [theirs] * len(shown)
    assert german["handoff"]["open"] == [f"„{theirs}“"]
    assert f"„{theirs}“" in german["handoff"]["wants"]
    assert german["handoff"]["profile"] == [f"Organisation: {theirs}"]
    assert f"„{theirs}“" in [step["about"] for step in german["steps"]]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Notes: good", "Notizen: good"),
        ("Colour: Delivery", "Colour: Delivery"),
        ("Language en, time zone Europe/Berlin", "Sprache en, Zeitzone Europe/Berlin"),
    ],
)
def test_of_a_field_of_the_profile_only_the_name_is_ours(english: str, german: str) -> None:
    assert translator_for("de").answer({"handoff": {"profile": [english]}}) == {"handoff": {"profile": [german]}}


def test_of_intents_only_that_nobody_understood_is_in_our_words() -> None:
    names = [{"label": "Delivery and Orders"}, {"label": "Not recognised"}]
    german = translator_for("de").answer({"intents": names})["intents"]
    assert [each["label"] for each in german] == ["Delivery and Orders", "Nicht erkannt"]


def test_only_fields_of_ours_are_translated() -> None:
    said = "There is no draft."
    answer = {"reason": said, "timeline": [{"text": said}], "findings": [{"text": said, "remedy": "Leave it out."}]}
    assert translator_for("de").answer(answer) == {
        "reason": "Es gibt keinen Entwurf.",
        "timeline": [{"text": said}],
        "findings": [{"text": "Es gibt keinen Entwurf.", "remedy": "Lassen Sie es weg."}],
    }


def test_a_word_that_the_app_takes_for_a_key_is_no_sentence() -> None:
    step = {"kind": "verify", "about": "Dana Kim", "why": "known"}
    answer = {"steps": [step], "profile": {"facts": [{"name": "order", "source": "orders"}]}, "sources": ["orders"]}
    assert translator_for("de").answer(answer) == answer


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("de-AT", "de"), ("nl, fr;q=0.8, de;q=0.5", "fr"), ("en-GB, de", None), ("", None), ("xx", None)],
)
def test_the_first_language_that_is_asked_for_and_written_is_spoken(wanted: str, language: str | None) -> None:
    assert translator_of(wanted) is (None if language is None else translator_for(language))


def test_a_text_made_to_be_slow_is_not() -> None:
    """What customers write stands in some of our sentences: no pattern of theirs may hold up an answer."""
    translator = translator_for("de")
    nasty = "“a”, (b); c: d and “e” has 1 of 2 open, is 3 sure; by rule x: y " * 30
    began = perf_counter()
    translator.translate(nasty[:1_990])
    assert perf_counter() - began < 1
