"""What a real model makes of the questions: counts, and every sentence for a person to read.

python -m tests.live.run URL
"""

import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connectors.local.files import articles_from
from connectors.openai.model import OpenAIModel
from core.answer.compose.compose import Composer
from core.answer.compose.job import Fallback, Wish, Worded
from core.knowledge.passages import passages_of, searchable
from core.model.draft import Struck
from core.model.knowledge import Passage
from core.prompting.time_budget import TimeBudget
from core.text.stems import content
from tests.live.questions import ARTICLES, QUESTIONS, Question

SLOW = timedelta(minutes=5)  # one thread of a shared machine
NAME = "local"
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`texts` are the sentences of a reply that stands; none where the sources are quoted instead."""

    question: Question
    texts: tuple[str, ...]
    struck: tuple[Struck, ...]
    reason: str
    seconds: float

    @property
    def right(self) -> bool:
        return bool(self.question.right and re.search(self.question.right, " ".join(self.texts)))


@dataclass
class Report:
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return sum(len(outcome.texts) for outcome in self.outcomes)

    @property
    def struck(self) -> int:
        return sum(len(outcome.struck) for outcome in self.outcomes)

    def of(self, *, answerable: bool) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if bool(outcome.question.right) is answerable]

    def __str__(self) -> str:
        able, unable = self.of(answerable=True), self.of(answerable=False)
        rows = [
            f"sentences kept {self.kept}, struck {self.struck}",
            f"answerable {len(able)}: right {sum(o.right for o in able)}, sources quoted instead"
            f" {sum(not o.texts for o in able)}, answered without the point"
            f" {sum(bool(o.texts) and not o.right for o in able)}",
            f"not answerable {len(unable)}: refused {sum(not o.texts for o in unable)}, answered anyway"
            f" {sum(bool(o.texts) for o in unable)}",
            f"seconds a draft: median {sorted(o.seconds for o in self.outcomes)[len(self.outcomes) // 2]:.1f}",
        ]
        return "\n".join([*(_shown(outcome) for outcome in self.outcomes), "", *rows])


def _shown(outcome: Outcome) -> str:
    head = f"{'+' if outcome.right else '?' if outcome.question.right else '-'} {outcome.question.asked}"
    kept = [f"    kept    {text}" for text in outcome.texts]
    struck = [f"    struck  {each.text}  ({each.reason})" for each in outcome.struck]
    return "\n".join([head, *kept, *struck, *([f"    sources {outcome.reason}"] if outcome.reason else [])])


def passages(question: Question) -> list[Passage]:
    """The passages of three articles that share most words with the question, as many as a draft shows."""
    every = [passage for name in (*question.beside, question.article) for passage in _of_article(name)]
    asked = content(question.asked)
    return sorted(every, key=lambda passage: -len(asked & content(searchable(passage))))[:SHOWN]


def _of_article(name: str) -> Sequence[Passage]:
    [article] = articles_from(ARTICLES / f"{name}.md").articles
    return passages_of(article)


def composer(url: str) -> Composer:
    model = OpenAIModel(api_key="none-needed", model=NAME, base_url=url, timeout=SLOW)
    return Composer(light=model, patience=TimeBudget(total=SLOW, tries=2))


def outcome(composer: Composer, question: Question) -> Outcome:
    started = time.monotonic()
    found: Worded | Fallback = composer.write(
        Wish(asked=question.asked, passages=passages(question), language=question.language)
    )
    return Outcome(
        question=question,
        texts=tuple(sentence.text for sentence in found.sentences) if isinstance(found, Worded) else (),
        struck=found.struck,
        reason=found.reason if isinstance(found, Fallback) else "",
        seconds=time.monotonic() - started,
    )


def main(url: str) -> None:
    worker, report = composer(url), Report()
    for question in QUESTIONS:
        report.outcomes.append(outcome(worker, question))
        sys.stdout.write(_shown(report.outcomes[-1]) + f"  [{report.outcomes[-1].seconds:.0f} s]\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{report}\n")


if __name__ == "__main__":
    main(sys.argv[1])
