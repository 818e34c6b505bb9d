"""Whether each trigger of the policy fires on what people say it should, and on nothing else.

--cases is a file or a folder. YAML: `trigger` (a name of docs/triggers.md), `positive` and `negative` (lists), and
where there are any `other_languages` (`de: {positive: […], negative: […]}`). An item is a text; or a conversation,
`turns` (a list of `customer`, `assistant` or `agent`: the words, with `after`: minutes) and `earlier` (`days_ago`,
`subject`, `text`); or a text with records: `text`, `customer` (`tier`, `vip`, `lifetime_value`), `opened_minutes_ago`,
`assistant_since_minutes`, `owner`, `solved`, `draft_confidence`, `intent`, `asks`. CSV: `text,trigger`, where a row
counts as a near miss for every other trigger of the file; an empty trigger means none.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

from apps.cache import cache_option
from apps.evaluate.statistics import share, share_row
from apps.intents_file import read_intents
from apps.policy_file import read_policy
from core.decide.triggers import sign_of
from core.decide.turn import Turn
from core.errors import ConfigurationError
from core.measure.statistics import Share
from core.model.conversation import (
    ASSISTANT,
    NOBODY,
    CaseContext,
    Conversation,
    Earlier,
    Message,
    Owner,
    OwnerKind,
    Role,
)
from core.model.customer import Channel, Customer
from core.model.draft import Draft
from core.model.ids import ConversationId, CustomerId, DraftId, MessageId
from core.model.signals import Scored, Signals
from core.policy import Policy, Trigger
from core.read.reader import Sense

# A conversation written down for a measurement, as the case that the core reads. {turns: [{customer: "…"},
# {assistant: "…", after: 3}, …], earlier: [{days_ago: 5, subject: "…", text: "…"}]} `after` counts minutes since the
# turn before, one where nothing is said. A plain string is one message of a customer. The last turn is the customer's
# newest message.

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROLES = {role.value: role for role in (Role.CUSTOMER, Role.ASSISTANT, Role.AGENT)}
WITHIN = 30  # days that a case's earlier conversations are looked for, as the store does it


def case_of_course(written: str | Mapping[str, Any], name: str = "one") -> CaseContext:
    """Raises ConfigurationError when a turn has no known speaker, or the last one is not the customer's."""
    course: Mapping[str, Any] = {"turns": [{"customer": written}]} if isinstance(written, str) else written
    conversation_id = ConversationId(f"co_{name}")
    timeline = tuple(_messages(course.get("turns") or (), conversation_id))
    if not timeline or timeline[-1].role is not Role.CUSTOMER:
        raise ConfigurationError(f"{name}: the last turn is not the customer's")
    now = timeline[-1].at
    customer = Customer(id=CustomerId("cu_written"), name="", attributes=dict(course.get("profile") or {}))
    return CaseContext(
        customer=customer,
        conversation=Conversation(
            id=conversation_id,
            customer_id=customer.id,
            subject="",
            owner=ASSISTANT if len(timeline) > 1 else NOBODY,
            channel=Channel.WEB,
            updated_at=now,
        ),
        timeline=timeline,
        now=now,
        past=tuple(_earlier(course.get("earlier") or (), now)),
    )


def _messages(turns: Sequence[Mapping[str, Any]], conversation_id: ConversationId) -> list[Message]:
    at, messages = START, []
    for place, turn in enumerate(turns, 1):
        speaker = next((name for name in ROLES if name in turn), None)
        if speaker is None:
            raise ConfigurationError(f"turn {place} has none of {', '.join(ROLES)}")
        at += timedelta(minutes=float(turn.get("after", 1)))
        messages.append(
            Message(
                id=MessageId(f"ms_{place}"),
                conversation_id=conversation_id,
                channel=Channel.WEB,
                role=ROLES[speaker],
                author=speaker,
                text=str(turn[speaker]),
                at=at,
                vendor_ref=f"written:{place}",
            )
        )
    return messages


def _earlier(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Earlier]:
    """Those of the same customer within the days that the store looks back."""
    return [
        Earlier(
            id=ConversationId(f"co_earlier_{place}"),
            subject=str(row.get("subject") or ""),
            words=str(row.get("text") or ""),
            at=now - timedelta(days=float(row.get("days_ago", 0))),
            solved=bool(row.get("solved", True)),
            escalated=bool(row.get("escalated", False)),
            satisfaction=str(row.get("satisfaction") or ""),
        )
        for place, row in enumerate(rows, 1)
        if float(row.get("days_ago", 0)) <= WITHIN
    ]


