"""What is looked after while campaigns wait or run: cards that nobody answers, the breaker, harm, progress, the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.alerts.raising import add_or_count, alert_effect
from core.govern.campaign_cards import campaign_card
from core.govern.passed_facts import asks_again, passed_fact
from core.model.alert import AlertKind, Raised
from core.model.campaign import ASKED, SENDING, CampaignState, RecipientState, Standing
from core.model.ids import ApprovalId
from core.model.outbound import Effect, EffectState
from core.outreach.sending.ending import complete_campaign, expire_unanswered
from core.outreach.sending.steer import pause_campaign, stop_campaign
from core.policy import Policy
from core.policy.outreach import Breaker
from core.ports import Now, Progress, Store, Unit

SHOWN_EVERY = timedelta(seconds=3)
RESULTS_FOR = timedelta(minutes=15)  # after the end, while deliveries are still reported
ENDED_LATELY = 20  # campaigns that are looked at for late deliveries
BREAKER, HARM, SEALS, POLICY = "the breaker", "the harm check", "the manifest check", "the policy"
PASSED = "the time check"
WAITING = (RecipientState.PLANNED, EffectState.PENDING, EffectState.HELD)

Harmed = Callable[[Unit, Standing, datetime], str]
Shown = dict[ApprovalId, tuple[CampaignState, Progress]]
Results = Callable[[Unit, datetime], tuple[ApprovalId, Mapping[str, Any]] | None]


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """`harmed` says why a campaign does harm, or nothing; `results` what the facts of one that has ended say anew of
    its effect. What is remembered between calls only spares work."""

    store: Store
    policy: Policy
    now: Now
    harmed: Harmed = lambda unit, standing, now: ""
    results: Results = lambda unit, now: None
    shown: Shown = field(default_factory=dict)

    def run(self) -> list[Effect]:
        """Look after each; the effects that are new, each committed."""
        with self.store.read() as unit:
            open_ones = unit.campaigns.in_state(*(ASKED | SENDING))
            over = [each for each in unit.campaigns.recent(ENDED_LATELY) if self._still_reported(each)]
        fresh: list[Effect] = []
        for standing in open_ones:
            fresh += self._asked(standing) if standing.state in ASKED else self._under_way(standing)
        for standing in over:
            fresh += self._over(standing)
        return fresh + self._measured()

    def wrong_line(self, unit: Unit, standing: Standing, ordinal: int) -> list[Effect]:
        """A line of the manifest is not what was approved: nothing more of it leaves."""
        why = f"line {ordinal} of its list of recipients is not what was approved"
        return self._taken_out(unit, standing, stop_campaign(unit, standing.campaign.id, SEALS, why, self.now()), why)

    def without_rule(self, standing: Standing, why: str) -> list[Effect]:
        """The policy took back the rule under which it leaves: all of it stops, and not each message by itself."""
        with self.store.begin() as unit:
            moved = stop_campaign(unit, standing.campaign.id, POLICY, why, self.now())
            return self._taken_out(unit, standing, moved, why)

    def _still_reported(self, standing: Standing) -> bool:
        ended = standing.ended_at
        over = standing.state in (CampaignState.DONE, CampaignState.STOPPED) and standing.began_at is not None
        return over and ended is not None and self.now() - ended < RESULTS_FOR

    def _asked(self, standing: Standing) -> list[Effect]:
        if self.now() < standing.campaign.expires_at:
            return []
        with self.store.begin() as unit:
            expired = expire_unanswered(unit, standing, self.now())
            return [] if expired is None else self._card(unit, expired)

    def _under_way(self, standing: Standing) -> list[Effect]:
        with self.store.read() as unit:
            progress = unit.campaigns.progress(standing.campaign.id)
            opted_out = unit.campaigns.opted_out(standing.campaign.id)
            harm = self.harmed(unit, standing, self.now()) if standing.state is CampaignState.RUNNING else ""
        with self.store.begin() as unit:
            done = complete_campaign(unit, standing, progress, self.policy, self.now())
            if done is not None:
                return self._card(unit, done, progress)
            if harm:
                moved = stop_campaign(unit, standing.campaign.id, HARM, harm, self.now())
                return self._taken_out(unit, standing, moved, harm)
            if asked := self._passed(unit, standing, progress):
                return asked
            return self._broken(unit, standing, progress, opted_out) or self._moving(unit, standing, progress)

    def _passed(self, unit: Unit, standing: Standing, progress: Progress) -> list[Effect]:
        """What the words promised has passed while some of them still wait to leave: a person is asked."""
        words = passed_fact(standing, self.policy.outreach.zone, self.now())
        waits = any(progress.recipients.get(each) for each in WAITING)
        if standing.state is not CampaignState.RUNNING or not (words and waits):
            return []
        why = asks_again(words)
        return self._taken_out(unit, standing, pause_campaign(unit, standing.campaign.id, PASSED, why, self.now()), why)

    def _broken(self, unit: Unit, standing: Standing, progress: Progress, opted_out: int) -> list[Effect]:
        """The breaker, where it trips; what it has to remember is kept with the campaign."""
        if standing.state is not CampaignState.RUNNING:
            return []
        breaker, mark = self.policy.outreach.breaker, mark_of(progress, opted_out)
        marks = marks_in(standing.facts)
        why = why_trip(breaker, mark, marks)
        if why:
            # Whoever resumes it has seen what came so far: what comes from here on is judged.
            kept = unit.campaigns.save(replace(standing, facts={**standing.facts, MARKS: as_fact([mark])}))
            moved = pause_campaign(unit, standing.campaign.id, BREAKER, why, self.now()) if kept else None
            return self._taken_out(unit, standing, moved, why)
        more = next_marks(breaker, mark, marks)
        if more != marks:
            unit.campaigns.save(replace(standing, facts={**standing.facts, MARKS: as_fact(more)}))
        return []

    def _moving(self, unit: Unit, standing: Standing, progress: Progress) -> list[Effect]:
        """The card, where what it tells has changed and the last change is a while ago."""
        last = standing.shown_at
        same = self.shown.get(standing.campaign.id) == (standing.state, progress)
        if same or (last is not None and self.now() - last < SHOWN_EVERY):
            return []
        return self._card(unit, standing, progress)

    def _over(self, standing: Standing) -> list[Effect]:
        with self.store.read() as unit:
            progress = unit.campaigns.progress(standing.campaign.id)
        with self.store.begin() as unit:
            return self._moving(unit, standing, progress)

    def _measured(self) -> list[Effect]:
        """The effect of one campaign, kept with it so that every redraw of its card tells it."""
        with self.store.read() as unit:
            found = self.results(unit, self.now())
        if found is None:
            return []
        name, facts = found
        with self.store.begin() as unit:
            standing = unit.campaigns.get(name)
            if standing is None or {**standing.facts, **facts} == standing.facts:
                return []
            kept = unit.campaigns.save(replace(standing, facts={**standing.facts, **facts}))
            return [] if kept is None else self._card(unit, kept)

    def _taken_out(self, unit: Unit, before: Standing, after: Standing | None, why: str) -> list[Effect]:
        """The card and the alert of a campaign that does not go on by itself."""
        if after is None:
            return []
        play = after.campaign.play.replace("_", " ")
        raised = Raised(
            kind=AlertKind.OUTREACH,
            key=f"campaign:{after.campaign.id}",
            source=f"{after.campaign.id}:{after.version}:{after.state}",
            text=f"The campaign {play} was {after.state}: {why}",
            why=why,
            facts={"campaign": after.campaign.id, "recipients": f"{before.campaign.treated:,}"},
        )
        return [*add_or_count(unit, alert_effect(raised, self.policy, self.now())), *self._card(unit, after)]

    def _card(self, unit: Unit, standing: Standing, progress: Progress | None = None) -> list[Effect]:
        now = self.now()
        unit.campaigns.note_shown(standing.campaign.id, now)
        standing = unit.campaigns.get(standing.campaign.id) or standing
        if progress is not None:
            self.shown[standing.campaign.id] = (standing.state, progress)
        effect = campaign_card(unit, standing, self.policy, now, progress)
        return [effect] if unit.outbox.add(effect) else []


# ------------------------------------------------------------------
# The breaker: a campaign that networks take for spam, that people answer with STOP or that fails pauses by itself.


FILTERED = frozenset({"30007"})  # the network's word for spam
OPTED_OUT = frozenset({"21610"})  # the number has replied STOP
REACHED = ("delivered", "read")
FAILED = ("failed", "undelivered")
MARKS = "breaker_marks"  # in a standing's facts
KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What had come of a campaign's messages at some moment."""

    ended: int = 0
    filtered: int = 0
    opted_out: int = 0
    errors: int = 0

    def since(self, before: "Mark") -> "Mark":
        return Mark(
            ended=self.ended - before.ended,
            filtered=self.filtered - before.filtered,
            opted_out=self.opted_out - before.opted_out,
            errors=self.errors - before.errors,
        )


