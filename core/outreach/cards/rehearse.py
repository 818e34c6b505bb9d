"""Test to me: the words of a campaign to the phone of whoever asks, marked as a test, before anybody else gets them.

They are no part of the manifest, and nobody's own facts stand in them: the places of those are named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from core.model.campaign import PLACE, Campaign, Variant
from core.model.customer import TEXTED
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click
from core.outreach.approvers import Settled, told
from core.outreach.blocks import MOST, Block, escaped, quoted, section
from core.outreach.cards.texts import channel_name, for_whom, received
from core.policy import Policy
from core.policy.outreach import Approver
from core.ports import Unit

RULE = "test_message"  # the standing rule under which a test leaves
MARK = "TEST"
TO_A_PHONE = 8  # texts at most; the rest is shown in Slack
SHOWN, ROOM = 40, 9000  # blocks of one message in Slack, and characters in them


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
        texts = list(said(self.campaign))
        phoned = [each for each in texts if each.channel in TEXTED][:TO_A_PHONE] if self.to_phone else []
        return phoned, [each for each in texts if each not in phoned]

    def _message(self, variant: Variant) -> Effect:
        digest, email = self.campaign.digest, self.approver.email.lower()
        return Effect(
            kind=EffectKind.MESSAGE,
            # Once for each person and version of the words, however often it is pressed.
            key=f"{self.campaign.id}:test:{digest}:{email}:{variant.name}",
            target=self.approver.phone,
            payload={
                "channel": variant.channel,
                "body": f"{MARK} ({for_whom([variant])}): {rehearsed(variant)}",
                "language": variant.language,
                "test_of": self.campaign.id,
            },
            authority=Authority(rule=RULE, policy_version=self.policy.version),
            created_at=self.now,
        )

    def shown(self) -> list[Block]:
        """What does not go to a phone."""
        blocks = [block for variant in self._split()[1] for block in _words(variant)][:SHOWN]
        sizes = accumulate(len(block["text"]["text"]) for block in blocks)
        return [block for block, size in zip(blocks, sizes, strict=True) if size <= ROOM]

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
        text = ":outbox_tray: You have been sent this test before; nothing has changed since."
        return Settled(result="tested_before", effects=(told(click, text, policy, now),))
    if messages:
        text = (
            f":outbox_tray: {_sent(fresh)} to {_masked(rehearsal.approver.phone)}, marked {MARK}. No customer gets it."
        )
        rest = rehearsal.shown()
        blocks = (section(f"{text} These stay here:"), *rest) if rest else ()
        return Settled(result="tested", effects=(*fresh, told(click, text, policy, now, blocks)))
    shown = (section(f":information_source: {rehearsal.why_here()}"), *rehearsal.shown())
    return Settled(result="tested", effects=(told(click, "What would be sent", policy, now, shown),))


def said(campaign: Campaign) -> Iterator[Variant]:
    """Of variants that somebody gets and that put the same words on the same channel the first one."""
    seen: set[tuple[str, str, str]] = set()
    for variant in received(campaign):
        words = (variant.channel, variant.language, variant.text)
        if words not in seen:
            seen.add(words)
            yield variant


def rehearsed(variant: Variant) -> str:
    """The words with each place of somebody's own named: {name} becomes [name]."""
    return PLACE.sub(lambda place: f"[{place[1].replace('_', ' ')}]", variant.text)


def _words(variant: Variant) -> Iterable[Block]:
    pieces = quoted(rehearsed(variant))
    head = f"*{escaped(for_whom([variant]))}*"
    first = f"{head}\n{pieces[0]}"
    return (section(text) for text in ([first] if len(first) <= MOST else [head, pieces[0]]) + pieces[1:])


def _sent(fresh: list[Effect]) -> str:
    channels = ", ".join(dict.fromkeys(channel_name(each.payload["channel"]) for each in fresh))
    return f"{len(fresh)} {'message is' if len(fresh) == 1 else 'messages are'} on the way by {channels}"


def _masked(phone: str) -> str:
    return f"your phone ending in {phone[-2:]}"
