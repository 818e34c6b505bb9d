"""`handrail actions check`: whether everything is there that the policy's actions need, and answers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from apps.actions.listing import policy_here
from apps.installed import container_here
from apps.policy.here import FILE
from apps.policy_file import read_policy
from core.actions.systems import ActionSystems
from core.errors import ConfigurationError, HandrailError, RejectedError
from core.policy import Policy
from core.policy.actions import PLACE, ActionRequest, ActionSpec
from core.policy.lint import Level
from core.policy.lint.actions import check_actions
from core.policy.problem import spell

NOBODYS = "handrail-check"  # the id of a record that is nobody's


class Answer(StrEnum):
    ANSWERS = "answers"
    NOT_ASKED = "not asked"  # nothing of it can be read
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One system that actions name, and how it answered."""

    system: str
    answer: Answer
    said: str


def ask_systems(policy: Policy, systems: ActionSystems) -> Iterator[Asked]:
    """Each system that an action names, asked for a record that there is not. Nothing is changed."""
    for name, reads in sorted(_readings(policy).items()):
        if not systems.knows(name):
            yield Asked(system=name, answer=Answer.WRONG, said="actions name it, and the file of systems does not")
        elif not reads:
            yield Asked(system=name, answer=Answer.NOT_ASKED, said="no action reads anything there by HTTP")
        else:
            yield _asked(systems, *reads[0])


def _readings(policy: Policy) -> Mapping[str, list[tuple[ActionSpec, ActionRequest]]]:
    """What is read in each system that actions name."""
    found: dict[str, list[tuple[ActionSpec, ActionRequest]]] = {}
    for spec in policy.actions.values():
        back = [spec.read_back.request] if spec.read_back else []
        for request in (*spec.reads.values(), *back):
            found.setdefault(request.system, []).extend([(spec, request)] if request.method in ("get", "query") else [])
        if spec.call:
            found.setdefault(spec.call.system, [])
    return found


def _asked(systems: ActionSystems, spec: ActionSpec, request: ActionRequest) -> Asked:
    # Whole, for an answer without the record is an answer.
    whole = replace(request, take="")
    try:
        systems.read(whole, _made_up(PLACE.findall(f"{request.path} {request.body}")), spec.within)
    except RejectedError as error:
        if error.code == "malformed_answer":
            return Asked(system=request.system, answer=Answer.WRONG, said=str(error))
    except HandrailError as error:
        return Asked(system=request.system, answer=Answer.WRONG, said=str(error))
    return Asked(system=request.system, answer=Answer.ANSWERS, said="reachable, and takes the token")


def _made_up(places: Iterable[str]) -> dict[str, Any]:
    """With a value of our own at each of these places."""
    facts: dict[str, Any] = {}
    for place in places:
        *path, last = place.split(".")
        at = facts
        for part in path:
            at = at.setdefault(part, {})
        at[last] = NOBODYS
    return facts


def missing_words(policy: Policy) -> Iterator[str]:
    """What an action lacks in a language in which another one speaks: customers of that language get a person."""
    ours = [spec for spec in policy.actions.values() if spec.by_itself]
    spoken = sorted({language for spec in ours for words in (spec.question, spec.done) for language in words})
    for spec in ours:
        wanted = {"question": spec.question, "done": spec.done} if spec.confirm else {"done": spec.done}
        for key, words in wanted.items():
            if lacking := [language for language in spoken if language not in words]:
                yield f"{spec.name}.{key}: no words in {', '.join(lacking)}; a person has these customers"


@click.command()
@click.option("--policy", "file", type=FILE, help="The policy's file. Default: what is in force.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def check(file: Path | None, *, as_json: bool) -> None:
    """Is everything there that the actions need: expressions, systems with their secrets, words in each language.

    Every system is asked for a record that there is not; nothing is changed. What only warns leaves the exit code at 0.
    Exit code: 0 nothing is wrong, 1 something is, 2 it could not be looked at."""
    container = container_here()
    policy = read_policy(file) if file else policy_here(container)
    remarks = list(check_actions(policy))
    wrong = [f"{spell(each.place)}: {each.text}" for each in remarks if each.level is Level.ERROR]
    warnings = [f"{spell(each.place)}: {each.text}" for each in remarks if each.level is not Level.ERROR]
    asked: list[Asked] = []
    try:
        asked = list(ask_systems(policy, container.action_systems))
    except ConfigurationError as error:
        wrong += str(error).splitlines()
    wrong += [f"{each.system}: {each.said}" for each in asked if each.answer is Answer.WRONG]
    warnings += list(missing_words(policy))
    if as_json:
        told = {"policy": policy.version, "wrong": wrong, "warnings": warnings}
        click.echo(json.dumps(told | {"systems": [asdict(each) for each in asked]}))
    else:
        told_of = [f"{each.answer:<9} {each.system}: {each.said}" for each in asked if each.answer is not Answer.WRONG]
        lines = [
            *told_of,
            *(f"{'warning':<9} {each}" for each in warnings),
            *(f"{'wrong':<9} {each}" for each in wrong),
        ]
        count = len(policy.actions)
        told_at_end = f"{count} action{'' if count == 1 else 's'} of policy {policy.version}"
        click.echo("\n".join([*lines, f"{told_at_end}: {len(wrong)} wrong, {len(warnings)} warnings."]))
    if wrong:
        click.get_current_context().exit(1)
