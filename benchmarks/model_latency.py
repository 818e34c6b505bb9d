"""From a message to its draft with a language model whose endpoint takes a second for each request, and without it.

The endpoint is the sandbox's, behind HTTP and the real SDK; the model reads the message, words the draft, and is
trusted as a judge that leads: the longest way that a message can take. The articles, the policy and the intents are the
demo company's.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from apps.bootstrap.offline import OfflineContainer
from apps.policy_file import read_policy
from apps.rehearsal import rehearsal
from apps.sandbox.clock import Clock
from apps.sandbox.faults import Faults, install_faults
from apps.sandbox.openai.answers import CHAT_MODEL
from apps.sandbox.openai.api import openai_blueprint
from benchmarks.figures import Figure, percentile
from connectors.openai.model import OpenAIModel
from core.decide.evaluation import TurnEvaluator
from core.model.conversation import CaseContext
from core.model.ids import EventId, MessageId
from core.model.reading import ReaderMode, ReaderRole
from core.policy import Models
from core.privacy.mask import MaskedModel
from core.prompting.breaker import Breaker, BreakerModel
from core.read.model_reader import PATIENCE

GROUP = "language model"
ROOT = Path(__file__).parents[1]
COMPANY = ROOT / "apps" / "sandbox" / "company"
CACHE = ROOT / "var" / "cache"
KEY = "sk-fake-benchmark"
ASKED = (
    "How long does a refund take?",
    "Can I return something after three weeks?",
    "How do I reset the hub?",
    "What does the LED mean when it is amber?",
    "How can I cancel my plan?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    messages: int = 20
    milliseconds: int = 1_000  # that the endpoint takes for a request


QUICK = Size(messages=2, milliseconds=100)


def measure(folder: Path, size: Size) -> list[Figure]:
    """The time of a decision for messages of a process that is warm."""
    container = OfflineContainer(
        folder=folder,
        cache=CACHE,
        policy=read_policy(ROOT / "apps" / "demo" / "policy.yaml"),
        intents_file=str(COMPANY / "intents.yaml"),
    )
    container.library.add(container.articles(COMPANY / "articles").articles)
    container.index_beside.tend()
    own = container.evaluator
    _decide(own, _cases(len(ASKED)))  # what a running process has loaded
    alone = _decide(own, _cases(size.messages))
    with _endpoint() as (address, faults):
        faults.set("openai", latency_ms=size.milliseconds)
        helped = _decide(_with_model(container, address), _cases(size.messages))
        faults.set("openai", latency_ms=0, error_5xx=10**6)
        away = _decide(_with_model(container, address), _cases(size.messages))
    container.store.close()
    called = f"{size.milliseconds / 1000:g} s a request"
    most = 2_500 if size.milliseconds == 1_000 else None
    return [
        Figure(group=GROUP, name="message to draft without one, p50", value=percentile(alone, 50), unit="ms"),
        Figure(
            group=GROUP, name=f"message to draft, {called}, p50", value=percentile(helped, 50), unit="ms", most=most
        ),
        Figure(group=GROUP, name=f"message to draft, {called}, p95", value=percentile(helped, 95), unit="ms"),
        Figure(group=GROUP, name="message to draft, endpoint broken, p50", value=percentile(away, 50), unit="ms"),
        Figure(group=GROUP, name="message to draft, endpoint broken, slowest", value=max(away), unit="ms"),
    ]


def _with_model(container: OfflineContainer, address: str) -> TurnEvaluator:
    asked = OpenAIModel(api_key=KEY, model=CHAT_MODEL, base_url=address, vocabulary_cache=CACHE / "vocabulary")
    model = MaskedModel(BreakerModel(asked, Breaker(name=CHAT_MODEL)))
    policy = container.policy
    models = replace(policy.models or Models(), reader=ReaderMode.LEAD)
    return replace(
        container.evaluator,
        answer=container.answer_with(model),
        reader=container.reader_of(model, ReaderRole.JUDGE, PATIENCE),
        policy=replace(policy, models=models),
    )


def _decide(evaluator: TurnEvaluator, cases: Sequence[CaseContext]) -> list[float]:
    """Milliseconds of each."""
    times = []
    for case in cases:
        began = time.perf_counter()
        evaluator.decide(EventId("benchmark"), case)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _cases(count: int) -> list[CaseContext]:
    found = []
    base = rehearsal(datetime.now(UTC))
    for number in range(count):
        [message] = base.timeline
        # No two are word for word the same: nothing that was computed for one serves the next.
        text = f"{ASKED[number % len(ASKED)]} I bought it {number + 2} weeks ago."
        told = replace(message, id=MessageId(f"m{number}"), text=text, vendor_ref=f"m{number}")
        found.append(replace(base, timeline=(told,)))
    return found


@contextmanager
def _endpoint() -> Iterator[tuple[str, Faults]]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
    faults = Faults()
    app = Flask("endpoint")
    install_faults(app, faults)
    app.register_blueprint(openai_blueprint(KEY, Clock(), faults), url_prefix="/openai")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/openai/v1", faults
    finally:
        server.shutdown()
        server.server_close()
