"""The seal: what turns people's yes, or a standing rule, into the leave of exactly these messages to go."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from datetime import datetime
from typing import Any

from core.errors import RejectedError
from core.model.campaign import Campaign, Recipient, Vote, extend_root, message_digest
from core.model.outbound import digest
from core.model.seal import Seal, Sealer
from core.ports import Unit

SEALED = "sealed"  # the kind of the ledger's record
PAGE = 1000
ERASED_LINE = "erased:"  # begins what stands in the place of a recipient who was erased


def seal(unit: Unit, campaign: Campaign, votes: Sequence[Vote], now: datetime) -> Seal:
    """Seal the campaign as it is, once, with a record in the ledger. Without votes it is under its standing rule, which
    the gate looks up in the policy. Sealing again gives the first seal back.

    Raises:
        RejectedError: the votes are too few, another's, or about other bytes; the time to ask has passed; there is no
            frozen audience; or it is sealed as something else.
    """
    if why := _against(campaign, votes, now):
        raise RejectedError(f"this cannot be sealed: {why}")
    made = _made(campaign, votes, now)
    if unit.seals.add(made):
        unit.ledger.append(SEALED, facts_of(made), now)
        return made
    known = unit.seals.get(campaign.id)
    if known is None or known.digest != made.digest:
        raise RejectedError("this cannot be sealed: it is sealed with other words")
    return known


def facts_of(seal: Seal) -> dict[str, Any]:
    """As the ledger keeps it: all of it, so that the row can be held against the chain."""
    facts = asdict(seal)
    facts["campaign"] = facts.pop("campaign_id")
    facts["sealers"] = [{**each, "at": each["at"].isoformat()} for each in facts["sealers"]]
    return facts | {name: facts[name].isoformat() for name in ("at", "expires_at", "not_after")}


def broken(seal: Seal | None, campaign: Campaign, now: datetime) -> str:
    """Why nothing may leave under the seal, in the words of a refusal; empty where it holds."""
    if seal is None:
        return "nobody has approved this"
    if seal.digest != campaign.digest or (seal.root, seal.size) != (campaign.root, campaign.size):
        return "the campaign is not what was approved"
    if seal.standing != campaign.standing or len({each.email for each in seal.sealers}) < campaign.people:
        return "nobody has approved this"
    return "its time has passed" if now >= seal.not_after else ""


def fits(campaign: Campaign, line: Recipient) -> bool:
    """Whether the digest of a line of the manifest is that of the message which would leave now."""
    if line.customer_id == line.address == f"{ERASED_LINE}{line.ordinal}":
        return True  # of who was erased the digest alone is left, which the root over all of them proves
    try:
        return line.campaign_id == campaign.id and message_digest(campaign, line) == line.digest
    except KeyError:
        return False


def verify_manifest(unit: Unit, campaign: Campaign) -> int | None:
    """The ordinal of the first line that does not fit, or None when all do. One more than the last line's where lines
    are missing at the end, 0 where each fits by itself and yet together they are not what was sealed. Memory stays
    the same for any number of lines."""
    root, last, segments = "", 0, Counter[str]()
    for line in lines_of(unit, campaign):
        if line.ordinal != last + 1 or line.ordinal > campaign.size or not fits(campaign, line):
            return line.ordinal
        root, last = extend_root(root, line.digest), line.ordinal
        segments[line.segment] += 1
    if last < campaign.size:
        return last + 1
    # No digest of a line has its segment, but how many there are of each is sealed with the campaign.
    whole = root == campaign.root and segments == campaign.counts.get("segment", segments)
    return None if whole else 0


def lines_of(unit: Unit, campaign: Campaign) -> Iterator[Recipient]:
    after = -1
    while page := unit.campaigns.lines(campaign.id, after, PAGE):
        yield from page
        after = page[-1].ordinal


def whole_of(campaign: Campaign) -> str:
    """A hash over every field, also over what an approval need not cover. What has its usual value is not named in it:
    a field which a later version adds makes no earlier seal false."""
    return digest(_told(campaign))


def _told(value: Any) -> Any:
    """As plain values; of ours without the fields that have their usual value."""
    if is_dataclass(value):
        return {each.name: _told(said) for each in fields(value) if (said := getattr(value, each.name)) != _usual(each)}
    if isinstance(value, tuple | list):
        return [_told(each) for each in value]
    return value


def _usual(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _made(campaign: Campaign, votes: Sequence[Vote], now: datetime) -> Seal:
    return Seal(
        campaign_id=campaign.id,
        digest=campaign.digest,
        root=campaign.root,
        size=campaign.size,
        whole=whole_of(campaign),
        policy_version=campaign.policy_version,
        composer=campaign.composer,
        at=now,
        expires_at=campaign.expires_at,
        not_after=campaign.not_after,
        sealers=tuple(Sealer(email=v.email.lower(), role=v.role, name=v.name, at=v.at) for v in _yes(campaign, votes)),
        standing=campaign.standing,
    )


def _yes(campaign: Campaign, votes: Sequence[Vote]) -> list[Vote]:
    """Of each person the first yes to exactly these bytes."""
    about = [vote for vote in votes if (vote.campaign_id, vote.digest) == (campaign.id, campaign.digest) and vote.yes]
    return sorted({vote.email.lower(): vote for vote in reversed(about)}.values(), key=lambda vote: vote.at)


def _against(campaign: Campaign, votes: Sequence[Vote], now: datetime) -> str:
    if not campaign.root or campaign.size < 1:
        return "its audience is not frozen"
    if campaign.blocked:
        return campaign.blocked[0].text
    if now >= campaign.not_after:
        return "its time has passed"
    if any(vote.digest == campaign.digest and not vote.yes for vote in votes):
        return "somebody said no"
    if campaign.people == 0:
        return "" if campaign.standing else "it has neither an approver nor a standing rule"
    if now >= campaign.expires_at:
        return "the time to approve it has passed"
    given = len(_yes(campaign, votes))
    return f"{given} of {campaign.people} have approved it" if given < campaign.people else ""
