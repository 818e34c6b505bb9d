"""Whether an article says already what an agent added."""

from dataclasses import dataclass, field

from core.improve.causes import stated
from core.improve.spread import Spread
from core.knowledge.passages import lines
from core.ports import Unit

SAYS = 0.75  # cosine from which a line of an article says it
LOOKED_AT = 6  # passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The articles that anybody may read, asked by words and compared by meaning."""

    unit: Unit
    vectors: Spread
    _told: dict[str, bool] = field(default_factory=dict)

    def says(self, sentence: str) -> bool:
        """Whether one line says it, with every figure that the sentence has."""
        if sentence not in self._told:
            self._told[sentence] = self._says(sentence)
        return self._told[sentence]

    def _says(self, sentence: str) -> bool:
        figures = stated(sentence)
        for passage in self.unit.articles.passages(self.unit.articles.keyword(sentence, LOOKED_AT)):
            for line in lines(passage.text):
                if figures <= stated(line.text) and self.vectors.alike(sentence, line.text) >= SAYS:
                    return True
        return False
