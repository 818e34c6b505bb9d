from datetime import datetime, timedelta

import pytest

from core.answer.style import StyleCard
from core.execute.sweep import sweep
from core.execute.timers import Timekeeper
from core.model.event import EventKind
from core.model.outbound import Effect, EffectKind
from tests.core.container import Container
from tests.core.samples import effect


def swept(container: Container) -> int:
    return sweep(container.store, container.publisher, container.clock())


def test_what_the_broker_lost_is_published_again_and_what_is_done_is_not(container: Container) -> None:
    lost = container.event(EventKind.ARTICLE_CHANGED, "article-1")
    container.accept(lost)
    note, sent = effect(), effect(EffectKind.SLACK_POST, key="k-2")
    with container.store.begin() as unit:
        for one in (note, sent):
            unit.outbox.add(one)
    container.delivery.deliver(sent.id)
    assert swept(container) == 0  # a fresh hint may still be on its way
    container.wait(seconds=15)
    assert swept(container) == 2
    assert container.publisher.events == [lost.id]
    assert [name for name, _ in container.publisher.effects] == [note.id]
    assert swept(container) == 0


def test_what_waits_for_its_hour_is_published_then(container: Container) -> None:
    held = effect(EffectKind.MESSAGE, not_before=container.clock() + timedelta(hours=3))
    with container.store.begin() as unit:
        unit.outbox.add(held)
    container.wait(hours=2)
    assert swept(container) == 0
    container.wait(hours=1)
    assert swept(container) == 1


class Broken(Timekeeper):
    def run(self, now: datetime) -> list[Effect]:
        raise OSError("the disk is full")


def test_what_was_lost_is_published_whatever_becomes_of_the_timers(container: Container) -> None:
    lost = container.event(EventKind.ARTICLE_CHANGED, "article-1")
    container.accept(lost)
    container.wait(seconds=15)
    timers = Broken(store=container.store, policy=container.policy, style=StyleCard())
    with pytest.raises(OSError, match="disk"):
        sweep(container.store, container.publisher, container.clock(), timers)
    assert container.publisher.events == [lost.id]
