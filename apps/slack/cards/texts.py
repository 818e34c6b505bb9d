"""The words of a campaign as its card shows them: for whom, exactly what, from where, and what the checks found."""

from collections.abc import Iterable, Sequence

from apps.slack.cards.blocks import MOST, Block, escape, link, people, quote_whole, section, short_markup
from core.model.campaign import Campaign, GroundedIn, LawFinding, Variant, Weight
from core.outreach.texts import display_name, for_whom, list_received, most_first, readers

ROOM = 6500  # characters of words on one card; Slack refuses a message whose blocks are too long together
BLOCKS = 30  # sections of words on one card, which has fifty blocks in all
DETAILED_ROOM, DETAILED_BLOCKS = 40_000, 70  # the same of a modal, which has a hundred
QUOTES, LONGEST_QUOTE = 4, 160
SIGNS = {Weight.BLOCKS: ":no_entry:", Weight.WARNS: ":warning:", Weight.TELLS: ":information_source:"}
KINDS = {"signal": "signal", "article": "article", "policy": "policy", "supervisor": "written by"}


def readable(name: str) -> str:
    """The same for Slack's markup."""
    return escape(display_name(name))


def texts_shown(campaign: Campaign) -> tuple[list[Block], int]:
    """Every text that somebody gets, with what stands against it, and how many of them did not fit."""
    return _fitting(campaign, ROOM, BLOCKS, grounds=False)


def texts_with_grounds(campaign: Campaign) -> tuple[list[Block], int]:
    """The same with their sources and everything that the checks found, by the names of their rules."""
    return _fitting(campaign, DETAILED_ROOM, DETAILED_BLOCKS, grounds=True)


def _fitting(campaign: Campaign, room: int, most: int, *, grounds: bool) -> tuple[list[Block], int]:
    shown: list[Block] = []
    used = left = 0
    for variants in most_first(campaign, list_received(campaign)):
        blocks = _one(campaign, variants, grounds)
        size = sum(len(block["text"]["text"]) for block in blocks)
        if left or used + size > room or len(shown) + len(blocks) > most:
            left += 1
            continue
        shown += blocks
        used += size
    return shown, left


def _one(campaign: Campaign, variants: Sequence[Variant], grounds: bool) -> list[Block]:
    """In as many sections as its words need; what is noted of them under the last one."""
    first = variants[0]
    pieces = [f"*{escape(for_whom(variants))}*{_people(campaign, variants)}", *quote_whole(first.text)]
    if grounds:
        notes = [f"_From:_ {sources(first.sources)}", *(finding_line(each, named=True) for each in first.findings)]
    else:
        notes = [finding_line(each) for each in first.findings if each.weight is not Weight.TELLS]
    texts = [""]
    for piece in [*pieces, *notes]:
        longer = f"{texts[-1]}\n{piece}" if texts[-1] else piece
        if len(longer) > MOST:
            texts.append(short_markup(piece, MOST))
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


def finding_line(found: LawFinding, *, named: bool = False) -> str:
    """In words; `named`: with the rule's name in docs/outreach.md behind them."""
    whom = f" ({people(found.people)})" if found.people else ""
    rule = f" `{escape(found.rule)}`" if named else ""
    return f"{SIGNS[found.weight]} {escape(found.text[:400])}{whom}{rule}"


def finding_lines(found: Iterable[LawFinding]) -> str:
    """Each once."""
    return "\n".join(dict.fromkeys(finding_line(each) for each in found))
