"""A supervisor's click on a campaign's card: settled once, by somebody who may, for exactly the bytes that were shown.

Every click comes to one outcome, which whoever clicked can see: on the card where something changed, in a word to
themselves where nothing did. All of it stands in the ledger."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.answer.style import StyleCard
from core.errors import ConflictError
from core.govern.approvers import Settled, approver_of, deny, people_needed, reply_to_clicker, told_before
from core.govern.campaign_cards import campaign_card
from core.govern.passed_facts import passed_fact
from core.govern.seal import seal
from core.model.campaign import ASKED, PLACE, SENDING, Campaign, CampaignState, Standing, Variant, Vote
from core.model.customer import TEXTED, Channel
from core.model.effect_payloads import MessagePayload
from core.model.ids import EffectId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click, Verdict
from core.outreach.edit import change_words, edit_errors, prepared_again
from core.outreach.sending.ending import expire_unanswered
from core.outreach.sending.steer import pause_campaign, resume_campaign, stop_campaign
from core.outreach.texts import channel_name, for_whom, list_received
from core.policy import Policy
from core.policy.outreach import Approver
from core.ports import Unit
from core.ports.cards import Rendered, Sign

DAY = timedelta(days=1)
ATTEMPTS = 5  # at a campaign that others change at the same moment
BARE = StyleCard()  # only what holds everywhere
STEERED = frozenset({Verdict.PAUSE, Verdict.RESUME, Verdict.STOP})


def settle(
    unit: Unit, click: Click, email: str | None, policy: Policy, now: datetime, style: StyleCard = BARE
) -> Settled:
    """What the click comes to. `email` is the address that Slack's own directory has for whoever clicked.

    Raises:
        ConflictError: others keep changing the campaign; the click is to be settled again.
    """
    if told_before(unit, click) or unit.outbox.get(EffectId(derive_id("fx", _card_key(click)))) is not None:
        return Settled(result="settled_before")
    approver = approver_of(email, policy)
    if approver is None:
        return deny(unit, click, policy, now)
    for _ in range(ATTEMPTS):
        standing = unit.campaigns.get(click.approval_id)
        if standing is None:
            words = unit.cards.notice("Handrail knows no such card, so nothing was changed.", Sign.NEWS)
            return Settled(result="unknown_approval", effects=(reply_to_clicker(click, words, policy, now),))
        deciding = Deciding(unit, click, approver, policy, now, style, standing)
        settled = deciding.settle()
        if settled is not None:
            return settled
    raise ConflictError("the campaign is being changed by others at this moment")


def _card_key(click: Click) -> str:
    """Of the change of the card that a click brings: the same click brings it once."""
    return f"{click.approval_id}:card:by:{click.event_id}"


@dataclass(frozen=True, slots=True)
class Deciding:
    """One click of somebody who may decide, on a campaign as it stands just now. Each step gives None where somebody
    else changed the campaign meanwhile; nothing is written then."""

    unit: Unit
    click: Click
    approver: Approver
    policy: Policy
    now: datetime
    style: StyleCard
    standing: Standing

    def settle(self) -> Settled | None:
        standing, click = self.standing, self.click
        if click.ts and standing.slack_ts and click.ts != standing.slack_ts:
            return self._refused("other_card", self._notice("This button belongs to another card.", Sign.NEWS))
        if standing.state in ASKED and standing.campaign.expires_at <= self.now:
            return self._lapsed()
        wants = SENDING if click.verdict in STEERED else ASKED
        if standing.state not in wants:
            return self._refused("settled_before", self._how_it_stands(), shown=True)
        if click.digest != standing.campaign.digest:
            text = (
                "The card has changed since you looked at it "
                f"(it is version {standing.campaign.revision} now). Nothing was changed: please read it again."
            )
            return self._refused("digest_differs", self._notice(text, Sign.NEWS), shown=True)
        return STEPS[click.verdict](self)

    def approve(self) -> Settled | None:
        campaign = self.standing.campaign
        if campaign.blocked:
            return self._refused("blocked", self.unit.cards.blocked(campaign.blocked[:6]))
        if words := passed_fact(self.standing, self.policy.outreach.zone, self.now):
            text = f"“{words}” in its words has passed. Edit them or reject it; nothing was changed."
            return self._refused("passed", self._notice(text, Sign.LATE))
        if over := self._over_tier():
            return self._refused("blocked", self._notice(over))
        before = [vote for vote in self._votes() if vote.digest == campaign.digest]
        if any(self._mine(vote) for vote in before):
            text = "Your yes is counted already. Somebody else has to approve this too."
            return self._refused("voted_before", self._notice(text, Sign.DONE))
        mine = self._vote(yes=True)
        given = [*(v for v in before if v.yes and approver_of(v.email, self.policy)), mine]
        if len(given) < people_needed(campaign, self.policy.outreach):
            return self._moved(replace(self.standing, changed_at=self.now), "voted", mine)
        running = replace(self.standing, state=CampaignState.RUNNING, reason="", changed_at=self.now, began_at=self.now)
        return self._moved(running, "approved", mine, lambda: seal(self.unit, campaign, given, self.now))

    def _over_tier(self) -> str:
        """What other campaigns have begun since this one was shown may have taken up what WhatsApp allows in a day."""
        campaign, most = self.standing.campaign, self.policy.outreach.law.whatsapp_tier
        people = campaign.counts.get("channel", {}).get(Channel.WHATSAPP, 0)
        if not people:
            return ""
        written = self.unit.campaigns.written_to(Channel.WHATSAPP, self.now - DAY)
        if people + written <= most:
            return ""
        others = f"other campaigns have written to {written:,} of them"
        return f"WhatsApp lets {most:,} people be written to first in 24 hours, and {others}."

    def reject(self) -> Settled | None:
        ended = replace(
            self.standing,
            state=CampaignState.REJECTED,
            reason=self._by(),
            changed_at=self.now,
            ended_at=self.now,
        )
        return self._moved(ended, "rejected", self._vote(yes=False))

    def hold(self) -> Settled | None:
        if self.standing.state is CampaignState.HELD:
            return self._refused("settled_before", self._notice("It is put aside already.", Sign.ASIDE))
        held = replace(self.standing, state=CampaignState.HELD, reason=self._by(), changed_at=self.now)
        return self._moved(held, "held")

    def edit(self) -> Settled | None:
        faults = edit_errors(self.standing, self.click.texts, self.policy, self.style)
        if faults:
            return self._refused("not_sayable", self.unit.cards.not_sayable(dict.fromkeys(faults.values())))
        by = self.click.user_name
        campaign = change_words(self.standing, self.click.texts, by, self.policy, self.style)
        if campaign is None:
            return self._refused("unchanged", self._notice("You changed no word, so the card stays as it is."))
        return self._moved(prepared_again(self.standing, campaign, by, self.now), "edited")

    def test(self) -> Settled | None:
        campaign = self.standing.campaign
        rehearsal = Rehearsal(campaign=campaign, approver=self.approver, policy=self.policy, now=self.now)
        return rehearse(self.unit, self.click, rehearsal)

    def pause(self) -> Settled | None:
        to = pause_campaign(self.unit, self.click.approval_id, self.approver.email, self._by(), self.now)
        return self._steered(to, "paused")

    def resume(self) -> Settled | None:
        to = resume_campaign(self.unit, self.click.approval_id, self.approver.email, self.now)
        return self._steered(to, "resumed")

    def stop(self) -> Settled | None:
        to = stop_campaign(self.unit, self.click.approval_id, self.approver.email, self._by(), self.now)
        return self._steered(to, "stopped")

    def _steered(self, to: Standing | None, result: str) -> Settled | None:
        if to is not None:
            return Settled(result=result, effects=(self._card(to),))
        now_is = self.unit.campaigns.get(self.click.approval_id)
        if now_is is None or now_is.version != self.standing.version:
            return None
        return self._refused("settled_before", self._how_it_stands(), shown=True)

    def _moved(
        self, to: Standing, result: str, vote: Vote | None = None, also: Callable[[], object] = lambda: None
    ) -> Settled | None:
        """Saved first: of two clicks at once, the second finds another version and looks again."""
        saved = self.unit.campaigns.save(to)
        if saved is None:
            return None
        if vote is not None:
            self.unit.campaigns.vote(vote)
        self._told_ledger(result, saved)
        also()
        return Settled(result=result, effects=(self._card(saved),))

    def _lapsed(self) -> Settled | None:
        gone = expire_unanswered(self.unit, self.standing, self.now)
        if gone is None:
            return None
        words = self._notice("It came too late: this question has expired, and nothing was sent.", Sign.LATE)
        return Settled(result="expired", effects=(self._card(gone), self._note("expired", words)))

    def _refused(self, result: str, words: Rendered, *, shown: bool = False) -> Settled:
        """Nothing changes. `shown`: the card is put right too, for it seems to show something else."""
        note = self._note(result, words)
        return Settled(result=result, effects=(self._card(self.standing), note) if shown else (note,))

    def _note(self, result: str, words: Rendered) -> Effect:
        facts = {"campaign": self.click.approval_id, "verdict": self.click.verdict, "by": self.approver.email}
        self.unit.ledger.append("click_refused", facts | {"why": result, "digest": self.click.digest}, self.now)
        return reply_to_clicker(self.click, words, self.policy, self.now)

    def _notice(self, text: str, sign: Sign | None = None) -> Rendered:
        return self.unit.cards.notice(text, sign)

    def _how_it_stands(self) -> Rendered:
        return self.unit.cards.how_it_stands(self.standing, self._votes(), self.click.verdict)

    def _told_ledger(self, result: str, saved: Standing) -> None:
        facts = {
            "campaign": saved.campaign.id,
            "by": self.approver.email,
            "role": self.approver.role,
            "digest": self.click.digest,
            "revision": saved.campaign.revision,
            "reason": self.click.reason,
        }
        self.unit.ledger.append(result, facts, self.now)

    def _card(self, standing: Standing) -> Effect:
        card = campaign_card(self.unit, standing, self.policy, self.now)
        named = bool(self.click.event_id) and card.kind is EffectKind.SLACK_UPDATE
        return replace(card, key=_card_key(self.click)) if named else card

    def _vote(self, *, yes: bool) -> Vote:
        return Vote(
            campaign_id=self.standing.campaign.id,
            digest=self.standing.campaign.digest,
            email=self.approver.email.lower(),
            role=self.approver.role,
            user_id=self.click.user_id,
            name=self.click.user_name,
            yes=yes,
            at=self.now,
            reason=self.click.reason,
        )

    def _votes(self) -> Sequence[Vote]:
        return self.unit.campaigns.votes(self.standing.campaign.id)

    def _mine(self, vote: Vote) -> bool:
        """One person has one voice, by whichever of their accounts."""
        return vote.email == self.approver.email.lower() or vote.user_id == self.click.user_id

    def _by(self) -> str:
        return f"by {self.click.user_name}" + (f": {self.click.reason}" if self.click.reason else "")


STEPS: Mapping[Verdict, Callable[[Deciding], Settled | None]] = {
    Verdict.APPROVE: Deciding.approve,
    Verdict.REJECT: Deciding.reject,
    Verdict.HOLD: Deciding.hold,
    Verdict.EDIT: Deciding.edit,
    Verdict.TEST: Deciding.test,
    Verdict.PAUSE: Deciding.pause,
    Verdict.RESUME: Deciding.resume,
    Verdict.STOP: Deciding.stop,
}

# ------------------------------------------------------------------
# Test to me: the words of a campaign to the phone of whoever asks, marked as a test, before anybody else gets them.
# They are no part of the manifest, and nobody's own facts stand in them: the places of those are named.


RULE = "test_message"  # the standing rule under which a test leaves
MARK = "TEST"
TO_A_PHONE = 8  # texts at most; the rest is shown in Slack


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """One person's test of a campaign as it stands."""

    campaign: Campaign
    approver: Approver
    policy: Policy
    now: datetime

    @property
    def to_phone(self) -> bool:
        return bool(self.approver.phone) and RULE in self.policy.standing

    def messages(self) -> list[Effect]:
        """To the approver's phone, each text once; none where the policy knows no phone or gives no leave for it."""
        if not self.to_phone:
            return []
        return [self._message(variant) for variant in self._split()[0]]

    def _split(self) -> tuple[list[Variant], list[Variant]]:
        """What goes to the phone, and what is left to be read in Slack."""
        texts = list(spoken_variants(self.campaign))
        phoned = [each for each in texts if each.channel in TEXTED][:TO_A_PHONE] if self.to_phone else []
        return phoned, [each for each in texts if each not in phoned]

    def _message(self, variant: Variant) -> Effect:
        digest, email = self.campaign.digest, self.approver.email.lower()
        return Effect(
            kind=EffectKind.MESSAGE,
            # Once for each person and version of the words, however often it is pressed.
            key=f"{self.campaign.id}:test:{digest}:{email}:{variant.name}",
            target=self.approver.phone,
            payload=MessagePayload(
                channel=variant.channel,
                body=f"{MARK} ({for_whom([variant])}): {rehearsal_words(variant)}",
                language=variant.language,
                test_of=self.campaign.id,
            ),
            authority=Authority(rule=RULE, policy_version=self.policy.version),
            created_at=self.now,
        )

    def stay(self) -> list[Variant]:
        """What does not go to a phone, as it would be read."""
        return [replace(each, text=rehearsal_words(each)) for each in self._split()[1]]

    def why_here(self) -> str:
        if not self.approver.phone:
            return "The policy has no phone number for you, so here is what would be sent:"
        if RULE not in self.policy.standing:
            return f"The policy gives no standing approval to `{RULE}`, so here is what would be sent:"
        return "None of it goes to a phone, so here is what would be sent:"


