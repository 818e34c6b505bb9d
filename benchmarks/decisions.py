"""How many decisions one core makes: `decide` alone, over turns of every kind under the demo's own policy.

Counted in processor time, so that what else runs on the machine slows neither the clock nor the figure.
"""

import statistics
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from apps.policy_file import read_policy
from benchmarks.figures import Figure
from core.decide.table import decide
from core.model.conversation import ASSISTANT, NOBODY, CaseContext, Conversation, Message, Owner, OwnerKind, Role
from core.model.customer import Channel, Customer
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ArticleId, ConversationId, CustomerId, DraftId, MessageId, PassageId
from core.model.knowledge import Citation, Passage
from core.model.signals import Scored, Signals
from core.policy import Policy

GROUP = "decisions"
PROMISED = 5_000  # a second, on one core
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
POLICY = Path(__file__).parents[1] / "apps" / "demo" / "policy.yaml"
MARIA = Owner(kind=OwnerKind.AGENT, id="Maria Lopez", name="Maria Lopez")

Given = tuple[CaseContext, Signals, Draft | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`times` runs of so many seconds each."""

    seconds: float = 1.0
    times: int = 5


QUICK = Size(seconds=0.2, times=1)


def measure(_: Path, size: Size) -> list[Figure]:
    """The median of all runs."""
    policy, given = read_policy(POLICY), make_turns()
    rates = [measure_rate(given, policy, size.seconds) for _ in range(size.times)]
    return [
        Figure(group=GROUP, name="decide() on one core", value=statistics.median(rates), unit="/s", least=PROMISED),
    ]


def measure_rate(given: list[Given], policy: Policy, seconds: float) -> float:
    """Decisions a second of processor time."""
    made, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for case, signals, draft in given:
            decide(case, signals, draft, policy)
        made += len(given)
    return made / spent


def make_turns() -> list[Given]:
    """Turns by channel, owner, intent and evidence, each with a conversation of some length behind it."""
    kinds = product(
        (Channel.SMS, Channel.EMAIL),
        (NOBODY, ASSISTANT, MARIA),
        ("order_status", "billing_dispute", "unknown"),
        ((), ("fraud",), ("churn", "repeated_question")),
        (None, 0.3, 0.9),
    )
    return [_turn(*kind) for kind in kinds]


def _turn(channel: Channel, owner: Owner, intent: str, risks: tuple[str, ...], sure: float | None) -> Given:
    name = ConversationId("co_bench")
    said = [_message(name, channel, number) for number in range(8)]
    case = CaseContext(
        customer=Customer(id=CustomerId("cu_bench"), name="Emma Clarke"),
        conversation=Conversation(
            id=name, customer_id=CustomerId("cu_bench"), subject="Order", owner=owner, updated_at=NOW
        ),
        timeline=tuple(said),
        now=NOW + timedelta(hours=1),
    )
    return case, _signals(intent, risks), None if sure is None else _draft(sure)


def _message(name: ConversationId, channel: Channel, number: int) -> Message:
    return Message(
        id=MessageId(f"ms_{number}"),
        conversation_id=name,
        channel=channel,
        role=Role.ASSISTANT if number % 3 == 1 else Role.CUSTOMER,
        author="Emma Clarke",
        text=f"Where is order LK-2011{number}? It should have been here on Tuesday.\n\nKind regards\nEmma Clarke",
        at=NOW + timedelta(minutes=number),
        vendor_ref=f"bench:{number}",
    )


def _signals(intent: str, risks: tuple[str, ...]) -> Signals:
    intents = (Scored(value=intent, confidence=0.8), Scored(value="upgrade_plan", confidence=0.1))
    amounts = {"complexity": 0.4, "assistant_minutes": 12.0, "open_minutes": 300.0, "mood_drop": 0.2}
    return Signals(
        language=Scored(value="en", confidence=0.99),
        intents=intents,
        sentiment=Scored(value="neutral", confidence=0.7),
        mood=0.0,
        urgency=Scored(value="normal", confidence=0.7),
        risks=tuple(Scored(value=risk, confidence=0.7) for risk in risks),
        facts=tuple(Scored(value=fact, confidence=1.0, amount=amount) for fact, amount in amounts.items()),
    )


def _draft(sure: float) -> Draft:
    text = "Parcels arrive within five working days."
    passage = Passage(
        id=PassageId("pa"), article_id=ArticleId("ar"), title="Delivery", path=(), text=text, start=0, end=len(text)
    )
    cited = Citation(passage=passage, start=0, end=len(text))
    sentence = Sentence(text=text, kind=SentenceKind.CITED, citation=cited)
    draft = Draft(id=DraftId("dr"), sentences=(sentence,), language="en", confidence=1.0, composer="extractive")
    return replace(draft, confidence=sure)
