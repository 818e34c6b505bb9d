"""Plain sentences in English, German, Spanish and French, and near misses, through both trigger models.

The models have learned from none of them. `SHARES` are a little below what was measured: 149 of 159 and 98 of 102 are
heard, 6 of 75 and 3 of 66 near misses alarm."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from connectors.local.encoder import MiniLmEncoder
from connectors.local.language import FastLanguage
from connectors.local.lessons_messages import labelled
from connectors.local.message_reader import MessageReader
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.triggers import TriggerModel
from core.read.triggers import TriggerEnsemble
from tests.connectors.local.letters import letter
from tests.connectors.local.trigger_wordings import NEAR_MISSES, SHOWN, sentences

FOREIGN = yaml.safe_load(Path(__file__).with_name("trigger_wordings.yaml").read_text(encoding="utf-8"))
Rows = list[tuple[str, str]]

SELF_HARM = (
    "I don't want to live anymore", "i might hurt myself", "Ich habe alle Tabletten genommen", "je vais me suicider",
    "he pensado en quitarme la vida", "não quero mais viver", "non voglio più vivere", "ik wil niet meer leven",
    "nie chcę już żyć", "もう死にたいです",
)  # fmt: skip
HYPERBOLE = (
    "This app makes me want to die lol", "I'm dying to know when it ships",
    "ich sterbe vor Neugier, wann kommt das Paket?",
)  # fmt: skip


@pytest.fixture(scope="module")
def triggers() -> TriggerEnsemble:
    second = TriggerModel(MiniLmEncoder(), FastLanguage())
    return TriggerEnsemble(MessageReader(MultilingualEncoder()), second)


def foreign(kind: str) -> Rows:
    return [
        (name, text) for name, by_code in FOREIGN.items() for kinds in by_code.values() for text in kinds.get(kind, ())
    ]


def share(triggers: TriggerEnsemble, rows: Rows) -> float:
    heard = [name in {risk.value for risk in triggers.triggers(text)} for name, text in rows]
    return sum(heard) / len(heard)


@pytest.mark.parametrize(("rows", "least"), [(sentences(SHOWN), 0.92), (foreign("positive"), 0.93)])
def test_what_is_said_plainly_is_heard(triggers: TriggerEnsemble, rows: Rows, least: float) -> None:
    assert share(triggers, rows) >= least


@pytest.mark.parametrize(("rows", "most"), [(sentences(NEAR_MISSES), 0.1), (foreign("negative"), 0.06)])
def test_near_misses_are_not(triggers: TriggerEnsemble, rows: Rows, most: float) -> None:
    assert share(triggers, rows) <= most


@pytest.mark.parametrize("text", SELF_HARM)
def test_who_may_harm_themselves_is_in_danger_in_every_language(triggers: TriggerEnsemble, text: str) -> None:
    assert "health_urgency" in {risk.value for risk in triggers.triggers(text)}


@pytest.mark.parametrize("text", HYPERBOLE)
def test_a_figure_of_speech_is_no_danger(triggers: TriggerEnsemble, text: str) -> None:
    assert triggers.triggers(text) == ()


BURIED = (
    ("fraud", "I think somebody has stolen my card and is buying things with it."),
    ("human_request", "Please let me talk to a real person now."),
    ("health_urgency", "My son swallowed one of the small batteries this morning."),
    ("health_urgency", "I smell gas in the hall since your man was here."),
    ("legal_threat", "If I do not hear from you by Friday my solicitor will take over."),
    ("formal_complaint", "I want to make a formal complaint about your driver."),
    ("abuse", "Your staff are a bunch of thieving idiots."),
)


@pytest.mark.parametrize(("trigger", "sentence"), BURIED)
def test_one_sentence_of_a_page_long_letter_is_heard_and_pointed_at(
    triggers: TriggerEnsemble, trigger: str, sentence: str
) -> None:
    text = letter(sentence)
    found = {risk.value: risk for risk in triggers.triggers(text)}[trigger]
    assert all(text[e.start : e.end] == e.words and e.words in sentence for e in found.evidence)


def test_the_letter_without_it_shows_nothing(triggers: TriggerEnsemble) -> None:
    assert triggers.triggers(letter("The cats send their regards.")) == ()


def test_none_of_these_is_a_lesson() -> None:
    rows: Iterable[str] = (text for _, text in (*sentences(SHOWN), *foreign("positive")))
    taught = {message.text.casefold() for message in labelled()}
    assert not taught & {text.casefold() for text in (*rows, *SELF_HARM, *HYPERBOLE)}
