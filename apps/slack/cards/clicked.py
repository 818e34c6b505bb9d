"""What whoever clicked is told of a campaign: how it stands, what stands against their wish, its words as a test."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from apps.slack.cards.blocks import MOST, Block, escape, mention, moment, quote_whole, section, word
from apps.slack.cards.texts import finding_lines
from core.model.campaign import CampaignState, LawFinding, Standing, Variant, Vote
from core.model.outreach import Verdict
from core.outreach.texts import for_whom
from core.ports.cards import Rendered, Sign
from core.text.line import one_line

SHOWN, ROOM = 40, 9000  # blocks of one message in Slack, and characters in them
NOTHING = "Nothing was changed."
AFTER_ALL = frozenset({Verdict.REJECT, Verdict.HOLD, Verdict.EDIT})  # what somebody may want of what was approved


SIGNS = {
    Sign.FORBIDDEN: ":lock: ",
    Sign.NEWS: ":information_source: ",
    Sign.DONE: ":white_check_mark: ",
    Sign.ASIDE: ":double_vertical_bar: ",
    Sign.LATE: ":hourglass: ",
    Sign.SENT: ":outbox_tray: ",
    None: "",
}


def notice(text: str, sign: Sign | None = None) -> Rendered:
    return Rendered(f"{SIGNS[sign]}{one_line(text)}", [section(f"{SIGNS[sign]}{escape(text)}")])


def how_it_stands(standing: Standing, votes: Sequence[Vote], wanted: Verdict) -> Rendered:
    reason = f" ({escape(standing.reason[:300])})" if standing.reason else ""
    return word(f"{_said(standing, votes, reason)} {_instead(standing, wanted)}".strip())


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


def blocked(findings: Iterable[LawFinding]) -> Rendered:
    return word(f"This cannot be approved as it is:\n{finding_lines(findings)}")


def not_sayable(faults: Iterable[str]) -> Rendered:
    said = "\n".join(f"• {escape(each)}" for each in faults)
    return word(f"Your words were not taken, for they cannot be sent:\n{said}")


def words_sent(text: str, stay: Sequence[Variant]) -> Rendered:
    said = f"{SIGNS[Sign.SENT]}{text}"
    return Rendered(said, [section(f"{said} These stay here:"), *_fitting(stay)]) if stay else word(said)


def words_shown(why: str, variants: Sequence[Variant]) -> Rendered:
    return Rendered("What would be sent", [section(f"{SIGNS[Sign.NEWS]}{why}"), *_fitting(variants)])


def _fitting(variants: Sequence[Variant]) -> list[Block]:
    blocks = [block for variant in variants for block in _words(variant)][:SHOWN]
    sizes = accumulate(len(block["text"]["text"]) for block in blocks)
    return [block for block, size in zip(blocks, sizes, strict=True) if size <= ROOM]


def _words(variant: Variant) -> Iterable[Block]:
    pieces = quote_whole(variant.text)
    head = f"*{escape(for_whom([variant]))}*"
    first = f"{head}\n{pieces[0]}"
    return (section(text) for text in ([first] if len(first) <= MOST else [head, pieces[0]]) + pieces[1:])
