"""Pressing the buttons of a campaign's card, and looking at what it came to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.govern.approvers import Settled
from core.model.campaign import Campaign, Recipient, Standing
from core.model.effect_payloads import SlackPayload
from core.model.outbound import EffectKind
from core.model.outreach import Click, Verdict
from core.outreach.decide import settle
from core.policy import Policy
from core.policy.outreach import Approver
from core.ports import Unit
from tests.core.campaigns import asked, campaign, line
from tests.core.outreach.slack_limits import complaints
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import payload_of

PRIYA, TOM = "priya@larkfield.example", "tom@larkfield.example"
OF = campaign()
LINES = [line(OF, number) for number in range(1, 4)]
LONELY = policy()
BOTH = replace(
    LONELY,
    outreach=replace(
        LONELY.outreach,
        second_above=2,
        roles={PRIYA: Approver(email=PRIYA, role="supervisor"), TOM: Approver(email=TOM, role="head of care")},
    ),
)


def on_a_card(store: SqlStore, of: Campaign = OF, lines: Sequence[Recipient] = LINES) -> Campaign:
    """A campaign whose card stands in Slack."""
    with store.begin() as unit:
        made = asked(unit, of, lines)
        unit.campaigns.note_post(made.id, "C1", "1.0")
    return made


def click(of: Campaign, verdict: Verdict = Verdict.APPROVE, user: str = "U-PRIYA", **changes: Any) -> Click:
    return Click(
        **{
            "approval_id": of.id,
            "verdict": verdict,
            "digest": of.digest,
            "user_id": user,
            "user_name": user.removeprefix("U-").title(),
            "channel": "C1",
            "ts": "1.0",
            "revision": of.revision,
            "event_id": f"ev_{verdict}_{user}_{len(changes)}",
            **changes,
        }
    )


def press(
    store: SqlStore, pressed: Click, email: str | None = PRIYA, rules: Policy = LONELY, now: datetime = NOW + MINUTE
) -> Settled:
    with store.begin() as unit:
        settled = settle(unit, pressed, email, rules, now, StyleCard(company="Larkfield Home"))
        for effect in settled.effects:
            unit.outbox.add(effect)
    for effect in settled.effects:
        if isinstance(effect.payload, SlackPayload):
            assert complaints(effect.payload.blocks) == []
    return settled


def look(store: SqlStore, read: Callable[[Unit], Any]) -> Any:
    with store.read() as unit:
        return read(unit)


def stands(store: SqlStore) -> Standing:
    found = look(store, lambda unit: unit.campaigns.get(OF.id))
    assert isinstance(found, Standing)
    return found


def card(settled: Settled) -> Any:
    """The blocks of the changed card; empty where it is not changed."""
    found = [effect for effect in settled.effects if effect.kind is EffectKind.SLACK_UPDATE]
    assert all(effect.target == "C1:1.0" for effect in found)
    return payload_of(found[-1]).blocks if found else []


def said(settled: Settled) -> str:
    """What only whoever clicked can see."""
    cards = [effect.payload for effect in settled.effects]
    words = [each.text for each in cards if isinstance(each, SlackPayload) and each.ephemeral_to]
    assert len(words) <= 1
    return words[0] if words else ""


def ledger(store: SqlStore) -> bool:
    return look(store, lambda unit: unit.ledger.verify()) is None
