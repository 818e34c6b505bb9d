"""A reranker behind HTTP, in the form that Cohere made common and Jina, vLLM, llama.cpp and others offer as well.

Asked is `POST {"model", "query", "documents": [text, …]}`; the answer has `results`, each with the `index` of a
document and its `relevance_score`. Written from public documents (https://docs.cohere.com/reference/rerank) and not
tried with any of these vendors.
"""

import math
from collections.abc import Sequence
from datetime import timedelta

from connectors.own_systems import OwnSystem
from core.errors import ConfigurationError, RejectedError
from core.privacy.mask import mask
from core.prompting.breaker import Breaker

TIMEOUT = timedelta(seconds=2)


class HttpReranker:
    """Implements `core.ports.Reranker`. `url` is the whole address of the endpoint."""

    def __init__(self, *, url: str, model: str, key: str, timeout: timedelta = TIMEOUT) -> None:
        if not model:
            raise ConfigurationError("a reranker needs the model's name: set HANDRAIL_SEARCH_RERANK_MODEL")
        self.name = model
        self._system = OwnSystem("the reranker", "HANDRAIL_SEARCH_KEY", url=url, token=key, timeout=timeout)
        self._breaker = Breaker(name="the reranker")

    def scores(self, asked: str, texts: Sequence[str]) -> list[float]:
        """Raises the errors of `core.errors`. The question goes out without the personal data in it."""
        body = {"model": self.name, "query": mask(asked).text, "documents": list(texts)}
        with self._breaker.watch():
            answer = self._system.ask("POST", "", body=body)
        found: dict[int, float] = {}
        rows = answer.get("results")
        for row in rows if isinstance(rows, list) else ():
            place, score = (row.get("index"), row.get("relevance_score")) if isinstance(row, dict) else (None, None)
            if isinstance(place, int) and isinstance(score, int | float) and math.isfinite(score):
                found[place] = float(score)
        if found.keys() != set(range(len(texts))):
            raise RejectedError("the reranker did not score every document", code="malformed_answer")
        return [found[place] for place in range(len(texts))]
