"""A simulated world after a campaign: who would have called, and whom the message spared it."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from core.model.arm import Arm, arm_of
from core.model.campaign import CampaignState
from core.model.customer import Channel
from core.model.outbound import EffectState
from core.ports import Store
from tests.core.campaigns import asked, campaign, line, person, queued
from tests.core.contacts import Callers

NUMBERS = range(1001, 1501)  # of the people
SHARE, CALLS, SPARED = 0.3, 0.3, 0.5
DAYS = 2
HOUR = timedelta(hours=1)


def world(store: Store, policy_version: str, began: datetime) -> dict[Arm, tuple[int, int]]:
    """Of each arm who contacted us, and how many there are. One in three calls, unless a message spares it."""
    chance = random.Random(3)
    of = campaign(policy_version=policy_version, created_at=began, not_after=began + HOUR, holdout=SHARE)
    counts = {Arm.TREATED: [0, 0], Arm.HOLDOUT: [0, 0]}
    lines = [line(of, n, arm=arm_of(of.matter, person(n).id, SHARE)) for n in NUMBERS]
    with store.begin() as unit:
        for number in NUMBERS:
            unit.customers.save(person(number))
        made = asked(unit, of, lines)
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        running = unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=began))
        assert running is not None
        for effect in queued(unit, made, began):
            unit.outbox.claim(effect.id, began)
            unit.outbox.mark(effect.id, EffectState.SENT, began)
            unit.outbox.set_delivery(effect.id, "delivered", None)
        callers = Callers(unit)
        for number, each in zip(NUMBERS, lines, strict=True):
            would = chance.random() < CALLS
            calls = would and (each.arm is Arm.HOLDOUT or chance.random() >= SPARED)
            counts[each.arm][0] += calls
            counts[each.arm][1] += 1
            if calls:
                channel = chance.choice((Channel.SMS, Channel.VOICE, Channel.EMAIL))
                callers.writes(person(number), began + chance.random() * (24 * DAYS - 1) * HOUR, channel=channel)
            elif chance.random() < 0.1:  # about something else, or too late
                late = chance.random() < 0.5
                about, at = ("device_offline", (24 * DAYS + 1) * HOUR) if late else ("billing", HOUR)
                callers.writes(person(number), began + at, about)
        unit.campaigns.save(replace(running, state=CampaignState.DONE, ended_at=began + HOUR))
    return {arm: (hits, cases) for arm, (hits, cases) in counts.items()}
