from datetime import datetime, timedelta

import pytest

from core.answer.style import StyleCard
from core.execute.timers import Timekeeper
from core.model.event import EventKind
from core.model.outbound import Effect, EffectKind
from core.sweep import sweep
from tests.core.house import House
from tests.core.samples import effect


def swept(house: House) -> int:
    return sweep(house.store, house.publisher, house.clock())


def test_what_the_broker_lost_is_published_again_and_what_is_done_is_not(house: House) -> None:
    lost = house.event(EventKind.ARTICLE_CHANGED, "article-1")
    house.accept(lost)
    note, sent = effect(), effect(EffectKind.SLACK_POST, key="k-2")
    with house.store.begin() as unit:
        for one in (note, sent):
            unit.outbox.add(one)
    house.delivery.deliver(sent.id)
    assert swept(house) == 0  # a fresh hint may still be on its way
    house.wait(seconds=15)
    assert swept(house) == 2
    assert house.publisher.events == [lost.id]
    assert [name for name, _ in house.publisher.effects] == [note.id]
    assert swept(house) == 0


def test_what_waits_for_its_hour_is_published_then(house: House) -> None:
    held = effect(EffectKind.MESSAGE, not_before=house.clock() + timedelta(hours=3))
    with house.store.begin() as unit:
        unit.outbox.add(held)
    house.wait(hours=2)
    assert swept(house) == 0
    house.wait(hours=1)
    assert swept(house) == 1


class Broken(Timekeeper):
    def run(self, now: datetime) -> list[Effect]:
        raise OSError("the disk is full")


def test_what_was_lost_is_published_whatever_becomes_of_the_timers(house: House) -> None:
    lost = house.event(EventKind.ARTICLE_CHANGED, "article-1")
    house.accept(lost)
    house.wait(seconds=15)
    timers = Broken(store=house.store, policy=house.policy, style=StyleCard())
    with pytest.raises(OSError, match="disk"):
        sweep(house.store, house.publisher, house.clock(), timers)
    assert house.publisher.events == [lost.id]
