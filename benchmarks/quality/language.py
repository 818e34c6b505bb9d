"""The language of twenty short texts in thirteen languages, and what has none; set aside."""

from pathlib import Path

from apps.evaluate.report import Score
from apps.evaluate.sentiment import language_figures, mapping
from benchmarks.quality.sources import Sources
from connectors.local.language import FastLanguage

FILE = Path(__file__).parents[2] / "tests" / "scenarios" / "languages.yaml"
AIM = 0.95  # nineteen of twenty


def measure(sources: Sources) -> list[Score]:
    return language_figures("languages, set aside", mapping(FILE), FastLanguage(), AIM)
