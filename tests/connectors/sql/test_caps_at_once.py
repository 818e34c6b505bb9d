"""Two campaigns that take the same person at the same moment: a cap holds, also where many write at once."""

import threading
from dataclasses import replace
from datetime import timedelta

from connectors.sql.store import SqlStore
from core.execute.deliver import Delivery, Taken, Told
from core.govern.seal import seal
from core.model.campaign import Campaign, CampaignState, message_to
from core.model.customer import Purpose
from core.model.ids import ApprovalId, EffectId
from core.model.outbound import EffectState
from core.policy.outreach import Cap
from tests.core.campaigns import asked, campaign, line, person, queued, vote
from tests.core.container import Container
from tests.core.people import MINUTE, NOW

ONE_A_DAY = (Cap(purpose=Purpose.SERVICE, messages=1, within=timedelta(days=1)),)
LATER, FIRST = ApprovalId("ap_later"), ApprovalId("ap_first")


def test_whoever_is_judged_while_another_message_leaves_waits_for_what_becomes_of_that(postgresql_url: str) -> None:
    """What was made first comes into the outbox last: it goes before the other one, but the other is leaving already,
    which nobody can see until that is committed."""
    store = SqlStore(postgresql_url)
    delivery = _delivery(store)
    later, first = _under_way(store, LATER), _under_way(store, FIRST)
    with store.begin() as unit:
        (leaving,) = queued(unit, later, NOW + MINUTE)
    judged: list[Taken | Told | None] = []
    other = threading.Thread(target=lambda: judged.append(_put_and_judged(store, delivery, first)))
    with store.begin() as unit:
        assert isinstance(delivery.take(unit, leaving.id), Taken)
        other.start()
        other.join(1)  # much longer than it takes where nothing holds it up
    other.join(30)
    (told,) = judged
    assert isinstance(told, Told)
    with store.read() as unit:
        row = unit.outbox.get(told.effect.id)
    assert row is not None
    assert (row.state, row.error) == (EffectState.REFUSED, "has had enough messages")
    store.close()


def _delivery(store: SqlStore) -> Delivery:
    container = Container(store)
    container.clock.forward(2 * MINUTE)
    rules = replace(container.policy, outreach=replace(container.policy.outreach, caps=ONE_A_DAY))
    return replace(container.delivery, policy=rules, gate=replace(container.delivery.gate, policy=rules))


def _under_way(store: SqlStore, name: ApprovalId) -> Campaign:
    """A campaign to the same person that was approved; nothing of it is in the outbox."""
    of = campaign(id=name)
    with store.begin() as unit:
        unit.customers.save(person(1))
        made = asked(unit, of, [line(of)])
        seal(unit, made, (vote(made),), NOW)
        kept = unit.campaigns.get(name)
        assert kept is not None
        assert unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=NOW))
    return made


def _put_and_judged(store: SqlStore, delivery: Delivery, of: Campaign) -> Taken | Told | None:
    effect = message_to(of, line(of), NOW)
    with store.begin() as unit:
        assert unit.outbox.add(effect)
        unit.campaigns.mark_queued(of.id, {1: EffectId(effect.id)})
    with store.begin() as unit:
        return delivery.take(unit, effect.id)
