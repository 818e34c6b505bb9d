"""How a campaign stands, in a sentence for somebody whose click came to nothing."""

from collections.abc import Sequence

from core.cards.blocks import escaped, mention, moment
from core.model.campaign import CampaignState, Standing, Vote
from core.model.outreach import Verdict

NOTHING = "Nothing was changed."
AFTER_ALL = frozenset({Verdict.REJECT, Verdict.HOLD, Verdict.EDIT})  # what somebody may want of what was approved


def how_it_stands(standing: Standing, votes: Sequence[Vote], wanted: Verdict) -> str:
    reason = f" ({escaped(standing.reason[:300])})" if standing.reason else ""
    return f"{_said(standing, votes, reason)} {_instead(standing, wanted)}".strip()


def _said(standing: Standing, votes: Sequence[Vote], reason: str) -> str:
    given = [vote for vote in votes if vote.yes and vote.digest == standing.campaign.digest]
    by = " and ".join(mention(vote.user_id, vote.name) for vote in given)
    approved = f" It was approved by {by} {moment(given[-1].at)}." if given else ""
    against = next((vote for vote in reversed(votes) if not vote.yes), None)
    rejected = f" by {mention(against.user_id, against.name)} {moment(against.at)}" if against else ""
    sentences = {
        CampaignState.PREPARING: f":hourglass_flowing_sand: It is being prepared again{reason}.",
        CampaignState.PENDING: "It is not being sent: it still waits for a yes.",
        CampaignState.HELD: f":double_vertical_bar: It is put aside{reason}, and nothing of it is being sent.",
        CampaignState.RUNNING: f":hourglass_flowing_sand: It is being sent.{approved}",
        CampaignState.PAUSED: f":double_vertical_bar: It is paused{reason}.{approved}",
        CampaignState.DONE: f":white_check_mark: It has been sent.{approved}",
        CampaignState.REJECTED: f":no_entry_sign: It was rejected{rejected}; nothing was sent.",
        CampaignState.EXPIRED: ":hourglass: It has expired; nothing was sent.",
        CampaignState.STOPPED: f":octagonal_sign: It was stopped{reason}.",
        CampaignState.EMPTY: "Nobody is left to write to.",
    }
    return sentences[standing.state]


def _instead(standing: Standing, wanted: Verdict) -> str:
    under_way = standing.state in (CampaignState.RUNNING, CampaignState.PAUSED)
    if under_way and wanted in AFTER_ALL:
        return "To keep back what has not left, press *Pause* or *Stop for good* on the card."
    return NOTHING
