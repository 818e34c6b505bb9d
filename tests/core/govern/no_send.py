"""Histories of outreach, with a bookkeeper of its own who says of each message that leaves whether it had leave to.

The bookkeeper knows what was shown to whom, who said what, and what customers want; of Handrail's own tables it reads
only which campaign a message belongs to."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import update

from apps.slack.cards.renderer import SlackCards
from connectors.sql.codec import payload_row
from connectors.sql.store import SqlStore
from connectors.sql.tables import campaign_recipients, outbox
from core.answer.style import StyleCard
from core.errors import HandrailError, RejectedError, TransientError, UnknownOutcome
from core.execute.track import FAILED
from core.govern.pause import STILL_LEAVES, pause, resume
from core.model.campaign import CampaignState, Standing
from core.model.customer import Customer, Purpose
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus, SignalStated
from core.model.helpdesk import Receipt
from core.model.ids import ApprovalId, EffectId
from core.model.outbound import EffectState, Outgoing
from core.model.outreach import Click, Verdict
from core.outreach.decide import settle
from core.outreach.sending.advance import pump
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.upkeep import Upkeep
from core.policy import Policy
from core.policy.outreach import Approver, Cap
from tests.core import people
from tests.core.campaigns import person, phone
from tests.core.container import Container
from tests.core.fakes import FakeMessenger
from tests.core.rules import policy
from tests.keys import master_keys

ZONES = {2: "Europe/London", 3: "Australia/Sydney", 4: "America/New_York", 5: None, 6: "Asia/Kolkata"}
REGION = {2: "west", 3: "west", 4: "west", 5: "west", 6: "east"}
PRIYA, OLA, MARIA = "priya@larkfield.example", "ola@larkfield.example", "maria@larkfield.example"
CAP = Cap(purpose=Purpose.SERVICE, messages=2, within=timedelta(hours=24))
OPENS, CLOSES = 8, 20
CHANGES = ["digest", "arm", "variant", "body", "target"]


def rules() -> Policy:
    found = policy()
    outreach = replace(
        found.outreach, roles={each.lower(): Approver(email=each) for each in (PRIYA, OLA)}, second_above=2, caps=(CAP,)
    )
    return replace(found, outreach=outreach)


@dataclass(slots=True)
class Shown:
    """A campaign as a supervisor saw it, and what became of it by the clicks that count."""

    digest: str
    texts: dict[str, str]  # by number
    needed: int
    expires_at: datetime
    not_after: datetime
    yes: set[str] = field(default_factory=set)
    approved: bool = False
    paused: bool = False
    ended: bool = False


@dataclass(slots=True)
class Bookkeeper:
    now: Callable[[], datetime]
    shown: dict[str, Shown] = field(default_factory=dict)
    willing: dict[str, bool] = field(default_factory=dict)
    arrived: list[tuple[str, str, datetime]] = field(default_factory=list)  # campaign, number, when
    failed: set[tuple[str, str]] = field(default_factory=set)  # of those, told that it did not get through
    paused: bool = False
    wrong: list[str] = field(default_factory=list)
    messages: int = 0

    def leaves(self, campaign: str | None, rule_name: str, to: str, body: str) -> None:
        """A message reaches the vendor."""
        if campaign is None:
            if self.paused and rule_name not in STILL_LEAVES:
                self.wrong.append(f"{rule_name} left though all sending was paused")
            return
        self.messages += 1
        self.wrong += [f"{campaign} to {to}: {why}" for why in self._against(campaign, to, body)]
        self.arrived.append((campaign, to, self.now()))

    def _against(self, campaign: str, to: str, body: str) -> list[str]:
        known, now = self.shown.get(campaign), self.now()
        if known is None or not known.approved:
            return ["nobody had approved it"]
        found = {
            "it had been stopped": known.ended,
            "it was paused": known.paused,
            "all sending was paused": self.paused,
            "other words, or nobody of the list": known.texts.get(to) != body,
            "its time had passed": now >= known.not_after,
            "they wanted none": not self.willing.get(to, False),
            "outside the hours": not OPENS <= now.astimezone(zone_of(to)).hour < CLOSES,
            "a second time": self._twice(campaign, to),
            "over the cap": self._too_many(campaign, to),
        }
        return [why for why, is_so in found.items() if is_so]

    def _twice(self, campaign: str, to: str) -> bool:
        before = sum((campaign, to) == each[:2] for each in self.arrived)
        return before >= (2 if (campaign, to) in self.failed else 1)

    def _too_many(self, campaign: str, to: str) -> bool:
        lately = {
            c for c, number, at in self.arrived if number == to and c != campaign and at > self.now() - CAP.within
        }
        return len(lately) >= CAP.messages


def zone_of(number: str) -> ZoneInfo:
    known = next(zone for name, zone in ZONES.items() if phone(name) == number)
    return ZoneInfo(known or "Europe/London")  # where its numbers are


class WatchedMessenger(FakeMessenger):
    """Every message that gets as far as the vendor is told to the bookkeeper, whatever the vendor answers."""

    def __init__(self, container: Container, books: Bookkeeper) -> None:
        super().__init__(container.clock)
        self.container, self.books = container, books

    def _send(self, outgoing: Outgoing) -> Receipt:
        row = self.container.row(outgoing.effect_id)
        authority = row.effect.authority
        self.books.leaves(authority.approval_id, authority.rule, outgoing.to, outgoing.body)
        return super()._send(outgoing)


class Histories(RuleBasedStateMachine):
    """Every step that people, customers, vendors and time can take."""

    template: Path  # an empty store with this version's tables
    folder: Path

    @initialize(asked=st.sampled_from(["west", "west", "east", ""]), approved=st.sampled_from([True, True, False]))
    def begin(self, asked: str = "", approved: bool = False) -> None:
        path = self.folder / "store.db"
        for old in self.folder.glob("store.db*"):
            old.unlink()
        shutil.copy(self.template, path)
        self.store = SqlStore(f"sqlite:///{path}", cards=SlackCards(), keys=master_keys)
        self.container = Container(self.store, rules())
        self.books = Bookkeeper(self.container.clock)
        self.messenger = WatchedMessenger(self.container, self.books)
        messengers = dict.fromkeys(self.container.delivery.senders.messengers, self.messenger)
        senders = replace(self.container.delivery.senders, messengers=messengers)
        self.container.delivery = replace(self.container.delivery, senders=senders)
        self.signals, self.clicks, self.changes = 0, 0, 0
        with self.store.begin() as unit:
            for number in ZONES:
                unit.customers.save(somebody(number))
                self.books.willing[phone(number)] = True
        if asked:
            self.something_happens(asked)
        for who in (PRIYA, OLA) if asked and approved else ():
            self.somebody_clicks(0, who, Verdict.APPROVE, False)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    # ------------------------------------------------------------ what the company does

    @precondition(lambda self: self.signals < 4)
    @rule(region=st.sampled_from(["west", "west", "east"]))
    def something_happens(self, region: str) -> None:
        self.signals += 1
        outage = SignalStated(kind="outage", facts={"region": region, "service": f"Cloud {self.signals}"})
        event = self.container.event(EventKind.BUSINESS_SIGNAL, f"sig-{self.signals}", payload=outage)
        self.container.happens(event)
        self.prepare()

    def prepare(self) -> None:
        preparation = Preparation(store=self.store, policy=self.container.policy, now=self.container.clock)
        while preparation.step() is not None:
            pass
        for standing in self.campaigns(CampaignState.PENDING):
            self.show(standing)

    def show(self, standing: Standing) -> None:
        """What a supervisor sees from now on."""
        campaign = standing.campaign
        known = self.books.shown.get(campaign.id)
        if known is not None and known.digest == campaign.digest:
            return
        with self.store.read() as unit:
            lines = unit.campaigns.lines(campaign.id, 0, 100)
        words = {each.name: each for each in campaign.variants}
        self.books.shown[campaign.id] = Shown(
            digest=campaign.digest,
            texts={each.address: words[each.variant].said_to(each.fields) for each in lines},
            needed=2 if len(lines) > 2 else 1,
            expires_at=campaign.expires_at,
            not_after=campaign.not_after,
        )

    def campaigns(self, *states: CampaignState) -> list[Standing]:
        with self.store.read() as unit:
            return unit.campaigns.in_state(*(states or tuple(CampaignState)))

    @precondition(lambda self: self.books.shown)
    @rule(
        which=st.integers(0, 3),
        who=st.sampled_from([PRIYA, OLA, PRIYA, OLA, MARIA]),
        verdict=st.sampled_from([Verdict.APPROVE] * 6 + [v for v in Verdict if v is not Verdict.TEST]),
        stale=st.sampled_from([False] * 6 + [True]),
    )
    def somebody_clicks(self, which: int, who: str, verdict: Verdict, stale: bool) -> None:
        name = list(self.books.shown)[which % len(self.books.shown)]
        known = self.books.shown[name]
        self.clicks += 1
        click = Click(
            approval_id=ApprovalId(name),
            verdict=verdict,
            digest="f" * 64 if stale else known.digest,
            user_id=f"U-{who}",
            user_name=who.partition("@")[0].title(),
            channel="C1",
            ts="",
            texts=self.other_words(name) if verdict is Verdict.EDIT else {},
            event_id=f"ev-{self.clicks}",
        )
        with self.store.begin() as unit:
            result = settle(
                unit, click, who, self.container.policy, self.container.clock(), StyleCard(company="Larkfield")
            ).result
        if not stale and who in (PRIYA, OLA):
            self.note(known, who, verdict, result)
        self.prepare()

    @precondition(lambda self: self.books.shown)
    @rule(which=st.integers(0, 3), meanwhile=st.integers(0, 20), number=st.sampled_from(sorted(ZONES)))
    def both_say_yes(self, which: int, meanwhile: int, number: int) -> None:
        """Something comes between that and the messages: the moment that all of this is about."""
        for who in (PRIYA, OLA):
            self.somebody_clicks(which, who, Verdict.APPROVE, False)
        steps: list[Callable[[], None]] = [
            lambda: self.all_sending_is_paused("a fault", False),
            lambda: self.a_customer_says_stop(number),
            lambda: self.a_customer_changes_their_settings(number, False),
            lambda: self.campaigns_go_on(1),
            lambda: self.time_passes(600),
            lambda: self.the_next_request_fails(UnknownOutcome("lost"), True),
            *(lambda v=v: self.somebody_clicks(which, PRIYA, v, False) for v in Verdict if v is not Verdict.TEST),  # type: ignore[misc]
            *(lambda how=how: self.somebody_changes_a_row(number % 3, how) for how in CHANGES),  # type: ignore[misc]
        ]
        if meanwhile < len(steps):
            self.container.clock.forward(timedelta(seconds=1))
            steps[meanwhile]()
        self.campaigns_go_on(100)

    def other_words(self, name: str) -> dict[str, str]:
        with self.store.read() as unit:
            standing = unit.campaigns.get(ApprovalId(name))
        assert standing is not None
        return {each.name: f"{each.text} Thank you." for each in standing.campaign.variants}

    def note(self, known: Shown, who: str, verdict: Verdict, result: str) -> None:
        """What the click means by the rules that a supervisor knows; of what Handrail made of it only that it was
        taken."""
        open_still = not known.ended and not known.approved and self.container.clock() < known.expires_at
        if verdict is Verdict.APPROVE and open_still:
            known.yes.add(who)
            known.approved = len(known.yes) >= known.needed
        elif verdict is Verdict.REJECT and not known.approved:
            known.ended = True
        elif verdict is Verdict.STOP and known.approved:
            known.ended = known.ended or result == "stopped"
        elif verdict is Verdict.PAUSE and known.approved:
            known.paused = known.paused or result == "paused"
        elif verdict is Verdict.RESUME and result == "resumed":
            known.paused = False
        elif verdict is Verdict.EDIT and result == "edited":
            known.ended = True  # these words; the others are shown anew

    @rule(why=st.sampled_from(["a fault", ""]), goes_on=st.booleans())
    def all_sending_is_paused(self, why: str, goes_on: bool) -> None:
        with self.store.begin() as unit:
            pause(unit, PRIYA, why, self.container.clock())
        self.books.paused = True
        if goes_on:
            self.campaigns_go_on(100)
            self.all_sending_is_resumed()

    @precondition(lambda self: self.books.paused)
    @rule()
    def all_sending_is_resumed(self) -> None:
        with self.store.begin() as unit:
            resume(unit, PRIYA, self.container.clock())
        self.books.paused = False

    # ------------------------------------------------------------ what customers do

    @rule(number=st.sampled_from(sorted(ZONES)))
    def a_customer_says_stop(self, number: int) -> None:
        self.container.text("stop", phone=phone(number), sid=f"SMstop{self.container.clock().timestamp()}")
        self.books.willing[phone(number)] = False

    @rule(number=st.sampled_from(sorted(ZONES)), granted=st.booleans())
    def a_customer_changes_their_settings(self, number: int, granted: bool) -> None:
        with self.store.begin() as unit:
            words = people.consent(granted=granted, at=self.container.clock())
            unit.customers.add_consent(somebody(number).id, words)
        self.books.willing[phone(number)] = granted

    @rule(number=st.sampled_from(sorted(ZONES)))
    def a_customer_asks(self, number: int) -> None:
        self.container.text("How do I reset it?", phone=phone(number), sid=f"SMask{self.container.clock().timestamp()}")
        self.container.drain()

    # ------------------------------------------------------------ what vendors and time do

    @rule(
        error=st.sampled_from([UnknownOutcome("lost"), TransientError("busy"), RejectedError("no", code="30003")]),
        done=st.booleans(),
    )
    def the_next_request_fails(self, error: HandrailError, done: bool) -> None:
        self.messenger.fail(error, after_doing=done and isinstance(error, UnknownOutcome))

    @precondition(lambda self: self.messenger.sent)
    @rule(which=st.integers(0, 20), status=st.sampled_from(["undelivered", "delivered"]))
    def a_status_comes(self, which: int, status: str) -> None:
        sent = self.messenger.sent[which % len(self.messenger.sent)]
        payload = MessageStatus(status=status, error="30003" if status in FAILED else "", effect=sent.effect_id)
        event = self.container.event(EventKind.MESSAGE_STATUS, sent.sid, payload=payload)
        self.container.happens(replace(event, delivery_id=f"{sent.sid}:{status}:{self.container.clock().timestamp()}"))
        campaign = self.container.row(sent.effect_id).effect.authority.approval_id
        if status in FAILED and campaign is not None:
            self.books.failed.add((campaign, sent.to))

    @rule(step=st.sampled_from([1, 1, 1, 16, 31, 60, 300, 720]))
    def time_passes(self, step: int) -> None:
        self.container.wait(minutes=step)

    @precondition(lambda self: self.changes < 2)
    @rule(which=st.integers(0, 3), how=st.sampled_from(CHANGES))
    def somebody_changes_a_row(self, which: int, how: str) -> None:
        """Behind Handrail's back: nobody approved what stands there now."""
        self.changes += 1
        with self.store.begin() as unit:
            if how in ("body", "target"):
                ids = [each.effect_id for each in unit.campaigns.waiting(self.container.clock(), 10)]
                row = unit.outbox.get(ids[which % len(ids)]) if ids else None
                if row is not None:
                    other = (
                        {"payload": payload_row(replace(row.effect.payload, body="Hi."))}
                        if how == "body"
                        else {"target": phone(6)}
                    )
                    unit.connection.execute(update(outbox).where(outbox.c.id == row.effect.id).values(**other))
                return
            tampered = {"digest": "f" * 64, "arm": "holdout", "variant": "default/whatsapp/en"}
            here = campaign_recipients.c.ordinal == which
            unit.connection.execute(update(campaign_recipients).where(here).values({how: tampered[how]}))

    # ------------------------------------------------------------ what Handrail does

    @rule(most=st.sampled_from([1, 3, 100]))
    def campaigns_go_on(self, most: int) -> None:
        for name in self.put_into_the_outbox(most):
            self.container.delivery.deliver(name)
        Upkeep(store=self.store, policy=self.container.policy, now=self.container.clock).run()

    def put_into_the_outbox(self, most: int = 100) -> list[EffectId]:
        """Lines whose hour has come become rows; those that wait."""
        for standing in self.campaigns(CampaignState.RUNNING):
            with self.store.begin() as unit:
                pump(unit, standing, self.container.policy, self.container.clock(), most)
        with self.store.read() as unit:
            return [each.effect_id for each in unit.campaigns.waiting(self.container.clock(), most)]

    @rule()
    def everything_is_tried_again(self) -> None:
        """Whatever hint comes twice, or late: each row there ever was."""
        for name in self.outbox_ids():
            self.container.delivery.deliver(name)

    def outbox_ids(self) -> list[EffectId]:
        with self.store.begin() as unit:
            rows = unit.connection.execute(outbox.select().with_only_columns(outbox.c.id)).scalars()
            return [EffectId(name) for name in rows]

    @invariant()
    def nothing_left_without_leave(self) -> None:
        if hasattr(self, "books"):
            assert not self.books.wrong, self.books.wrong
            self.container.clock.forward(timedelta(seconds=1))  # of two words of a customer one comes after the other

    @invariant()
    def what_was_sent_is_in_the_ledger_once(self) -> None:
        if not hasattr(self, "books"):
            return
        sent = [name for name in self.outbox_ids() if self.container.row(name).state is EffectState.SENT]
        with self.store.read() as unit:
            said = [r.said["effect"] for r in unit.ledger.records(0, 10_000) if r.kind == "sent"]
        assert sorted(said) == sorted(sent)


def somebody(number: int) -> Customer:
    attributes = {"region": REGION[number]}
    return person(number, time_zone=ZONES[number], attributes=attributes)
