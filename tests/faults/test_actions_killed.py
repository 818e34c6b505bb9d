"""An action whose process is killed, by a signal that nothing catches, at each step from the customer's yes to the
last word: whoever takes over does it at most once, and the customer is told what the record shows or that a person has
it."""

import json
import multiprocessing
import os
import shutil
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from apps.sandbox.settings import SandboxSettings
from apps.slack.cards.renderer import SlackCards
from connectors.actions.systems import HttpSystem, System
from connectors.local.spoken import CldrSpoken
from connectors.sql.store import SqlStore
from core.execute.by_agent import ActionsByAgent
from core.model.action import ActionRun, RunState
from core.model.customer import DIRECT
from core.model.helpdesk import Receipt
from core.model.ids import ApprovalId, ConversationId, TicketId
from core.model.outbound import Outgoing
from core.policy.actions import ActionRequest
from core.ports import Unit
from tests.apps.sandbox.running import serving
from tests.core.people import NOW
from tests.faults.acting import FAILED, SAM, Way, policy
from tests.faults.crashing import Fate, mortal
from tests.keys import master_keys

LIVES = multiprocessing.get_context("forkserver")
LIVES.set_forkserver_preload([__name__])
LIFE = timedelta(minutes=5)
CALL = ("before the call", "after the call")
# What dies before a commit leaves what the commit before it left, and what it has told others.
PLACES = ("after a commit", *CALL, "before the message", "after the message")


@dataclass(slots=True)
class Deadly(Fate):
    """At its step the process is gone, with all its threads; only steps at these `places` count, and none while it is
    not `armed`."""

    places: tuple[str, ...] = ()
    armed: bool = True

    def step(self, where: str) -> None:
        if where not in self.places or not self.armed:
            return
        self.steps += 1
        self.where = where
        if self.died:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class MortalSystem:
    """The order system: before a change is asked for, and after its answer has come."""

    system: System
    fate: Fate

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        if not key:
            return self.system.ask(request, facts, key, within)
        self.fate.step("before the call")
        answer = self.system.ask(request, facts, key, within)
        self.fate.step("after the call")
        return answer


@dataclass
class Phones:
    """A messenger whose messages outlive the process that sent them."""

    kept: Path
    fate: Deadly

    def send(self, outgoing: Outgoing) -> Receipt:
        self.fate.step("before the message")
        with self.kept.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(outgoing.body) + "\n")
        self.fate.step("after the message")
        return Receipt(ref=f"SM{len(self.texts)}")

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        return Receipt(ref=f"SM{self.texts.index(outgoing.body) + 1}") if outgoing.body in self.texts else None

    @property
    def texts(self) -> list[str]:
        return [json.loads(line) for line in self.kept.read_text(encoding="utf-8").splitlines()]


DONE_FIRST, TICKET = ApprovalId("ac_1"), TicketId("35")


def _undo_of(unit: Unit) -> ActionRun | None:
    return next((run for run in unit.actions.of_customer(SAM) if run.undoes == DONE_FIRST), None)