# Labelled cases of triggers from files, and each as the case that the core reads.

ENGLISH = "en"
SIDES = ("positive", "negative")
_PERSON = Owner(kind=OwnerKind.AGENT, id="agent", name="An agent")
_TEAM = Owner(kind=OwnerKind.TEAM, id="team", name="A team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`written` is the item as the file has it, `place` its number in its list, from 0."""

    trigger: str
    positive: bool
    place: int
    written: str | Mapping[str, Any]
    language: str = ENGLISH

    @property
    def told(self) -> str:
        """On one line."""
        return self.written if isinstance(self.written, str) else yaml.safe_dump(dict(self.written), width=10_000)


def cases_of(path: Path) -> list[Case]:
    """Raises ConfigurationError, with the file's name, when a file cannot be read as cases or there are none."""
    files = sorted([*path.glob("*.yaml"), *path.glob("*.csv")]) if path.is_dir() else [path]
    found = [case for file in files for case in (_of_csv(file) if file.suffix == ".csv" else _of_yaml(file))]
    if not found:
        raise ConfigurationError(f"{path}: there are no cases in it")
    return found


def case_of(case: Case) -> CaseContext:
    """Raises ConfigurationError when the item has neither turns nor a text."""
    item = case.written
    if isinstance(item, str) or "turns" in item:
        return case_of_course(item)
    if "text" not in item:
        raise ConfigurationError(f"{case.trigger}, item {case.place + 1}: neither turns nor a text")
    return _with_records(case_of_course(str(item["text"])), item)


def _of_yaml(file: Path) -> Iterator[Case]:
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file.name} cannot be read as YAML: {error}") from error
    if not isinstance(read, dict) or not isinstance(read.get("trigger"), str):
        raise ConfigurationError(f"{file.name}: there is no `trigger: name` in it")
    parts = {ENGLISH: read, **(read.get("other_languages") or {})}
    for language, part in parts.items():
        for side in SIDES:
            for place, item in enumerate(part.get(side) or ()):
                if not isinstance(item, str | dict):
                    raise ConfigurationError(f"{file.name}, {side} {place + 1}: neither a text nor a mapping")
                yield Case(
                    trigger=read["trigger"],
                    positive=side == "positive",
                    place=place,
                    written=item,
                    language=str(language),
                )


def _of_csv(file: Path) -> Iterator[Case]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if any(row.values())]
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigurationError(f"{file.name} cannot be read as CSV: {error}") from error
    if rows and not {"text", "trigger"} <= rows[0].keys():
        raise ConfigurationError(f"{file.name}: wanted are the columns text, trigger")
    for name in sorted({row["trigger"].strip() for row in rows} - {""}):
        for place, row in enumerate(rows):
            yield Case(trigger=name, positive=row["trigger"].strip() == name, place=place, written=row["text"])


def _with_records(case: CaseContext, item: Mapping[str, Any]) -> CaseContext:
    case = replace(case, customer=_customer(case, item.get("customer") or {}))
    if "opened_minutes_ago" in item:
        case = _earlier_words(case, float(item["opened_minutes_ago"]), Role.CUSTOMER, "Hello")
    if "assistant_since_minutes" in item:
        case = _earlier_words(case, float(item["assistant_since_minutes"]), Role.ASSISTANT, "Let me look into that.")
    owner = {"agent": _PERSON, "human": _PERSON, "person": _PERSON, "team": _TEAM, "assistant": ASSISTANT}.get(
        str(item.get("owner", "")), case.conversation.owner
    )
    conversation = replace(case.conversation, owner=owner, open=not item.get("solved", False))
    return replace(case, conversation=conversation)


def _customer(case: CaseContext, written: Mapping[str, Any]) -> Any:
    attributes = {name: str(written[name]).lower() for name in ("vip", "lifetime_value") if name in written}
    customer = replace(case.customer, attributes=dict(case.customer.attributes) | attributes)
    return replace(customer, tier=str(written["tier"])) if written.get("tier") else customer


