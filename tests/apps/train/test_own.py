"""Practising on the company's own matters: what is copied out of its installation, and one exercise from end to end."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from apps.cli import main
from apps.installed import container_here
from apps.policy_file import read_policy
from apps.processes import free_port
from apps.train.command import coach_of, own_place
from apps.train.own import OwnArticles, forget, own_company, practice_policy
from apps.train.results import read_results
from core.knowledge.library import Library
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience
from tests.apps.policy.conftest import Installation
from tests.core.container import Container
from tests.core.day import answers, mails
from tests.core.encoder import WordEncoder
from tests.stack import warmed

BATTERY = "Which battery does the leak sensor take, and how long does it last?"
SENT = "Hello Emma,\n\nthe leak sensor takes a CR123A battery."
ARTICLE = Article(
    id=ArticleId("ar_battery"),
    title="The battery of the leak sensor",
    text="The leak sensor takes a CR123A battery. The battery of the leak sensor lasts about four years.",
    origin="zendesk",
)
PATIENCE = 60.0


@pytest.fixture
def promoted(container: Container, installation: Installation) -> str:
    """A matter of the installation, and an article that answers it; the name of the exercise."""
    add(container, ARTICLE)
    ticket = mails(container, BATTERY)
    answers(container, ticket, SENT)
    kept = CliRunner().invoke(main, ["train", "keep", ticket])
    assert kept.exit_code == 0, kept.output
    return kept.output.strip()


def add(container: Container, *articles: Article) -> None:
    Library(store=container.store, encoder=WordEncoder()).add(articles)


def test_nothing_leaves_by_itself_where_people_practise() -> None:
    own = practice_policy(Path("apps/demo/policy.yaml").read_text("utf-8"))
    assert yaml.safe_load(own)["channels"]["automatic"] == []


def test_the_companys_groups_are_at_the_stand_in_helpdesk(promoted: str, tmp_path: Path) -> None:
    installation = container_here()
    company = own_company(installation, tmp_path / "train")
    people = yaml.safe_load((company.seed / "agents.yaml").read_text("utf-8"))
    groups = {group["name"]: group["id"] for group in people["groups"]}
    assert set(read_policy(company.policy).groups) <= set(groups)
    assert all(groups["Customer care"] or agent["group_ids"] for agent in people["agents"])
    assert not (company.seed / "articles").exists()
    forget(tmp_path / "train")
    assert not company.folder.exists()


def test_articles_are_copied_as_they_are_but_for_what_was_said_to_somebody(container: Container) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "ar_one": {},
        "ar_in": {"audience": Audience.INTERNAL},
        "ar_ours": {"brand": "Ours"},
        "ar_other": {"brand": "Other"},
        "ar_ticket": {"origin": "zendesk_tickets"},
        "ar_macro": {"origin": "zendesk_macros"},
    }
    for name, kind in kinds.items():
        add(container, Article(**{"id": ArticleId(name), "title": name, "text": f"{name} says so.", **kind}))
    source = OwnArticles(store=container.store, brands=frozenset({"Ours"}))
    copied = [article for part in source.changes(None, ()) for article in part.articles]
    made = {article.id: article for article in copied if article.id in kinds}
    assert set(made) == {"ar_one", "ar_in", "ar_ours"}
    assert made[ArticleId("ar_in")].audience is Audience.INTERNAL
    assert {article.origin for article in copied} == {"own_articles"}


def test_a_matter_is_practised_by_the_companys_own_articles_and_nothing_of_it_stays(
    promoted: str, container: Container, installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "train"
    warmed(folder)
    with container.store.read() as unit:
        before = unit.ledger.last()
    ports = {"web_port": free_port(None, 0), "sandbox_port": free_port(None, 0)}
    with own_place(folder) as place, place.start(folder, **ports) as running:
        coach = coach_of(running, folder, place.exercises)
        coach.turn()
        people = coach.outside.people
        maria = next(agent["id"] for agent in people("GET", "agents")["agents"] if agent["name"] == "Maria Lopez")

        def wish(kind: str) -> None:
            people("POST", "training/wishes", kind=kind, exercise=promoted, agent_id=maria)

        def sitting() -> dict[str, Any]:
            coach.turn()
            found: dict[str, Any] = people("GET", "training")["sittings"][-1]
            return found

        wish("begin")
        ready = until(lambda: sitting()["state"] == "ready" and sitting())
        ticket = ready["ticket_id"]
        assert "CR123A" in str(coach.outside.sidebar(ticket, maria).view()["draft"])
        said = "Hello,\n\nthe leak sensor takes a CR123A battery. It lasts about nine years."
        people("POST", f"tickets/{ticket}/comments", agent_id=maria, body=said, public=True)
        wish("done")
        done = until(lambda: sitting()["state"] == "done" and sitting())
    own, then = ({each["says"].split(":")[0]: each for each in done[key]} for key in ("checks", "then"))
    assert own["Grounded"]["passed"] is False
    assert "“It lasts about nine years.” has no source" in own["Grounded"]["because"]
    assert then["Grounded"]["passed"] is True
    assert done["good"] == "Hello [name],\n\nthe leak sensor takes a CR123A battery."
    assert "Then it went to" in done["fate"]
    (result,) = read_results(folder)
    assert (result.exercise, result.agent, result.parts["grounded"]) == (promoted, "Maria Lopez", "faulty")
    assert result.then["grounded"] == "good"
    assert "CR123A" not in (folder / "results.jsonl").read_text("utf-8")
    assert not (folder / "own").exists()
    assert not (folder / "state" / "handrail.db").exists()
    with container.store.read() as unit:
        assert unit.ledger.last() == before


def until(look: Callable[[], Any], patience: float = PATIENCE) -> Any:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not seen within {timedelta(seconds=patience)}")
