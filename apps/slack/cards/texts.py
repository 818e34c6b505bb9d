"""The words of a campaign as its card shows them: for whom, exactly what, from where, and what the checks found."""

from collections.abc import Iterable, Sequence

from apps.slack.cards.blocks import MOST, Block, escape, link, people, quote_whole, section
from core.model.campaign import Campaign, GroundedIn, LawFinding, Variant, Weight
from core.outreach.texts import display_name, for_whom, list_received, most_first, readers

ROOM = 6500  # characters of words on one card; Slack refuses a message whose blocks are too long together
BLOCKS = 30  # sections of words on one card, which has fifty blocks in all
QUOTES, LONGEST_QUOTE = 4, 160
SIGNS = {Weight.BLOCKS: ":no_entry:", Weight.WARNS: ":warning:", Weight.TELLS: ":information_source:"}
KINDS = {"signal": "signal", "article": "article", "policy": "policy", "supervisor": "written by"}


def readable(name: str) -> str:
    """The same for Slack's markup."""
    return escape(display_name(name))


def texts_shown(campaign: Campaign) -> tuple[list[Block], int]:
    """Every text that somebody gets, with its sources and findings, and how many of them did not fit."""
    shown: list[Block] = []
    used = left = 0
    for variants in most_first(campaign, list_received(campaign)):
        blocks = _one(campaign, variants)
        size = sum(len(block["text"]["text"]) for block in blocks)
        if left or used + size > ROOM or len(shown) + len(blocks) > BLOCKS:
            left += 1
            continue
        shown += blocks
        used += size
    return shown, left


def _one(campaign: Campaign, variants: Sequence[Variant]) -> list[Block]:
    """In as many sections as its words need; sources and findings under the last of them."""
    first = variants[0]
    pieces = [f"*{escape(for_whom(variants))}*{_people(campaign, variants)}", *quote_whole(first.text)]
    notes = [f"_From:_ {sources(first.sources)}", *(finding_line(each) for each in first.findings)]
    texts = [""]
    for piece in [*pieces, *notes]:
        longer = f"{texts[-1]}\n{piece}" if texts[-1] else piece
        if len(longer) > MOST:
            texts.append(piece[:MOST])
        else:
            texts[-1] = longer
    return [section(text) for text in texts]


def _people(campaign: Campaign, variants: Sequence[Variant]) -> str:
    return f" · {people(number)}" if (number := readers(campaign, variants)) else ""


def sources(found: Sequence[GroundedIn]) -> str:
    if not found:
        return "nothing that is on record"
    said = [_source(each) for each in found[:QUOTES]]
    more = f" · and {len(found) - QUOTES} more" if len(found) > QUOTES else ""
    return " · ".join(said) + more


def _source(source: GroundedIn) -> str:
    name = escape(source.name[:LONGEST_QUOTE])
    quote = escape(source.quote[:LONGEST_QUOTE]).replace("\n", " ")
    kind = KINDS.get(source.kind, escape(source.kind))
    return f"{kind} {link(source.url, name)}" + (f": “{quote}”" if quote else "")


def finding_line(found: LawFinding) -> str:
    whom = f" ({people(found.people)})" if found.people else ""
    return f"{SIGNS[found.weight]} {escape(found.text[:400])}{whom} `{escape(found.rule)}`"


def finding_lines(found: Iterable[LawFinding]) -> str:
    """Each once."""
    return "\n".join(dict.fromkeys(finding_line(each) for each in found))
