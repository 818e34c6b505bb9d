"""Decisions as JSON lines, and the figures of a run."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.model.decision import Decision
from core.model.draft import Draft, Sentence
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
            "language": _scored(signals.language),
            "intents": [_scored(intent) for intent in signals.intents],
            "sentiment": _scored(signals.sentiment) | {"mood": round(signals.mood, 4)},
            "urgency": _scored(signals.urgency),
            "risks": [_scored(risk) for risk in signals.risks],
        },
        "draft": _draft(decision.draft) if decision.draft else None,
        "abstained": decision.abstained,
        "timings_ms": dict(decision.timings),
    }
    return json.dumps(row, ensure_ascii=False)


def _scored(scored: Scored) -> dict[str, Any]:
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
