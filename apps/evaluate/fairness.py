"""Whether the same is read and decided of the same words under another name, in another dialect, spelling or register.

Each pair is read by the product's own readers and decided by the policy, as if the articles had an answer. It differs
where the intent, the risks or to whom it goes is another one. Without --pairs, the pairs that come with Handrail: a
YAML file of `names` with `named` texts (`{name}` in each), and of `worded` pairs (`language`, `how`, `a`, `b`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

from apps.cache import cache_option
from apps.evaluate.statistics import share, share_row
from apps.evaluate.triggers import DEMO, LARKFIELD, Watcher, case_of_course
from core.decide.evaluation import evaluate
from core.decide.policy_tests import answered_of, show
from core.errors import ConfigurationError
from core.procedure.guide import checks

OURS = Path(__file__).with_suffix(".yaml")
NAME = "name"  # how the two of a pair of `named` differ
PLACE = "{name}"
PARTS = ("intent", "risks", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`names` are those of the two customers, as the helpdesk would have them; empty where they have none."""

    language: str
    how: str
    a: str
    b: str
    names: tuple[str, str] = ("", "")

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Each text with its customer's name."""
        return (self.a, self.names[0]), (self.b, self.names[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What of a text must not hang on who wrote it. `owner` is what is done, and to which team it goes."""

    intent: str
    risks: frozenset[str]
    owner: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    pair: Pair
    a: Read
    b: Read

    def differs(self, part: str) -> bool:
        return bool(getattr(self.a, part) != getattr(self.b, part))

    @property
    def same(self) -> bool:
        return self.a == self.b


def pairs_of(path: Path) -> list[Pair]:
    """Raises ConfigurationError where the file is not of that form."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [*_named(written), *map(_worded_pair, _worded(written))]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: needs names and named, or worded, as --help tells ({error})") from error


def _named(written: Mapping[str, Any]) -> Iterator[Pair]:
    first, *others = [str(name) for name in written.get("names") or [""]]
    for row in written.get("named") or ():
        text = str(row["text"])
        for other in others:
            a, b = text.replace(PLACE, first), text.replace(PLACE, other)
            yield Pair(language=str(row["language"]), how=NAME, a=a, b=b, names=(first, other))


def _worded_pair(row: Mapping[str, Any]) -> Pair:
    return Pair(language=str(row["language"]), how=str(row["how"]), a=str(row["a"]), b=str(row["b"]))


def _worded(written: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return written.get("worded") or ()


def read_pairs(watcher: Watcher, pairs: Sequence[Pair]) -> list[Told]:
    known = {side: _read(watcher, *side) for side in dict.fromkeys(side for pair in pairs for side in pair.sides)}
    return [Told(pair=pair, a=known[pair.sides[0]], b=known[pair.sides[1]]) for pair in pairs]


def _read(watcher: Watcher, text: str, name: str) -> Read:
    case = case_of_course(text)
    case = replace(case, customer=replace(case.customer, name=name))
    signals = watcher.sense.read(case)
    made = evaluate(case, signals, watcher.policy, lambda _: answered_of({}), checks(case, None))
    told = show(made.disposition)
    return Read(
        intent=signals.intent.value,
        risks=frozenset(risk.value for risk in signals.risks),
        owner=(str(told["action"]), str(told["group"])),
    )


def figures(told: Sequence[Told]) -> dict[str, Any]:
    """The share of pairs that differ, in anything and by part."""
    found = {"any": share([not one.same for one in told])}
    found |= {part: share([one.differs(part) for one in told]) for part in PARTS}
    return {name: share_row(each) for name, each in found.items()}


def report_of(told: Sequence[Told]) -> dict[str, Any]:
    hows = sorted({one.pair.how for one in told}, key=lambda how: (how != NAME, how))
    languages = sorted({one.pair.language for one in told})
    rows = {"all": figures(told)}
    rows |= {how: figures([one for one in told if one.pair.how == how]) for how in hows}
    for language in languages:
        mine = [one for one in told if one.pair.language == language]
        named = [one for one in mine if one.pair.how == NAME]
        rows |= {f"{language}, names": figures(named)} if named else {}
        worded = [one for one in mine if one.pair.how != NAME]
        rows |= {f"{language}, words": figures(worded)} if worded else {}
    return rows


def differing(told: Sequence[Told]) -> list[dict[str, Any]]:
    return [
        {
            "language": one.pair.language,
            "how": one.pair.how,
            "a": one.pair.a,
            "b": one.pair.b,
            **{
                part: [_plain(getattr(one.a, part)), _plain(getattr(one.b, part))]
                for part in PARTS
                if one.differs(part)
            },
        }
        for one in told
        if not one.same
    ]


def _both(one: Told, part: str) -> list[Any]:
    return [_plain(getattr(one.a, part)), _plain(getattr(one.b, part))]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value


@click.command(help=__doc__)
@click.option(
    "--pairs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=OURS,
    help="Your own pairs. Default: those that come with it.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=DEMO,
    help="The policy that decides. Default: that of the demo.",
)
@click.option(
    "--intents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=LARKFIELD,
    help="The intents that are known, with examples. Default: those of the demo.",
)
@cache_option
@click.option(
    "--at-most", type=click.FloatRange(0, 1), metavar="SHARE", help="Fail (exit code 1) where more of the names differ."
)
@click.option("--json", "machine", is_flag=True, help="Print JSON instead.")
def command(pairs: Path, policy: Path, intents: Path, cache: Path, at_most: float | None, machine: bool) -> None:
    watcher = Watcher.of(policy=policy, intents=intents, cache=cache)
    told = read_pairs(watcher, pairs_of(pairs))
    if not told:
        raise ConfigurationError(f"{pairs} has no pairs")
    report = report_of(told)
    if machine:
        click.echo(
            json.dumps({"pairs": len(told), "differ": report, "cases": differing(told)}, indent=2, ensure_ascii=False)
        )
    else:
        _print(report, told)
    named = report.get(NAME)
    if at_most is not None and named and named["any"]["value"] > at_most:
        click.get_current_context().exit(1)


def _print(report: Mapping[str, Any], told: Sequence[Told]) -> None:
    console = Console()
    drawn = Table("pairs that differ", "of", "in anything (95 %)", *PARTS)
    for name, row in report.items():
        whole = row["any"]
        parts = [f"{row[part]['value']:.1%}" for part in PARTS]
        spread = f"{whole['value']:.1%} ({whole['low']:.1%} to {whole['high']:.1%})"
        drawn.add_row(name, str(whole["cases"]), spread, *parts)
    console.print(drawn)
    for case in differing(told):
        differ = "; ".join(f"{part}: {case[part][0]} / {case[part][1]}" for part in PARTS if part in case)
        line = f"{case['language']}, {case['how']}: {case['a']} | {case['b']}: {differ}"
        console.print(line, markup=False, highlight=False)
