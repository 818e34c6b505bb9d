"""An admin's articles and questions, put to the product's own search and confidence."""

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.bootstrap import OfflineHouse
from apps.policy_file import read_policy
from core.answer.answer import Answer
from core.answer.parts import Part, Setting
from core.answer.question import asked_in
from core.errors import ConfigurationError

STARTER = Path(__file__).parent.parent / "starter" / "policy.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    answer: Answer

    @classmethod
    def over(cls, articles: Path, cache: Path) -> "Judge":
        """Over the articles of a file or folder. ConfigurationError when there are none, or one cannot be read."""
        folder = Path(tempfile.mkdtemp(prefix="handrail-eval-"))
        house = OfflineHouse(folder=folder, cache=cache, policy=read_policy(STARTER))
        read = house.articles(articles)
        if read.bad:
            raise ConfigurationError(str(read.bad[0]))
        if not read.articles:
            raise ConfigurationError(f"there are no articles in {articles}")
        house.library.add(read.articles)
        return cls(answer=house.thinking.answer)

    def judged(self, turns: Sequence[tuple[bool, str]], gold: Collection[str]) -> tuple[float, bool]:
        """How sure the product is, and whether its best passage is of one of these articles."""
        parts = self.answer.weighed(asked_in(turns), Setting(language=None))
        best = max(parts, key=lambda part: part.confidence, default=None)
        if best is None or not best.matches:
            return 0.0, False
        return best.confidence, _article(best) in gold


def _article(part: Part) -> str:
    return str(part.matches[0].passage.article_id)
