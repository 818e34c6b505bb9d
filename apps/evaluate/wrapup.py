"""What a wrap-up keeps of a matter, and whether it states anything that nobody said.

TICKETS is a YAML file of tickets with comments, as the sandbox's `tickets.yaml`. Kept are the order numbers, codes and
sums that stand in a ticket; with `--labels FILE` ({ticket: {issue, action, next}}, each in the ticket's words) also
those, in the part of the wrap-up where they belong and anywhere in it, of the labelled tickets alone. A value counts as
invented if a number, date or address of the wrap-up stands nowhere in the ticket. `--summaries FILE` compares how much
is taken with the sentences that TweetSumm's annotators took (JSON Lines, also .gz): their texts are not published, so
neither is anything but the number of sentences compared."""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console

from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import bootstrap
from core.answer.contract.told import extract_statements
from core.errors import ConfigurationError
from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, MessageId
from core.read.repeats import references
from core.wrap_up.summary import Part, SummaryLine, sentences_of, summarise

LABELS = {"issue": Part.WANTED, "action": Part.DONE, "next": Part.REMAINS}
_SUM = re.compile(r"[£$€¥]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:GBP|USD|EUR|CHF|JPY)\b")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One ticket: of each kind of fact how many there are and how many were kept; `invented` are values."""

    there: Mapping[str, int]
    kept: Mapping[str, int]
    invented: tuple[str, ...]
    sentences: int
    lines: int


def messages_of(ticket: Mapping[str, Any]) -> list[Message]:
    channel = str(ticket["channel"])
    return [
        Message(
            id=MessageId(f"{ticket['id']}:{place}"),
            conversation_id=ConversationId(str(ticket["id"])),
            channel=Channel(channel) if channel in set(Channel) else Channel.EMAIL,
            role=Role.CUSTOMER if row["by"] == "customer" else Role.AGENT,
            author=str(row["by"]),
            text=str(row["text"]),
            at=datetime.fromisoformat(str(row["at"])),
            vendor_ref=f"{ticket['id']}:{place}",
        )
        for place, row in enumerate(ticket["comments"])
    ]


def look(messages: Sequence[Message], label: Mapping[str, str]) -> Kept:
    lines, said = summarise(messages), "\n".join(message.text for message in messages)
    whole = "\n".join(line.quote for line in lines)
    facts: dict[str, tuple[int, int]] = {
        "order numbers and codes": _overlap(references(said), references(whole)),
        "sums": _overlap(_sums(said), _sums(whole)),
    }
    for name, part in LABELS.items():
        if name in label:
            facts[name] = (1, int(label[name] in whole))
            facts[f"{name}, in its part"] = (1, int(_stands(label[name], lines, part)))
    return Kept(
        there={name: there for name, (there, _) in facts.items()},
        kept={name: kept for name, (_, kept) in facts.items()},
        invented=tuple(sorted(_values("\n".join(re.sub("[“”]", " ", each.text) for each in lines)) - _values(said))),
        sentences=sum(len(sentences_of(message)) for message in messages),
        lines=len(lines),
    )


def _overlap(there: frozenset[str], kept: frozenset[str]) -> tuple[int, int]:
    return len(there), len(there & kept)


def _sums(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"\s", "", found) for found in _SUM.findall(text))


def _stands(words: str, lines: Sequence[SummaryLine], part: Part) -> bool:
    return any(words in line.quote for line in lines if line.part is part)


def _values(text: str) -> frozenset[str]:
    found = extract_statements(text, "de")  # whose nouns all begin with a capital: none of them is taken for a name
    return frozenset({*found.numbers, *found.dates, *found.addresses})


# ------------------------------------------------------------------


def scores(cases: Sequence[Kept], *, name: str, part: str) -> list[Score]:
    kinds = dict.fromkeys(kind for case in cases for kind in case.there)
    found = [
        Score(
            set=name,
            figure=f"{kind} kept",
            system="handrail",
            value=_share(cases, kind)(np.arange(len(cases))),
            cases=sum(case.there.get(kind, 0) for case in cases),
            interval=bootstrap(len(cases), _share(cases, kind)),
            part=part,
        )
        for kind in kinds
        if any(case.there.get(kind) for case in cases)
    ]
    invented = sum(len(case.invented) for case in cases)
    figures = {
        "values invented": (float(invented), 0.0),
        "share of the sentences taken": (sum(c.lines for c in cases) / max(1, sum(c.sentences for c in cases)), None),
    }
    for figure, (value, aim) in figures.items():
        found.append(
            Score(
                set=name,
                figure=figure,
                system="handrail",
                value=value,
                cases=len(cases),
                aim=aim,
                at_most=True,
                part=part,
            )
        )
    return found


def _share(cases: Sequence[Kept], kind: str) -> Callable[[NDArray[np.int64]], float]:
    there = np.array([case.there.get(kind, 0) for case in cases])
    kept = np.array([case.kept.get(kind, 0) for case in cases])
    return lambda chosen: float(kept[chosen].sum() / max(1, there[chosen].sum()))


def annotators(path: Path) -> list[Score]:
    """How much people took: sentences of each extract, and its share of the conversation's."""
    # Of some conversations an annotator took nothing.
    found = [(row, each["extractive"]) for row in _rows(path) for each in row["annotations"] if each.get("extractive")]
    if not found:
        raise ConfigurationError(f"{path}: no conversation has annotations")
    extracts = [(len(chosen), _sentences(row)) for row, chosen in found]
    first = [
        any(each["tweet_id"] == row["tweet_ids_sentence_offset"][0]["tweet_id"] for each in chosen)
        for row, chosen in found
    ]
    taken, of = sum(count for count, _ in extracts), sum(count for _, count in extracts)
    figures = {
        "share of the sentences taken": taken / max(1, of),
        "sentences taken, median": float(median(count for count, _ in extracts)),
        "take a sentence of the first message": sum(first) / len(first),
    }
    return [
        Score(set=path.name, figure=figure, system="annotators", value=value, cases=len(extracts))
        for figure, value in figures.items()
    ]


def _sentences(row: Mapping[str, Any]) -> int:
    return sum(len(each["sentence_offsets"]) for each in row["tweet_ids_sentence_offset"])


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        yield from (json.loads(line) for line in text.decode().splitlines() if line.strip())
    except ValueError as error:
        raise ConfigurationError(f"{path}: is not JSON Lines: {error}") from error


@click.command(help=__doc__)
@click.argument("tickets", type=_FILE)
@click.option("--labels", type=_FILE, help="What people found in the tickets; without it all tickets are looked at.")
@click.option("--summaries", type=_FILE, help="TweetSumm's annotations.")
@click.option("--json", "machine", is_flag=True, help="Print JSON instead of a table.")
def command(tickets: Path, labels: Path | None, summaries: Path | None, machine: bool) -> None:
    wanted = yaml.safe_load(labels.read_text(encoding="utf-8")) if labels else {}
    rows = yaml.safe_load(tickets.read_text(encoding="utf-8"))["tickets"]
    chosen = [row for row in rows if not labels or row["id"] in wanted]
    cases = [look(messages_of(row), wanted.get(row["id"], {})) for row in chosen]
    if not cases:
        raise ConfigurationError(f"{tickets}: none of the tickets is labelled")
    found = scores(cases, name=tickets.name, part=labels.name if labels else "all")
    found += annotators(summaries) if summaries else []
    if machine:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))
        for row, case in zip(chosen, cases, strict=True):
            for value in case.invented:
                click.echo(f"ticket {row['id']} does not say {value}")
