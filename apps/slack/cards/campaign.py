"""A campaign's card while it is asked about: all that a yes covers, and what became of it. Once it is under way,
`apps.slack.cards.progress` draws it."""

from collections.abc import Mapping, Sequence

from apps.slack.cards.actions import APPROVE, EDIT, HOLD, REJECT, TEST
from apps.slack.cards.blocks import (
    Block,
    button,
    context,
    escape,
    header,
    mention,
    moment,
    money,
    people,
    reason_field,
    section,
)
from apps.slack.cards.progress import approvals_line, progress_card, value_of
from apps.slack.cards.texts import finding_lines, readable, texts_shown
from core.model.campaign import ASKED, Campaign, CampaignState, Standing, Vote
from core.outreach.texts import channel_name, display_name, language_name
from core.ports.cards import CampaignCard, Rendered

MOST = 4  # of each axis that are named
FACTS, LONGEST_FACT = 12, 120
# Characters of each part, that all of them together are not too long for Slack.
OF_FACTS, OF_AXIS, OF_REASONS, OF_FAULTS, OF_REASON = 900, 300, 500, 800, 500
REASONS = 8  # for which people are left out, that are named
AXES = {"segment": "Segments", "channel": "Channels", "language": "Languages", "zone": "Time zones"}
OUTCOMES = {
    CampaignState.PREPARING: ":hourglass_flowing_sand: Being prepared",
    CampaignState.HELD: ":double_vertical_bar: Put aside",
    CampaignState.REJECTED: ":no_entry_sign: Rejected, nothing was sent",
    CampaignState.EXPIRED: ":hourglass: Expired, nothing was sent",
    CampaignState.STOPPED: ":octagonal_sign: Stopped before it began, nothing was sent",
    CampaignState.EMPTY: ":information_source: Nobody is left to write to, so nothing will be sent",
}


def campaign_card(card: CampaignCard) -> Rendered:
    """The card of a campaign in whatever state it is."""
    if card.progress is not None:
        return progress_card(card, card.progress)
    standing, campaign = card.standing, card.standing.campaign
    asks = standing.state in ASKED
    state = "Approve" if asks else display_name(standing.state)
    text = f"{state}: {display_name(campaign.play)} to {people(campaign.treated)}"
    return Rendered(text, _blocks(card))


def _blocks(card: CampaignCard) -> list[Block]:
    campaign, asks = card.standing.campaign, card.standing.state in ASKED
    texts, hidden = texts_shown(campaign)
    end = f"{display_name(campaign.play)} to {people(campaign.treated)}"
    return [
        header(f"May this go out? {end}" if asks else end),
        *_outcome(card.standing, card.votes),
        section(_what(campaign)),
        *_who(campaign),
        *texts,
        *_hidden(hidden),
        *_blocked(campaign, asks),
        context(*_terms(card), *_last(campaign)),
        *(_asking(card, hidden) if asks else []),
    ]


def _what(campaign: Campaign) -> str:
    facts = list(campaign.facts.items())
    said = [f"{readable(name)}: {escape(str(value)[:LONGEST_FACT])}" for name, value in facts[:FACTS]]
    more = [f"and {len(facts) - FACTS} more facts"] if len(facts) > FACTS else []
    happened = f"*What happened:* {' · '.join([*said, *more])[:OF_FACTS] or 'no facts were given'}"
    return happened + (f"\n*Why now:* {escape(campaign.why)[:OF_REASON]}" if campaign.why else "")


def _who(campaign: Campaign) -> list[Block]:
    fields = [f"*{title}*\n{_top(campaign.counts.get(axis, {}), axis)}" for axis, title in AXES.items()]
    apart = campaign.counts.get("arm", {}).get("holdout", 0)
    left_out = _reasons(campaign.counts.get("left_out", {}))
    wishes = _reasons(campaign.counts.get("wishes", {}))
    told = [
        f"*Left out:* {left_out}" if left_out else "*Left out:* nobody",
        f"*Of those written to:* {wishes}" if wishes else "",
        f"*Holdout:* {people(apart)} left alone by lot, so that the effect can be told" if apart else "",
    ]
    return [
        {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in fields]},
        context(*told),
    ]


def _top(counts: Mapping[str, int], axis: str) -> str:
    """The largest few, and how many more there are."""
    spoken = {"channel": channel_name, "language": language_name, "zone": _zone}.get(axis, display_name)
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    lines = [f"{escape(spoken(name)[:80])}: {number:,}" for name, number in most[:MOST]]
    more = [f"and {len(most) - MOST} more"] if len(most) > MOST else []
    return "\n".join([*lines, *more])[:OF_AXIS] or "none"


