"""The loop over a file of conversations: real sensing, retrieval, drafting and policy; nothing is sent."""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from apps.run.conversations import BadLine, cases_from
from apps.style_file import read_style
from core.errors import ConfigurationError
from core.model.decision import Decision
from core.model.draft import Draft, Sentence
from core.model.ids import EventId, derive_id
from core.model.signals import Scored


def decision_line(conversation: str, decision: Decision) -> str:
    """One JSON object: signals with confidences, the draft with its spans, what was decided and why, timings."""
    disposition, signals = decision.disposition, decision.signals
    row = {
        "conversation": conversation,
        "disposition": disposition.action,
        "rule": disposition.rule,
        "reason": disposition.reason,
        "owner": disposition.owner.name or disposition.owner.kind,
        "tier": disposition.tier,
        "policy_version": decision.policy_version,
        "signals": {
            "language": _score(signals.language),
            "intents": [_score(intent) for intent in signals.intents],
            "sentiment": _score(signals.sentiment) | {"mood": round(signals.mood, 4)},
            "urgency": _score(signals.urgency),
            "risks": [_score(risk) for risk in signals.risks],
        },
        "draft": _draft(decision.draft) if decision.draft else None,
        "abstained": decision.abstained,
        "timings_ms": dict(decision.timings),
    }
    return json.dumps(row, ensure_ascii=False)


def _score(scored: Scored) -> dict[str, Any]:
    evidence = [{"start": e.start, "end": e.end, "words": e.words} for e in scored.evidence]
    return {"value": scored.value, "confidence": round(scored.confidence, 4), "evidence": evidence}


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "language": draft.language,
        "confidence": round(draft.confidence, 4),
        "composer": draft.composer,
        "sentences": [_sentence(sentence) for sentence in draft.sentences],
        "unknown": list(draft.unknown),
        "findings": [{"rule": f.rule, "severity": f.severity, "text": f.text} for f in draft.findings],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    """A cited sentence names its article and the characters of the article's text that it rests on."""
    row: dict[str, Any] = {"text": sentence.text, "kind": sentence.kind}
    if sentence.citation is not None:
        citation = sentence.citation
        row["source"] = {
            "article": citation.passage.article_id,
            "title": citation.passage.title,
            "url": citation.passage.url,
            "start": citation.start,
            "end": citation.end,
            "quote": citation.quote,
        }
    return row


def figures(timings: Sequence[dict[str, float]]) -> list[tuple[str, float, float]]:
    """(step, p50, p95) in milliseconds for each step and for their sum."""
    if not timings:
        return []
    steps = [*timings[0], "all steps"]
    rows = [{**t, "all steps": sum(t.values())} for t in timings]
    return [(step, *_spread([row[step] for row in rows])) for step in steps]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return float(p50), float(p95)


STARTER = Path(__file__).parent.parent / "starter" / "policy.yaml"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run came to."""

    timings: list[dict[str, float]] = field(default_factory=list)
    dispositions: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    seconds: float = 0.0


def run_file(
    file: Path,
    *,
    knowledge: Path | None,
    out: Path | None,
    policy: Path | None,
    intents: Path | None,
    style: str = "",
    learned: Path | None = None,
    cache: Path,
) -> int:
    """Exit code: 0, or 1 when any line was bad."""
    console = Console(stderr=True)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="handrail-run-") as folder:
        container = OfflineContainer(
            folder=Path(folder),
            cache=cache,
            policy=read_policy(policy or STARTER),
            intents_file=str(intents or ""),
            style=read_style(style, company="our team"),
            learned=learned,
        )
        with Progress(console=console, transient=True) as progress:
            if knowledge is not None:
                tally.bad += take_in(container, knowledge, progress, lambda text: _warn(console, text))
            began = time.perf_counter()
            with _write(out) as stream:
                _run(container, file, stream, tally, console, progress)
            tally.seconds = time.perf_counter() - began
    _report(console, tally)
    return 1 if tally.bad else 0


def take_in(container: OfflineContainer, path: Path, progress: Progress, tell: Callable[[str], None]) -> int:
    """Take the articles in; the number of bad lines among them, each told.

    Raises ConfigurationError where there is no article."""
    read = container.articles(path)
    for bad in read.bad:
        tell(str(bad))
    if not read.articles:
        raise ConfigurationError(f"{path}: no article could be read")
    task = progress.add_task("Reading articles", total=len(read.articles))
    container.library.add(read.articles, progress=lambda: progress.advance(task))
    task = progress.add_task("Reading them in other languages", total=None)
    container.index_beside.tend(lambda done, of: progress.update(task, completed=done, total=of))
    return len(read.bad)


def _write(out: Path | None) -> "IO[str] | nullcontext[IO[str]]":
    if out is None:
        return nullcontext(sys.stdout)
    try:
        return out.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror}") from error


def _run(
    container: OfflineContainer, file: Path, stream: IO[str], tally: Tally, console: Console, progress: Progress
) -> None:
    task = progress.add_task("Conversations", total=None)
    for item in cases_from(file):
        if isinstance(item, BadLine):
            tally.bad += 1
            _warn(console, f"{file.name}: line {item.number}: {item.reason}")
            continue
        number, case = item
        decision = container.evaluator.decide(EventId(derive_id("ev", str(file), str(number))), case)
        name = case.timeline[0].vendor_ref.removeprefix("file:").rpartition(":")[0]
        stream.write(decision_line(name, decision) + "\n")
        tally.timings.append(dict(decision.timings))
        tally.dispositions[f"{decision.disposition.action} ({decision.disposition.rule})"] += 1
        progress.advance(task)


def _warn(console: Console, text: str) -> None:
    console.print(text, style="yellow", highlight=False, markup=False, soft_wrap=True)


def _report(console: Console, tally: Tally) -> None:
    done = len(tally.timings)
    rate = done / tally.seconds if tally.seconds else 0.0
    console.print(f"{done} conversations in {tally.seconds:.1f} s, {rate:.1f} a second; {tally.bad} bad lines")
    for step, p50, p95 in figures(tally.timings):
        console.print(f"  {step:<12} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms", highlight=False)
    for name, count in tally.dispositions.most_common():
        console.print(f"  {name:<36} {count:6d}", highlight=False)