def mark_of(progress: Progress, opted_out: int = 0) -> Mark:
    """`opted_out`: how many of those who got it have asked for no more."""
    told = progress.deliveries
    # What our own gate kept back is no failure of the network.
    failed = sum(count for code, count in progress.errors.items() if code.isdigit())
    return Mark(
        ended=sum(told.get(name, 0) for name in REACHED) + failed,
        filtered=sum(progress.errors.get(code, 0) for code in FILTERED),
        opted_out=opted_out + sum(progress.errors.get(code, 0) for code in OPTED_OUT),
        errors=failed,
    )


def why_trip(breaker: Breaker, mark: Mark, marks: Sequence[Mark]) -> str:
    """Why sending has to stop; empty where it need not. Looked at is what came after the newest of the earlier `marks`
    that leaves `breaker.after` outcomes: what went well an hour ago does not make up for what goes wrong now."""
    before = next((each for each in reversed(marks) if mark.ended - each.ended >= breaker.after), Mark())
    recent = mark.since(before)
    if recent.ended < breaker.after:
        return ""
    for count, limit, said in (
        (recent.filtered, breaker.filtered, "were stopped by networks as spam"),
        (recent.opted_out, breaker.opted_out, "were answered with STOP"),
        (recent.errors, breaker.errors, "failed"),
    ):
        if count > limit * recent.ended:
            share = f"{100 * count / recent.ended:.1f} %"
            return f"the breaker: of the last {recent.ended} messages {count} ({share}) {said}"
    return ""


def next_marks(breaker: Breaker, mark: Mark, marks: Sequence[Mark]) -> list[Mark]:
    """The marks to keep: one more where enough has ended since the last."""
    last = marks[-1] if marks else Mark()
    more = [mark] if mark.ended - last.ended >= breaker.after else []
    return [*marks, *more][-KEPT:]


def marks_in(facts: Mapping[str, Any]) -> list[Mark]:
    return [Mark(**each) for each in facts.get(MARKS, [])]


def as_fact(marks: Sequence[Mark]) -> list[dict[str, int]]:
    return [asdict(each) for each in marks]
