"""Who mailed and writes again: what is joined in silence and what an agent is asked about, on the labelled pairs of
`triggers/repeat_contact.yaml`, read as the product reads. docs/threads.md has the figures."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.evaluate.triggers import DEMO, LARKFIELD, Watcher
from core.context.threading import Candidate, Said, Weighing, choose_thread
from core.model.conversation import Conversation, Earlier, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId
from core.read.reader import Sense
from tests.core import samples
from tests.core.people import NOW
from tests.policies import demo_policy

CASES = Path(__file__).parent / "triggers" / "repeat_contact.yaml"
WAITED = timedelta(hours=20)
NAME = ConversationId("co_mail")


@pytest.fixture(scope="module")
def sense() -> Sense:
    return Watcher.of(policy=DEMO, intents=LARKFIELD, cache=CASES.parents[3] / "var" / "cache").sense


def pairs(label: str) -> list[tuple[str, dict[str, Any]]]:
    """What is written now, and the one mail that it may be about."""
    found = []
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))[label]:
        earlier = [each for each in case.get("earlier", []) if each["days_ago"] <= 30]
        if len(earlier) == 1:
            found.append(([turn["customer"] for turn in case["turns"] if "customer" in turn][-1], earlier[0]))
    return found


def placed(sense: Sense, text: str, mail: dict[str, Any], channel: Channel) -> str:
    at = NOW - WAITED
    waits = samples.message(text=mail["text"], at=at, channel=Channel.EMAIL)
    candidate = Candidate(
        conversation=Conversation(id=NAME, customer_id=CustomerId("cu_1"), subject=mail["subject"], updated_at=at),
        earlier=Earlier(id=NAME, subject=mail["subject"], words=mail["text"], at=at, solved=False),
        last=(waits,),
    )
    assert waits.role is Role.CUSTOMER
    said = Said(text=text, channel=channel, address="+447700900123", at=NOW)
    found = choose_thread(Weighing(said=said, candidates=[candidate], policy=demo_policy(), alike=sense.alike))
    return "joined" if found.conversation else "asked" if found.near else "apart"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_little_is_joined_wrongly_in_silence_and_most_of_one_matter_is_joined_or_asked_about(
    sense: Sense, channel: Channel
) -> None:
    one = Counter(placed(sense, *pair, channel) for pair in pairs("positive"))
    two = Counter(placed(sense, *pair, channel) for pair in pairs("negative"))
    assert (one.total(), two.total()) == (39, 29)
    told = f"one matter {dict(one)}, two matters {dict(two)}"
    assert two["joined"] <= 1, told  # of 29 texts 5 before an agent was asked
    assert one["joined"] + one["asked"] >= 29, told  # 31 measured
