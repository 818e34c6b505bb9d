from typing import Any

import pytest

from core.model.signals import Evidence, Scored
from core.read.triggers import Model as AnyModel
from core.read.triggers import TriggerEnsemble
from core.text.courtesies import BUILT_IN


class Model:
    """Says the same of every text."""

    def __init__(self, **sure: float) -> None:
        self.readings = tuple(
            Scored(
                value=name, confidence=sure[name], made_by="model", evidence=(Evidence(start=0, end=4, words="This"),)
            )
            for name in sure
        )

    def weigh(self, text: str) -> tuple[Scored, ...]:
        return self.readings


def heard(model: AnyModel, text: str) -> dict[str, Scored]:
    return {risk.value: risk for risk in TriggerEnsemble(model).triggers(text)}


def test_what_the_model_hears_is_shown_with_its_words_under_a_name_for_people() -> None:
    found = heard(Model(fraud=0.8), "This parcel is not mine")["fraud"]
    assert (round(found.confidence, 6), found.label) == (0.8, "Possible fraud")
    assert [e.words for e in found.evidence] == ["This"]


class Diluted:
    """Hears a trigger where a sentence stands in a short text, and less the longer the text is."""

    def __init__(self, trigger: str, sentence: str, sure: float) -> None:
        self.trigger, self.sentence, self.sure = trigger, sentence, sure

    def weigh(self, text: str) -> tuple[Scored, ...]:
        start = text.find(self.sentence)
        end = start + len(self.sentence)
        found = () if start < 0 else (Evidence(start=start, end=end, words=self.sentence),)
        sure = self.sure if found and len(text) <= 300 else 0.01
        return (Scored(value=self.trigger, confidence=sure, made_by="model", evidence=found),)


FILLER = "The weather has been fine in the valley since the beginning of the month. " * 6


def test_a_sentence_of_a_long_text_is_heard_where_it_stands() -> None:
    text = f"{FILLER}Let me talk to a person. {FILLER}"
    found = heard(Diluted("human_request", "Let me talk to a person.", 0.99), text)["human_request"]
    assert 0.5 < found.confidence < 0.99
    assert [(text[e.start : e.end], e.words) for e in found.evidence] == [("Let me talk to a person.",) * 2]


def test_what_a_story_shows_is_read_of_the_whole() -> None:
    assert heard(Diluted("churn", "I shan't need it.", 0.99), f"{FILLER}I shan't need it. {FILLER}") == {}


def test_of_a_very_long_text_the_first_sentences_and_the_last_are_read_alone() -> None:
    said = "Let me talk to a person."
    for place, wanted in ((0, {"human_request"}), (20, set()), (40, {"human_request"})):
        text = FILLER * place + said + " " + FILLER * (40 - place)
        assert set(heard(Diluted("human_request", said, 0.99), text)) == wanted


@pytest.mark.parametrize("written", [str, str.upper, str.lower, lambda word: f"{word}.", lambda word: f" {word} "])
@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_the_word_that_our_messages_name_as_the_way_to_a_person_needs_no_model(language: str, written: Any) -> None:
    text = written(BUILT_IN[language].agent)
    (found,) = TriggerEnsemble(Model(human_request=0.01)).triggers(text)
    assert (found.value, found.confidence, found.label) == ("human_request", 1.0, "Asks for a person")
    assert [text[e.start : e.end].casefold() for e in found.evidence] == [BUILT_IN[language].agent.casefold()]


def test_the_same_word_in_a_sentence_is_for_the_model() -> None:
    assert TriggerEnsemble(Model(human_request=0.01)).triggers("The travel agent was nice") == ()


def test_the_unlikely_is_not_shown_and_the_surest_comes_first() -> None:
    shown = TriggerEnsemble(Model(churn=0.4, abuse=0.6, fraud=0.7)).triggers("This")
    assert [risk.value for risk in shown] == ["fraud", "abuse"]


def weighed(first: float, second: Model | None, text: str = "This") -> list[str]:
    return [risk.value for risk in TriggerEnsemble(Model(fraud=first), second).triggers(text)]


def test_what_is_half_heard_counts_where_a_second_model_hears_it_too() -> None:
    assert weighed(0.2, Model(fraud=0.9)) == ["fraud"]
    assert weighed(0.2, Model(fraud=0.3)) == []
    assert weighed(0.001, Model(fraud=0.9)) == []
    assert weighed(0.2, None) == []


def test_what_one_model_hears_alone_does_not_count_where_the_other_is_sure_of_the_contrary() -> None:
    assert weighed(0.7, None) == ["fraud"]
    assert weighed(0.7, Model(fraud=0.01)) == []
    assert weighed(0.999, Model(fraud=0.05)) == ["fraud"]


def test_a_long_text_has_to_say_it_more_plainly_than_a_short_one() -> None:
    half = Model(fraud=0.5)
    assert weighed(0.45, half, "This") == ["fraud"]
    assert weighed(0.45, half, "This " * 60) == []


def test_the_words_of_the_surer_model_are_shown() -> None:
    other = Scored(value="fraud", confidence=0.9, made_by="other", evidence=(Evidence(start=5, end=7, words="is"),))

    class Other(Model):
        def weigh(self, text: str) -> tuple[Scored, ...]:
            return (other,)

    (found,) = TriggerEnsemble(Model(fraud=0.4), Other()).triggers("This is")
    assert [e.words for e in found.evidence] == ["is"]


def test_a_second_model_may_not_know_the_language() -> None:
    class Silent(Model):
        def weigh(self, text: str) -> tuple[Scored, ...] | None:  # type: ignore[override]
            return None

    assert TriggerEnsemble(Model(fraud=0.55), Silent()).triggers("This") == ()
    (found,) = TriggerEnsemble(Model(fraud=0.8), Silent()).triggers("This")
    assert 0.5 < found.confidence < 0.8
