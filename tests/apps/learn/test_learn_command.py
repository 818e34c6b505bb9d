"""`handrail learn`: what is moved is shown with its votes, and taken back by an approver."""

import json
from datetime import timedelta

from click.testing import CliRunner, Result

from apps.bootstrap import now
from apps.cli import main
from connectors.sql.store import SqlStore
from core.model.ids import ArticleId
from core.model.learning import Calibration, Curve, Vote
from tests.apps.policy.conftest import Installation
from tests.core.container import Container
from tests.policies import PRIYA

CURVE = Curve(slope=0.9, offset=-0.7, samples=80, good=40, error_before=0.27, error_after=0.22)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["learn", *words])


def voted(store: SqlStore, article: str = "resets", intent: str = "reset_device") -> None:
    at = now() - timedelta(hours=2)
    with store.begin() as unit:
        conversation = unit.decisions.last_decided(1)[0]
        votes = [
            Vote(
                conversation_id=conversation,
                intent=intent,
                article_id=ArticleId(article),
                voter=voter,
                day=f"{at:%Y-%m-%d}",
                worth=1.0,
                at=at,
            )
            for voter in ("Priya", "Tom")
        ]
        unit.learning.keep(conversation, votes, ())


def test_what_moves_is_shown_and_a_reset_takes_it_back(container: Container, installation: Installation) -> None:
    assert run("show").output.strip() == "Feedback moves nothing."
    voted(container.store)
    shown = run("show")
    assert "+3.3 %  2 votes of 2" in shown.output, shown.output
    assert "resets" in shown.output
    assert json.loads(run("show", "--intent", "other", "--json").output) == {"on": True, "intents": {}}
    back = run("reset", "--article", "resets", "--by", PRIYA)
    assert back.output.strip() == "Taken back: resets.", back.output
    assert run("show").output.strip() == "Feedback moves nothing."


def test_a_reset_says_what_and_is_proved(container: Container, installation: Installation) -> None:
    assert run("reset", "--by", PRIYA).exit_code == 2
    assert run("reset", "--all", "--by", "mallory@larkfield.example").exit_code == 2
    with container.store.read() as unit:
        assert unit.learning.resets() == []


def test_curves_are_shown_before_and_after_and_taken_back(container: Container, installation: Installation) -> None:
    assert "No curve is in force" in run("calibration").output
    with container.store.begin() as unit:
        unit.learning.add_calibration(Calibration(at=now(), curves={"": CURVE}))
    shown = run("calibration").output
    assert "80 drafts, 40 right" in shown
    assert "0.270 before, 0.220 after" in shown
    assert run("reset", "--calibration", "--by", PRIYA).exit_code == 0
    assert "No curve is in force" in run("calibration").output
