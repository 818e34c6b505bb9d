"""Two people become one, and two again. Nothing is lost on the way: the merge is kept with all that it moved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from core.errors import RejectedError
from core.model.conversation import Role
from core.model.customer import Channel, Consent, Customer, IdentityKind, Purpose
from core.model.ids import ConversationId, CustomerId, derive_id
from core.model.profile import Merge
from core.ports import Unit

HELD_BACK = "merge "  # begins the source of a refusal that a merge had to repeat
ONE_OF_THEM = "the same person has it by another of their numbers"


def choose_kept(here: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Who keeps everything and who goes into them: one whom the helpdesk knows, and among equals `here`."""
    if other.current(IdentityKind.HELPDESK) and not here.current(IdentityKind.HELPDESK):
        return other, here
    return here, other


def merge(unit: Unit, kept: CustomerId, merged: CustomerId, by: str, why: str, now: datetime) -> Merge:
    """Give `kept` the identities, consents, conversations and facts of `merged`. A refusal of either holds for both. Of
    a campaign that was to write to both, one message is left; undoing the merge does not bring the other one back.

    Raises:
        RejectedError: one of them is not known, is the other, or went into somebody else.
        ConflictError: it went into somebody else at this moment.
    """
    one, other = _somebody(unit, kept), _somebody(unit, merged)
    if kept == merged:
        raise RejectedError("This is the same profile already.")
    made = Merge(
        id=derive_id("mg", kept, merged, now.isoformat()),
        kept=kept,
        merged=merged,
        at=now,
        by=by,
        why=why,
        moved=unit.merges.move(merged, kept),
    )
    for refusal in still_refused(one, other, made):
        unit.customers.add_consent(kept, refusal)
    unit.merges.add(made)
    unit.merges.alike_again(kept, merged)
    unit.campaigns.join_lines(kept, ONE_OF_THEM, now)
    unit.ledger.append("merged", {"merge": made.id, "kept": kept, "merged": merged, "by": by, "why": why}, now)
    return made


def unmerge(unit: Unit, merge_id: str, by: str, now: datetime) -> Merge:
    """Put everything back where it was. What came after the merge goes with the address that it came from; a refusal
    said since then holds for both, because nobody knows whose it was.

    Raises:
        RejectedError: there is no such merge, it is undone, or another one has to be undone first.
    """
    made = unit.merges.get(merge_id)
    if made is None or made.undone_at is not None:
        raise RejectedError("There is nothing to undo here.")
    if unit.merges.into(made.kept) is not None:
        raise RejectedError("This profile went into another one since; undo that first.")
    both = unit.customers.get(made.kept)
    unit.merges.move_back(made, by, now)
    unit.merges.take_away_consents(made.kept, f"{HELD_BACK}{made.id}")
    if both is not None:
        for refusal in _refused_since(both, made):
            unit.customers.add_consent(made.merged, refusal)
    _follow(unit, made)
    unit.merges.different(made.kept, made.merged, by, now)
    facts = {"merge": made.id, "kept": made.kept, "merged": made.merged, "by": by}
    unit.ledger.append("unmerged", facts, now)
    return replace(made, undone_at=now, undone_by=by)


def still_refused(one: Customer, other: Customer, made: Merge) -> Iterator[Consent]:
    """The refusals of either that a later yes of the other would hide, said once more as of the merge."""
    for channel in Channel:
        for purpose in Purpose:
            last = [words for person in (one, other) if (words := person.word(channel, purpose)) is not None]
            noes = [words for words in last if not words.granted]
            newest = max(last, key=lambda words: (words.at, not words.granted), default=None)
            if noes and newest is not None and newest.granted:
                # Beyond what either said before, whatever their clocks were.
                at = max(made.at, newest.at)
                yield replace(noes[0], at=at, source=f"{HELD_BACK}{made.id}")


def _refused_since(both: Customer, made: Merge) -> list[Consent]:
    later = (c for c in both.consents if c.at > made.at and not c.granted)
    return [c for c in later if not c.source.startswith(HELD_BACK)]


def _somebody(unit: Unit, customer_id: CustomerId) -> Customer:
    found = unit.customers.get(customer_id)
    if found is None:
        raise RejectedError("There is no such profile.")
    if unit.merges.into(customer_id) is not None:
        raise RejectedError("This profile went into another one already.")
    return found


def _follow(unit: Unit, made: Merge) -> None:
    """The conversations that began while the two were one, to whoever wrote them."""
    back, kept = unit.customers.get(made.merged), unit.customers.get(made.kept)
    if back is None or kept is None:
        return
    addresses = {identity.value for identity in back.identities} | _wrote_from(unit, made)
    addresses -= {identity.value for identity in kept.identities}
    name = back.name if back.name != kept.name else ""
    for conversation in unit.merges.later(made, sorted(addresses), name):
        unit.merges.give(conversation.id, made.merged)


def _wrote_from(unit: Unit, made: Merge) -> set[str]:
    """The addresses on their messages from before they were one: a messaging window's is no identity of anybody."""
    theirs = (m for name in made.moved.conversations for m in unit.conversations.messages(ConversationId(name)))
    return {m.address for m in theirs if m.role is Role.CUSTOMER and m.address and m.at <= made.at}


# ------------------------------------------------------------------
# A visitor who logs in: the vendor proves who they are, so what they said before is that customer's too.


BY = "login"


def is_visitor(customer: Customer) -> bool:
    """Whether nothing is known of them but an id that the messaging side made up."""
    return all(each.kind is IdentityKind.EXTERNAL and not each.verified for each in customer.identities)


def merge_login(unit: Unit, known: Customer, proved: Customer, now: datetime) -> Customer:
    """The customer that `known` was proved to be. A mere visitor becomes part of them, which the record of the merge
    can undo; of two customers none goes into the other without a person's word, and whom a person took apart stay
    two."""
    if known.id == proved.id or not is_visitor(known) or unit.merges.are_different(known.id, proved.id):
        return known
    merge(unit, proved.id, known.id, BY, "logged in while writing", now)
    return unit.customers.get(proved.id) or proved
