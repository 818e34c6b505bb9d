"""What this process counts of its own work, for Prometheus: calls to other systems, transactions, decisions, effects.

Labels are names of ours, of the policy's rules and of states, never what a customer, an agent or a vendor has written.
A count is made where a row is written: one whose transaction is rolled back afterwards is counted all the same.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from prometheus_client import CollectorRegistry, Counter, Histogram
from requests.adapters import HTTPAdapter

from connectors import traces

MEASURES = CollectorRegistry()

_OF_CALLS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_OF_STORE = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 10)
_OF_WAITS = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
_OF_PEOPLE = (10, 30, 60, 300, 900, 1800, 3600, 4 * 3600, 24 * 3600)
_OF_TEXTS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2, 10)

CALLS = Histogram(
    "handrail_call_seconds",
    "Calls to vendors, models and the company's systems: until the answer's head",
    ["system", "result"],
    registry=MEASURES,
    buckets=_OF_CALLS,
)
TASKS = Histogram(
    "handrail_task_seconds", "Tasks of the workers", ["task", "result"], registry=MEASURES, buckets=_OF_CALLS
)
STORE = Histogram(
    "handrail_store_seconds",
    "Transactions, waiting and all that is done in them included",
    ["kind"],
    registry=MEASURES,
    buckets=_OF_STORE,
)
STORE_LOCK = Histogram(
    "handrail_store_lock_seconds",
    "How long a transaction waited for SQLite's write lock",
    registry=MEASURES,
    buckets=_OF_STORE,
)
STORE_FAILED = Counter(
    "handrail_store_failed", "Transactions that the store kept waiting in vain", ["kind"], registry=MEASURES
)
DECISIONS = Counter(
    "handrail_decisions",
    "Decisions by who acts next, what is done and by what rule, and whether a draft was missed",
    ["owner", "action", "rule", "abstained"],
    registry=MEASURES,
)
DECISION_WAIT = Histogram(
    "handrail_decision_wait_seconds",
    "From the arrival of an event to its decision",
    registry=MEASURES,
    buckets=_OF_WAITS,
)
EFFECTS = Counter(
    "handrail_effects", "Effects by kind and by the state that they came to", ["kind", "state"], registry=MEASURES
)
DRAFTS = Counter("handrail_drafts", "Drafts by what became of them", ["state"], registry=MEASURES)
ACTIONS_ENDED = Counter(
    "handrail_action_runs_ended",
    "Runs of actions by how they ended; an unclear one may end once more, when a person has looked",
    ["action", "state"],
    registry=MEASURES,
)
APPROVAL_WAIT = Histogram(
    "handrail_approval_wait_seconds",
    "From asking supervisors to their yes or no; what expired is not in it",
    ["kind", "verdict"],
    registry=MEASURES,
    buckets=_OF_PEOPLE,
)
EMBEDDING = Histogram(
    "handrail_embedding_seconds",
    "Computing vectors that no cache had: for one or several texts at once",
    ["encoder"],
    registry=MEASURES,
    buckets=_OF_TEXTS,
)
EMBEDDED = Counter("handrail_embedded_texts", "Texts whose vectors were computed", ["encoder"], registry=MEASURES)


class Call:
    """One call to another system; `result` is what Prometheus is told of it."""

    def __init__(self) -> None:
        self.result = "ok"

    def answered(self, status: int) -> None:
        """With a status of HTTP."""
        if status == 429:
            self.result = "limited"
        elif status >= 500 or status == 408:
            self.result = "failed"
        elif status >= 400:
            self.result = "refused"


@contextmanager
def calling(system: str, what: str = "") -> Iterator[Call]:
    """Around one call; what is raised counts as failed. `what` is for the trace, and holds no data of anybody."""
    call, begun = Call(), time.perf_counter()
    with traces.span(f"{what} {system}".strip(), client=True, system=system) as told:
        try:
            yield call
        except BaseException:
            if call.result == "ok":
                call.result = "failed"
            raise
        finally:
            CALLS.labels(system, call.result).observe(time.perf_counter() - begun)
            told(result=call.result)


class MeasuredAdapter(HTTPAdapter):
    """requests' own, with each request counted as one to `system`."""

    def __init__(self, system: str, **more: Any) -> None:
        self.system = system
        super().__init__(**more)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with calling(self.system, request.method or "") as call:
            answer = super().send(request, *args, **kwargs)
            call.answered(answer.status_code)
        return answer
