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


def test_what_is_half_heard_counts_where_a_second_model_hears_it_too() -> None:
    def shown(first: float, second: Model | None) -> list[str]:
        return [risk.value for risk in RulesAndModel(Model(fraud=first), second, ()).triggers("This")]

    assert shown(0.2, Model(fraud=0.7)) == ["fraud"]
    assert shown(0.2, Model(fraud=0.4)) == []
    assert shown(0.01, Model(fraud=0.9)) == []
    assert shown(0.2, None) == []


def test_a_second_model_may_not_know_the_language() -> None:
    class Silent(Model):
        def weigh(self, text: str) -> tuple[Scored, ...] | None:  # type: ignore[override]
            return None

    assert RulesAndModel(Model(fraud=0.2), Silent(), ()).triggers("This") == ()


def test_a_rules_words_make_the_second_model_surer() -> None:
    def shown(text: str) -> list[str]:
        return [risk.value for risk in RulesAndModel(Model(fraud=0.2), Model(fraud=0.3), (FRAUD,)).triggers(text)]

    assert (shown("This is a scam"), shown("This is a film")) == (["fraud"], [])