def _earlier_words(case: CaseContext, minutes: float, role: Role, words: str) -> CaseContext:
    """With something said that long ago."""
    first = case.timeline[0]
    at = case.now - timedelta(minutes=minutes)
    if not case.timeline or (role is Role.CUSTOMER and at >= first.at):
        return case
    said = Message(
        id=MessageId(f"ms_before_{role}"),
        conversation_id=first.conversation_id,
        channel=first.channel,
        role=role,
        author=role.value,
        text=words,
        at=at,
        vendor_ref=f"written:{role}",
    )
    return replace(case, timeline=tuple(sorted((*case.timeline, said), key=lambda message: message.at)))


# A labelled case through the product's own sense and the policy's own thresholds.

UNNAMED = Trigger(group="", tier=1, why="")  # the thresholds of a trigger that the policy leaves out


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`fires`: whether the policy would hand over for this trigger; `sure` how much there is of it, `words` why."""

    case: Case
    fires: bool
    sure: float
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    sense: Sense
    policy: Policy

    @classmethod
    def of(cls, *, policy: Path, intents: Path, cache: Path) -> "Watcher":
        """With the product's readers. Raises ConfigurationError when a file cannot be read."""
        from apps.bootstrap.classifiers import product_sense

        return cls(sense=product_sense(read_intents(str(intents)), cache), policy=read_policy(policy))

    def judged(self, case: Case) -> Judged:
        context = case_of(case)
        signals = self.sense.read(context)
        draft, asks = None, True
        if not isinstance(case.written, str):
            signals = _with_intent(signals, str(case.written.get("intent") or ""))
            draft = _draft(case.written.get("draft_confidence"))
            asks = bool(case.written.get("asks", True))
        turn = Turn(case=context, signals=signals, draft=draft, policy=self.policy, asks=asks)
        sign = sign_of(turn, case.trigger, self.policy.triggers.get(case.trigger, UNNAMED))
        risk = signals.risk(case.trigger)
        fires = sign is not None and sign.fires
        sure = risk.confidence if risk else float(fires)
        return Judged(case=case, fires=fires, sure=sure, words=sign.words if sign else "")


def _with_intent(signals: Signals, name: str) -> Signals:
    return replace(signals, intents=(Scored(value=name, confidence=0.9),)) if name else signals


def _draft(confidence: Any) -> Draft | None:
    if confidence is None:
        return None
    return Draft(
        id=DraftId("dr_written"), sentences=(), language="en", confidence=float(confidence), composer="extractive"
    )


# Recall against false alarms at every threshold, a small picture for each trigger, as SVG.

SIDE = 120  # of one picture, in pixels
GAP = 36
ACROSS = 5
_STYLE = "font-family='sans-serif' font-size='11' fill='#333'"


def as_svg(judged: Sequence[Judged]) -> str:
    """The cross marks the policy's threshold."""
    names = sorted({one.case.trigger for one in judged})
    rows = -(-len(names) // ACROSS)
    wide, high = ACROSS * (SIDE + GAP) + GAP, rows * (SIDE + GAP + 14) + GAP
    parts = [
        _picture(name, [one for one in judged if one.case.trigger == name], place) for place, name in enumerate(names)
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}' width='{wide}' height='{high}'>"
        f"<rect width='{wide}' height='{high}' fill='white'/>{''.join(parts)}</svg>\n"
    )


def curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """(false alarms, recall) from the strictest threshold to the mildest."""
    positive = sum(one.case.positive for one in judged) or 1
    negative = sum(not one.case.positive for one in judged) or 1
    points = [(0.0, 0.0)]
    for cut in sorted({one.sure for one in judged if one.sure > 0}, reverse=True):
        over = [one for one in judged if one.sure >= cut]
        hits = sum(one.case.positive for one in over)
        points.append(((len(over) - hits) / negative, hits / positive))
    return points


def _picture(name: str, judged: Sequence[Judged], place: int) -> str:
    left, top = GAP + place % ACROSS * (SIDE + GAP), GAP + place // ACROSS * (SIDE + GAP + 14)
    line = " ".join(f"{left + x * SIDE:.1f},{top + (1 - y) * SIDE:.1f}" for x, y in curve(judged))
    positive = [one.fires for one in judged if one.case.positive]
    negative = [one.fires for one in judged if not one.case.positive]
    x = left + SIDE * sum(negative) / max(len(negative), 1)
    y = top + SIDE * (1 - sum(positive) / max(len(positive), 1))
    return (
        f"<text x='{left}' y='{top - 6}' {_STYLE}>{escape(name)}</text>"
        f"<rect x='{left}' y='{top}' width='{SIDE}' height='{SIDE}' fill='none' stroke='#bbb'/>"
        f"<polyline points='{line}' fill='none' stroke='#1f6f8b' stroke-width='1.5'/>"
        f"<path d='M{x - 4:.1f},{y:.1f}h8M{x:.1f},{y - 4:.1f}v8' stroke='#c0392b' stroke-width='1.5'/>"
    )


