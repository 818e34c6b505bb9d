from apps.policy.loosened import list_loosened
from tests.core.rules import policy


def test_answers_that_may_come_later_are_told_and_earlier_ones_are_not() -> None:
    usual, later = policy(), policy(answers={"fresh_hours": 5})
    assert list_loosened(usual, later) == ["automatic answers: may come longer after the question (2 h, now 5 h)"]
    assert list_loosened(later, usual) == []


def test_wordings_that_no_longer_raise_an_alarm_are_told() -> None:
    before = policy(triggers__fraud__words=["chargeback"])
    after = policy(triggers__fraud__unless=["fraud prevention week"])
    assert list_loosened(before, after) == [
        "fraud: no longer hears “chargeback” in any case",
        "fraud: no longer acts on “fraud prevention week”",
    ]
    assert list_loosened(policy(), before) == []