def _zone(name: str) -> str:
    return "not known for sure" if name in ("", "unknown") else name.replace("_", " ")


def _reasons(counts: Mapping[str, int]) -> str:
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    told = [f"{number:,} {escape(reason[:100])}" for reason, number in most[:REASONS] if number]
    more = sum(number for _, number in most[REASONS:])
    return ", ".join([*told, *([f"{more:,} for other reasons"] if more else [])])[:OF_REASONS]


def _hidden(texts: int) -> list[Block]:
    if not texts:
        return []
    them = "One more text does" if texts == 1 else f"{texts} more texts do"
    told = f":information_source: {them} not fit here. Press *Edit* to read everything; a yes covers them too."
    return [section(told)]


def _blocked(campaign: Campaign, asks: bool) -> list[Block]:
    if not asks or not campaign.blocked:
        return []
    rules = finding_lines(campaign.blocked)[:OF_FAULTS]
    return [section(f"*This cannot be approved as it is. Edit it or reject it:*\n{rules}")]


def _terms(card: CampaignCard) -> list[str]:
    campaign = card.standing.campaign
    cost = f"at most {money(campaign.cost, card.currency)}" if card.priced else "unknown, the policy has no prices"
    return [
        f"*Cost:* {cost} · *{display_name(campaign.purpose)} message* · within each person’s own allowed "
        f"hours, none after {moment(campaign.not_after)}",
    ]


def _last(campaign: Campaign) -> list[str]:
    edited = f"Version {campaign.revision} · " if campaign.revision > 1 else ""
    made = f"{edited}written by {escape(campaign.composer)[:200]} · policy {escape(campaign.policy_version)[:80]}"
    return [f"{made} · digest {campaign.digest[:12]}"]


def _outcome(standing: Standing, votes: Sequence[Vote]) -> list[Block]:
    if standing.state is CampaignState.PENDING:
        return []
    said_no = next((vote for vote in reversed(votes) if not vote.yes), None)
    text = f"*{OUTCOMES.get(standing.state, display_name(standing.state))}*"
    if standing.state is CampaignState.REJECTED and said_no is not None:
        text += f" by {mention(said_no.user_id, said_no.name)} ({escape(said_no.role)[:40]}) {moment(said_no.at)}"
        text += f"\n>{escape(' '.join(said_no.reason.split()))[:OF_REASON]}" if said_no.reason else ""
    elif standing.reason:
        text += f": {escape(standing.reason)[:OF_REASON]}"
    return [section(text)]


def _asking(card: CampaignCard, hidden: int) -> list[Block]:
    standing, campaign, needed = card.standing, card.standing.campaign, card.needed
    given = approvals_line(card.counted, campaign)
    yes = sum(vote.yes and vote.digest == campaign.digest for vote in card.counted)
    held = " Being put aside does not stop this clock." if standing.state is CampaignState.HELD else ""
    lines = [
        f"*{needed} different people have to approve this.*" if needed > 1 else "",
        f":white_check_mark: Yes so far: {given}" if given else "",
        f"This question expires {moment(campaign.expires_at)}.{held}",
    ]
    return [
        section("\n".join(line for line in lines if line)),
        reason_field(f"{campaign.id}:{campaign.revision}"),
        {"type": "actions", "block_id": campaign.id, "elements": _buttons(standing, needed - yes, needed, hidden)},
    ]


def _buttons(standing: Standing, lacking: int, needed: int, hidden: int) -> list[Block]:
    campaign, value = standing.campaign, value_of(standing.campaign)
    last = lacking <= 1
    approve = button(
        APPROVE, "Approve and send" if last else f"Approve ({needed - lacking + 1} of {needed})", value, "primary"
    )
    unread = f" {hidden} of its texts are not on the card." if hidden else ""
    sent = f"{people(campaign.treated)} will get it, each in their own allowed hours.{unread}"
    approve["confirm"] = {
        "title": {"type": "plain_text", "text": "Send it?" if last else "Approve it?"},
        "text": {"type": "mrkdwn", "text": sent if last else f"Somebody else has to approve it too.{unread}"},
        "confirm": {"type": "plain_text", "text": "Send" if last else "Approve"},
        "deny": {"type": "plain_text", "text": "Not yet"},
    }
    return [
        *([] if campaign.blocked else [approve]),
        button(EDIT, "Edit", value),
        button(TEST, "Test to me", value),
        *([button(HOLD, "Hold", value)] if standing.state is CampaignState.PENDING else []),
        button(REJECT, "Reject", value, "danger"),
    ]
