import pytest

from core.model.signals import Evidence, Scored
from core.read.rule import Rule
from core.read.triggers import RulesAndModel

FRAUD = Rule(trigger="fraud", label="Possible fraud", why="-", patterns=("scam",), confidence=0.9)
LEAVING = Rule(trigger="opt_out", label="Wants no more messages", why="-", patterns=("no more texts",))


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


def heard(model: Model, text: str) -> dict[str, Scored]:
    return {risk.value: risk for risk in RulesAndModel(model, rules=(FRAUD, LEAVING)).triggers(text)}


def test_what_the_model_hears_counts_without_any_word_of_a_rule() -> None:
    assert heard(Model(fraud=0.8), "This parcel is not mine")["fraud"].confidence == pytest.approx(0.8)


def test_a_rules_words_are_the_evidence_of_a_reading() -> None:
    found = heard(Model(fraud=0.6), "This is a scam")["fraud"]
    assert found.confidence == pytest.approx(0.6)
    assert [e.words for e in found.evidence] == ["scam"]
    assert found.made_by == "rule:fraud+model"


def test_a_rules_words_alone_do_not_decide_where_the_model_is_sure_of_the_contrary() -> None:
    assert heard(Model(fraud=0.02), "This scam film is great").get("fraud") is None


def test_of_a_long_text_the_sentence_with_a_rules_words_is_read_alone() -> None:
    class Buried(Model):
        def weigh(self, text: str) -> tuple[Scored, ...]:
            sure = 0.9 if text == "This is a scam." else 0.01
            return (Scored(value="fraud", confidence=sure, made_by="model"),)

    filler = "The weather is fine here. " * 10
    assert heard(Buried(), f"{filler}This is a scam. {filler}")["fraud"].confidence == pytest.approx(0.9)
    assert heard(Buried(), f"{filler}That was no scam at all. {filler}").get("fraud") is None


def test_the_rules_decide_alone_about_triggers_that_the_model_does_not_know() -> None:
    assert set(heard(Model(fraud=0.01), "No more texts please")) == {"opt_out"}


def test_the_unlikely_is_not_shown_and_the_surest_comes_first() -> None:
    shown = RulesAndModel(Model(churn=0.4, abuse=0.6, fraud=0.7), rules=()).triggers("This")
    assert [risk.value for risk in shown] == ["fraud", "abuse"]


def weighed(first: float, second: Model | None, text: str = "This") -> list[str]:
    return [risk.value for risk in RulesAndModel(Model(fraud=first), second, ()).triggers(text)]


def test_what_is_half_heard_counts_where_a_second_model_hears_it_too() -> None:
    assert weighed(0.2, Model(fraud=0.9)) == ["fraud"]
    assert weighed(0.2, Model(fraud=0.3)) == []
    assert weighed(0.001, Model(fraud=0.9)) == []
    assert weighed(0.2, None) == []


def test_what_one_model_hears_alone_does_not_count_where_the_other_is_sure_of_the_contrary() -> None:
    assert weighed(0.7, None) == ["fraud"]
    assert weighed(0.7, Model(fraud=0.01)) == []
    assert weighed(0.999, Model(fraud=0.05)) == ["fraud"]


def test_a_long_text_says_it_sooner_than_a_short_one() -> None:
    half = Model(fraud=0.25)
    assert weighed(0.3, half, "This") == []
    assert weighed(0.3, half, "This " * 100) == ["fraud"]


def test_the_words_of_the_surer_model_are_shown() -> None:
    other = Scored(value="fraud", confidence=0.9, made_by="other", evidence=(Evidence(start=5, end=7, words="is"),))

    class Other(Model):
        def weigh(self, text: str) -> tuple[Scored, ...]:
            return (other,)

    (found,) = RulesAndModel(Model(fraud=0.4), Other(), ()).triggers("This is")
    assert [e.words for e in found.evidence] == ["is"]


def test_a_second_model_may_not_know_the_language() -> None:
    class Silent(Model):
        def weigh(self, text: str) -> tuple[Scored, ...] | None:  # type: ignore[override]
            return None

    assert RulesAndModel(Model(fraud=0.2), Silent(), ()).triggers("This") == ()