# The command, and what it prints.

DEMO = Path(__file__).parent.parent / "demo" / "policy.yaml"
LARKFIELD = Path(__file__).parent.parent / "sandbox" / "company" / "intents.yaml"
HALVES = ("first half", "second half")


class Figures:
    """Recall and false alarms of some judged cases."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.recall: Share = share([one.fires for one in judged if one.case.positive])
        self.alarms: Share = share([one.fires for one in judged if not one.case.positive])

    def row(self) -> dict[str, Any]:
        return {"recall": share_row(self.recall), "false_alarms": share_row(self.alarms)}


def report_of(judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures of each trigger: in English, its two halves (even and odd places of the lists), and other languages."""
    found: dict[str, Any] = {}
    for name in sorted({one.case.trigger for one in judged}):
        mine = [one for one in judged if one.case.trigger == name]
        english = [one for one in mine if one.case.language == ENGLISH]
        halves = {half: Figures([one for one in english if one.case.place % 2 == n]) for n, half in enumerate(HALVES)}
        others = sorted({one.case.language for one in mine} - {ENGLISH})
        found[name] = {
            **Figures(english).row(),
            **{half.replace(" ", "_"): figures.row() for half, figures in halves.items()},
            "other_languages": {code: Figures([o for o in mine if o.case.language == code]).row() for code in others},
        }
    return found


def as_table(report: dict[str, Any]) -> Table:
    drawn = Table("trigger", "recall (95 %)", "false alarms (95 %)", *HALVES, "other languages")
    for name, row in report.items():
        halves = [_pair(row[half.replace(" ", "_")]) for half in HALVES]
        others = "; ".join(f"{code} {_pair(figures)}" for code, figures in row["other_languages"].items())
        drawn.add_row(name, _format_figure(row["recall"]), _format_figure(row["false_alarms"]), *halves, others)
    return drawn


def _format_figure(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "no cases"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f}) of {figure['cases']}"


def _pair(figures: dict[str, Any]) -> str:
    values = (figures["recall"]["value"], figures["false_alarms"]["value"])
    return " / ".join("–" if value is None else f"{value:.3f}" for value in values)


def errors_of(judged: Sequence[Judged]) -> list[str]:
    return [
        f"{one.case.trigger}: {'missed' if one.case.positive else 'false alarm'}"
        f"{'' if one.case.language == ENGLISH else ' (' + one.case.language + ')'}: {one.case.told}"
        f"{'  [' + one.words + ']' if one.fires and one.words else ''}"
        for one in judged
        if one.fires is not one.case.positive
    ]


def judge_all(watcher: Watcher, cases: Sequence[Case], console: Console) -> list[Judged]:
    with console.status("Reading the cases …"):
        return [watcher.judged(case) for case in cases]


@click.command(help=__doc__)
@click.option(
    "--cases",
    "where",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="The labelled cases, as told above.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=DEMO,
    help="The policy whose thresholds count. Default: that of the demo.",
)
@click.option(
    "--intents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=LARKFIELD,
    help="The intents that are known, with examples. Default: those of the demo.",
)
@cache_option
@click.option("--json", "machine", is_flag=True, help="Print JSON instead.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw into this file how many are found against how many false alarms.",
)
@click.option(
    "--figures-only", is_flag=True, help="Print no case that was judged wrongly: for cases that are to stay unseen."
)
def command(
    where: Path, policy: Path, intents: Path, cache: Path, machine: bool, svg: Path | None, figures_only: bool
) -> None:
    watcher = Watcher.of(policy=policy, intents=intents, cache=cache)
    console = Console(stderr=machine)
    judged = judge_all(watcher, cases_of(where), console)
    report = report_of(judged)
    if svg:
        svg.write_text(as_svg(judged), encoding="utf-8")
    errors = [] if figures_only else errors_of(judged)
    if machine:
        click.echo(json.dumps({"triggers": report, "errors": errors}, indent=2, ensure_ascii=False))
        return
    console.print(as_table(report))
    for line in errors:
        console.print(line, markup=False, highlight=False)
