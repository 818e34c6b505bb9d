"""A campaign's card while it is asked about: what goes to whom, when and at what cost, what stands against it, and
what became of it. Once it is under way, `apps.slack.cards.progress` draws it; the rest that a yes covers stands behind
Details (`apps.slack.cards.details`)."""

from collections.abc import Sequence

from apps.slack.cards.actions import APPROVE, EDIT, HOLD, REJECT, TEST
from apps.slack.cards.blocks import (
    Block,
    CardKind,
    button,
    detailed,
    escape,
    header,
    marked,
    mention,
    moment,
    money,
    people,
    reason_field,
    section,
    short_markup,
)
from apps.slack.cards.progress import approvals_line, progress_card, value_of
from apps.slack.cards.texts import finding_lines, readable, texts_shown
from core.model.campaign import ASKED, Campaign, CampaignState, Standing, Vote
from core.outreach.texts import channel_name, display_name
from core.ports.cards import CampaignCard, Rendered

FACTS, LONGEST_FACT = 4, 120
# Characters of each part, that all of them together are not too long for Slack.
OF_FACTS, OF_CHANNELS, OF_FAULTS, OF_REASON = 600, 300, 800, 500
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
        detailed(_what(card), CardKind.CAMPAIGN, campaign.id),
        *texts,
        *_hidden(hidden),
        *_blocked(campaign, asks),
        *(_asking(card, hidden) if asks else []),
    ]


def _what(card: CampaignCard) -> str:
    """What happened and why now, to whom by which channel, when, and at what cost."""
    campaign, lines = card.standing.campaign, []
    facts = [f"{readable(name)}: {escape(str(value)[:LONGEST_FACT])}" for name, value in campaign.facts.items()]
    more = [f"and {len(facts) - FACTS} more"] if len(facts) > FACTS else []
    happened = short_markup(" · ".join([*facts[:FACTS], *more]), OF_FACTS)
    lines.append(f"*What happened:* {happened or 'no facts were given'}")
    lines += [f"*Why now:* {short_markup(escape(campaign.why), OF_REASON)}"] if campaign.why else []
    out = sum(campaign.counts.get("left_out", {}).values())
    left = f"; {out:,} more {'is' if out == 1 else 'are'} left out" if out else ""
    lines.append(f"*Who:* {people(campaign.treated)} by {_channels(campaign)}{left}")
    lines.append(f"*When:* within each person’s own allowed hours, none after {moment(campaign.not_after)}")
    cost = f"at most {money(campaign.cost, card.currency)}" if card.priced else "unknown, the policy has no prices"
    lines.append(f"*Cost:* {cost} · *{display_name(campaign.purpose)} message*")
    return "\n".join(lines)


def _channels(campaign: Campaign) -> str:
    counts = campaign.counts.get("channel", {})
    counted = [f"{channel_name(name)} ({number:,})" for name, number in sorted(counts.items(), key=lambda c: -c[1])]
    named = counted or dict.fromkeys(channel_name(variant.channel) for variant in campaign.variants)
    return short_markup(escape(", ".join(named)), OF_CHANNELS) or "no channel"


def _hidden(texts: int) -> list[Block]:
    if not texts:
        return []
    them = "One more text does" if texts == 1 else f"{texts} more texts do"
    told = f":information_source: {them} not fit here. Press *Edit* to read everything; a yes covers them too."
    return [section(told)]


def _blocked(campaign: Campaign, asks: bool) -> list[Block]:
    if not asks or not campaign.blocked:
        return []
    rules = short_markup(finding_lines(campaign.blocked), OF_FAULTS)
    return [section(f"*This cannot be approved as it is. Edit it or reject it:*\n{rules}")]


def _outcome(standing: Standing, votes: Sequence[Vote]) -> list[Block]:
    if standing.state is CampaignState.PENDING:
        return []
    said_no = next((vote for vote in reversed(votes) if not vote.yes), None)
    text = f"*{OUTCOMES.get(standing.state, display_name(standing.state))}*"
    if standing.state is CampaignState.REJECTED and said_no is not None:
        role = short_markup(escape(said_no.role), 40)
        text += f" by {mention(said_no.user_id, said_no.name)} ({role}) {moment(said_no.at)}"
        why = short_markup(escape(" ".join(said_no.reason.split())), OF_REASON)
        text += f"\n>{why}" if why else ""
    elif standing.reason:
        text += f": {short_markup(escape(standing.reason), OF_REASON)}"
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
        "text": marked(sent if last else f"Somebody else has to approve it too.{unread}"),
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