class Life(Way):
    """Handrail's way out on what the process before it left."""

    def __init__(self, store: SqlStore, orders: System, repeats: bool, phones: Phones, now: datetime) -> None:
        super().__init__(store, orders, policy(cancel_order={"repeats": repeats}, reopen_order={"repeats": repeats}))
        self.container.clock.moment = now
        self.fate = phones.fate
        messengers = dict.fromkeys(DIRECT, phones)
        senders = replace(self.container.delivery.senders, messengers=messengers)
        self.container.delivery = replace(self.container.delivery, senders=senders)

    def goes_on(self, takes_back: bool) -> None:
        with self.container.store.read() as unit:
            agreed, known = unit.actions.get(ApprovalId("ac_1")), unit.conversations.get(ConversationId("co_one"))
        if known is None:
            self.knows_sam(TICKET if takes_back else None)
        if agreed is None:
            self.say_yes()
        for _ in range(8):  # what a worker's sweep finds, as long as anything is left of it
            with self.container.store.begin() as unit:
                due = unit.outbox.due(self.container.clock(), 50)
            for effect_id in due:
                self.container.delivery.deliver(effect_id)
            if takes_back and self.is_taken_back():
                return
            self.container.wait(seconds=31)

    def is_taken_back(self) -> bool:
        """Whether it has come to its end. An agent presses the sidebar's button once it is done, and again where the
        answer was lost."""
        store = self.container.store
        with store.read() as unit:
            first, undone = unit.actions.get(DONE_FIRST), _undo_of(unit)
        if undone is not None:
            return undone.settled_at is not None
        if first is None or first.state is not RunState.DONE:
            return False
        self.fate.armed = True
        by_agent = ActionsByAgent(
            store=store,
            publisher=self.container.publisher,
            actions=self.actions,
            spoken=CldrSpoken(),
            now=self.container.clock,
        )
        by_agent.undo(TICKET, DONE_FIRST, "maria@larkfield.example")
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What outlives a process."""

    folder: Path
    office: str
    repeats: bool
    takes_back: bool = False

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'store.db'}"

    def is_killed(self, dies_at: int, places: tuple[str, ...]) -> bool:
        """Whether the first of two processes was; the second finds what it left."""
        codes = [self._lives(0, dies_at, places)]
        if codes == [-signal.SIGKILL]:
            codes.append(self._lives(1, 0, places))
        assert codes in ([-signal.SIGKILL, 0], [0]), codes
        return len(codes) > 1

    def _lives(self, number: int, dies_at: int, places: tuple[str, ...]) -> int | None:
        process = LIVES.Process(target=live, args=(self, number, dies_at, places))
        process.start()
        process.join(30)
        return process.exitcode


def live(of: World, number: int, dies_at: int, places: tuple[str, ...]) -> None:
    """A process, from its start to its end or to the step at which it is killed. No hint of its own reaches the next
    one: that finds everything in the store."""
    fate = Deadly(dies_at=dies_at, places=places, armed=not of.takes_back)
    store = mortal(of.url, fate, cards=SlackCards(), keys=master_keys)
    token = SandboxSettings().orders_token
    orders = HttpSystem("orders", url=f"{of.office}/orders", token=token, headers={}, private=True)
    phones = Phones(of.folder / "phone", fate)
    Life(store, MortalSystem(orders, fate), of.repeats, phones, NOW + number * LIFE).goes_on(of.takes_back)
    store.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("repeats", "places"), [(True, PLACES), (False, CALL)], ids=["keys", "no keys"])
def test_wherever_it_is_killed_it_is_done_once_and_nobody_is_left_without_a_word(
    migrated: Path, tmp_path: Path, repeats: bool, places: tuple[str, ...]
) -> None:
    ends = []
    with serving(seed=SandboxSettings().seed) as sandbox:
        for dies_at in count(1):
            world = World(folder=tmp_path / str(dies_at), office=sandbox.url, repeats=repeats)
            world.folder.mkdir()
            (world.folder / "phone").touch()
            shutil.copy(migrated, world.folder / "store.db")
            sandbox.world.office.begin_anew()
            killed = world.is_killed(dies_at, places)
            done = [row["what"] for row in sandbox.world.office.journal()]
            ends.append(held_against(world, done, f"step {dies_at}"))
            if not killed:
                break
    if repeats:
        # Whoever died with the message claimed cannot know whether it left: a person is told of it.
        assert Counter(ends) == {"told": len(ends) - 2, "shown to a person": 2}, ends
        assert len(ends) >= 12
    else:
        # Without a promise nothing is asked for twice: before the call a person looks, after it the record tells.
        assert ends == ["unclear", "told", "told"], ends


def held_against(world: World, done: list[str], where: str) -> str:
    """The run's end, after what was really done and said was held against it."""
    store = SqlStore(world.url, cards=SlackCards(), keys=master_keys)
    with store.read() as unit:
        run, conversation = unit.actions.get(ApprovalId("ac_1")), unit.conversations.get(ConversationId("co_one"))
        alerts = unit.alerts.open()
        assert unit.ledger.verify() is None
    store.close()
    assert run is not None
    assert conversation is not None
    texts = [json.loads(line) for line in (world.folder / "phone").read_text(encoding="utf-8").splitlines()]
    assert len(done) <= 1, where
    if run.state is RunState.UNCLEAR:
        assert (texts, conversation.owner.is_human) == ([FAILED], True), where
        return "unclear"
    assert (run.state, done) == (RunState.DONE, ["order.cancel"]), where
    if texts:
        assert texts == ["It is done."], where
        return "told"
    assert any("needs a person" in each.said.text for each in alerts), where
    return "shown to a person"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("repeats", [True, False], ids=["keys", "no keys"])
def test_wherever_it_is_killed_what_is_taken_back_is_taken_back_once(
    migrated: Path, tmp_path: Path, repeats: bool
) -> None:
    """An agent takes a cancellation back from beside its ticket: each step, from the press of the button to the last
    commit."""
    ends: list[str] = []
    with serving(seed=SandboxSettings().seed) as sandbox:
        for dies_at in count(1):
            world = World(folder=tmp_path / str(dies_at), office=sandbox.url, repeats=repeats, takes_back=True)
            world.folder.mkdir()
            (world.folder / "phone").touch()
            shutil.copy(migrated, world.folder / "store.db")
            sandbox.world.office.begin_anew()
            killed = world.is_killed(dies_at, ("after a commit", *CALL))
            done = [row["what"] for row in sandbox.world.office.journal()]
            ends.append(undo_held_against(world, done, f"step {dies_at}"))
            if not killed:
                break
    # Without keys a death between the claim and the call leaves a person to look; after the call the record tells.
    expected = {"taken back": len(ends)} if repeats else {"taken back": len(ends) - 2, "shown to a person": 2}
    assert (Counter(ends), len(ends) >= 5) == (expected, True), ends


def undo_held_against(world: World, done: list[str], where: str) -> str:
    store = SqlStore(world.url, cards=SlackCards(), keys=master_keys)
    with store.read() as unit:
        first, undone = unit.actions.get(DONE_FIRST), _undo_of(unit)
        assert unit.ledger.verify() is None
    store.close()
    assert first is not None, where
    assert (first.state, undone is not None) == (RunState.DONE, True), where
    assert undone is not None
    if undone.state is RunState.UNCLEAR:
        assert done == ["order.cancel"], where
        return "shown to a person"
    assert (undone.state, done) == (RunState.DONE, ["order.cancel", "order.reopen"]), where
    return "taken back"