def rehearse(unit: Unit, click: Click, rehearsal: Rehearsal) -> Settled:
    """The messages of a test, or its words in Slack, and a word to whoever asked for it."""
    campaign, policy, now = rehearsal.campaign, rehearsal.policy, rehearsal.now
    messages = rehearsal.messages()
    fresh = [each for each in messages if unit.outbox.get(each.id) is None]
    by, digest = rehearsal.approver.email, campaign.digest
    unit.ledger.append("rehearsed", {"campaign": campaign.id, "by": by, "digest": digest, "messages": len(fresh)}, now)
    if messages and not fresh:
        words = unit.cards.notice("You have been sent this test before; nothing has changed since.", Sign.SENT)
        return Settled(result="tested_before", effects=(reply_to_clicker(click, words, policy, now),))
    stay = rehearsal.stay()
    if messages:
        text = f"{_sent(fresh)} to {_masked(rehearsal.approver.phone)}, marked {MARK}. No customer gets it."
        words = unit.cards.words_sent(text, stay)
    else:
        words = unit.cards.words_shown(rehearsal.why_here(), stay)
    return Settled(result="tested", effects=(*fresh, reply_to_clicker(click, words, policy, now)))


def spoken_variants(campaign: Campaign) -> Iterator[Variant]:
    """Of variants that somebody gets and that put the same words on the same channel the first one."""
    seen: set[tuple[str, str, str]] = set()
    for variant in list_received(campaign):
        words = (variant.channel, variant.language, variant.text)
        if words not in seen:
            seen.add(words)
            yield variant


def rehearsal_words(variant: Variant) -> str:
    """The words with each place of somebody's own named: {name} becomes [name]."""
    return PLACE.sub(lambda place: f"[{place[1].replace('_', ' ')}]", variant.text)


def _sent(fresh: list[Effect]) -> str:
    channels = ", ".join(dict.fromkeys(channel_name(each.channel) for each in fresh))
    return f"{len(fresh)} {'message is' if len(fresh) == 1 else 'messages are'} on the way by {channels}"


def _masked(phone: str) -> str:
    return f"your phone ending in {phone[-2:]}"
