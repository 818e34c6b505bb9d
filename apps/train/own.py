"""The practice place of the company's own: its articles, policy and style among stand-ins, and its promoted matters.

What is needed is copied out of the installation's store, to which nothing is written. All vendors are stand-ins."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from apps.bootstrap import Knowledge
from apps.demo.environment import COMPANY, DemoEnvironment
from apps.policy_file import read_policy, read_text
from apps.train.coach import REPLIES
from apps.train.exercises import Exercise
from apps.train.matters import NONE, exercise_of
from core.answer.style_changes import CURSOR as STYLE_CHANGES
from core.errors import ConfigurationError
from core.model.knowledge import Changes
from core.ports import Store

FOLDER = "own"
LEFT_OUT = ("articles", "tickets.yaml", "macros.yaml", "sections.yaml")  # of the made-up company
FIRST_GROUP = 790_000  # ids of the company's groups at the stand-in helpdesk
# Systems that know the made-up company's customers alone: nobody of theirs writes here.
UNUSED = ("ORDERS_URL", "ACTIONS_SYSTEMS", "CALENDAR_URL", "STATUS_URL", "CHECKS_URL", "PROFILE_URL", "PROFILE_SQL_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCompany:
    """Files in `folder` hold copies; `style`, `intents` and `scenarios` are the installation's own, which are only
    read."""

    store: Store
    name: str
    folder: Path
    style: str
    intents: str
    scenarios: str
    style_changes: str
    exercises: tuple[Exercise, ...]

    @property
    def policy(self) -> Path:
        return self.folder / "policy.yaml"

    @property
    def articles(self) -> "OwnArticles":
        promoted = (each.promoted for each in self.exercises)
        return OwnArticles(store=self.store, brands=frozenset(each.case.brand for each in promoted if each))

    @property
    def seed(self) -> Path:
        return self.folder / "helpdesk"


def own_company(container: Knowledge, folder: Path) -> OwnCompany:
    """Copies what is copied. Raises ConfigurationError where no matter was promoted."""
    with container.store.read() as unit:
        exercises = tuple(exercise_of(kept) for kept in unit.suite.exercises())
        version = unit.policies.version()
        stored = unit.policies.text(version) if version else None
        changes = unit.cursors.get(STYLE_CHANGES) or ""
    if not exercises:
        raise ConfigurationError(NONE)
    settings = container.settings
    company = OwnCompany(
        store=container.store,
        name=settings.company,
        folder=folder / FOLDER,
        style=_whole(settings.style),
        intents=_whole(settings.intents),
        scenarios=_whole(settings.scenarios),
        style_changes=changes,
        exercises=exercises,
    )
    forget(folder)
    company.folder.mkdir(parents=True)
    company.policy.write_text(practice_policy(stored.text if stored else read_text(settings.policy)), encoding="utf-8")
    shutil.copytree(COMPANY, company.seed, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _add_groups(company.seed / "agents.yaml", list(read_policy(company.policy).groups))
    return company


def forget(folder: Path) -> None:
    """What was copied; results stay."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def practice_policy(text: str) -> str:
    """The policy with nothing that leaves by itself, for the trainee answers; its examples may expect otherwise."""
    fields: dict[str, Any] = yaml.safe_load(text) or {}
    fields["channels"] = {**(fields.get("channels") or {}), "automatic": []}
    fields.pop("tests", None)
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)


def _whole(path: str) -> str:
    return str(Path(path).resolve()) if path else ""


def _add_groups(file: Path, names: Collection[str]) -> None:
    """The policy's groups at the stand-in helpdesk, each with everybody in it: whoever practises can pass on to any."""
    people: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    known = {group["name"] for group in people["groups"]}
    added = [{"id": FIRST_GROUP + place, "name": name} for place, name in enumerate(names) if name not in known]
    people["groups"] += added
    for agent in people["agents"]:
        agent["group_ids"] = [*agent.get("group_ids", ()), *(group["id"] for group in added)]
    file.write_text(yaml.safe_dump(people, allow_unicode=True, sort_keys=False), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnArticles:
    """`core.ports.Source`: the articles for everybody and those of `brands` as the installation has them, but for past
    tickets and macros. The origin is another, so that the stand-in helpdesk, which has none of them, takes none away.
    """

    store: Store
    brands: frozenset[str] = frozenset()
    name: str = "own_articles"
    origin: str = "own_articles"
    trusted: bool = True

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        with self.store.read() as unit:
            for article in unit.articles.every():
                if article.origin not in REPLIES and article.brand in ("", *self.brands):
                    # No ticket of the stand-in helpdesk names a brand.
                    yield Changes(articles=(replace(article, origin=self.origin, brand=""),))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEnvironment(DemoEnvironment):
    """The demo's stand-ins for the company's own articles and policy. No language model is asked."""

    company: OwnCompany

    def sandbox(self) -> dict[str, str]:
        return DemoEnvironment.sandbox(self) | {"SANDBOX_SEED": str(self.company.seed)}

    def handrail(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        ours = {
            "HANDRAIL_COMPANY": self.company.name,
            "HANDRAIL_POLICY": str(self.company.policy),
            "HANDRAIL_STYLE": self.company.style,
            "HANDRAIL_INTENTS": self.company.intents,
            "HANDRAIL_SCENARIOS": self.company.scenarios,
            "HANDRAIL_ZENDESK_HELP_CENTER": "false",
            "HANDRAIL_KNOWLEDGE_TICKETS": "false",
            "HANDRAIL_KNOWLEDGE_MACROS": "false",
            **{f"HANDRAIL_{name}": "" for name in UNUSED},
        }
        return DemoEnvironment.handrail(self, ours | dict(more or {}))
