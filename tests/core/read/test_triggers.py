import pytest

from core.model.signals import Evidence, Scored
from core.read.rule import Rule
from core.read.triggers import RulesAndModel

FRAUD = Rule(trigger="fraud", label="Possible fraud", why="-", patterns=("scam",), confidence=0.9)
LEAVING = Rule(trigger="opt_out", label="Wants no more messages", why="-", patterns=("no more texts",))


class Model:
    """Says the same of every text; None: it cannot read it."""

    def __init__(self, **sure: float) -> None:
        self.readings: tuple[Scored, ...] | None = tuple(
            Scored(
                value=name, confidence=sure[name], made_by="model", evidence=(Evidence(start=0, end=4, words="This"),)
            )
            for name in sure
        )

    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        return self.readings


def heard(model: Model, text: str) -> dict[str, Scored]:
    return {risk.value: risk for risk in RulesAndModel(model, (FRAUD, LEAVING)).triggers(text)}


def test_what_the_model_hears_counts_without_any_word_of_a_rule() -> None:
    assert heard(Model(fraud=0.8), "This parcel is not mine")["fraud"].confidence == pytest.approx(0.8)


def test_a_rules_words_make_a_reading_surer_and_are_its_evidence() -> None:
    found = heard(Model(fraud=0.5), "This is a scam")["fraud"]
    assert found.confidence > 0.8
    assert [e.words for e in found.evidence] == ["scam"]
    assert found.made_by == "rule:fraud+model"


def test_a_rules_words_alone_do_not_decide_where_the_model_is_sure_of_the_contrary() -> None:
    assert heard(Model(fraud=0.02), "This scam film is great").get("fraud") is None


def test_the_rules_decide_alone_where_the_model_cannot_read() -> None:
    model = Model()
    model.readings = None
    assert heard(model, "Das ist ein scam")["fraud"].confidence == 0.9


def test_the_rules_decide_alone_about_triggers_that_the_model_does_not_know() -> None:
    assert set(heard(Model(fraud=0.01), "No more texts please")) == {"opt_out"}


def test_the_unlikely_is_not_shown_and_the_surest_comes_first() -> None:
    shown = RulesAndModel(Model(churn=0.4, abuse=0.1, fraud=0.7), ()).triggers("This")
    assert [risk.value for risk in shown] == ["fraud", "churn"]
