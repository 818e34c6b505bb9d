"""Every night, and by `handrail improve find`: what agents changed in the last weeks, as proposals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from core.answer.style import StyleCard
from core.improve.comparing import Comparer
from core.improve.effect import effect_of
from core.improve.grouping import BAR, Bar, Compared, group
from core.improve.known import Known
from core.improve.proposing import propose
from core.improve.spread import Spread
from core.model.lesson import Proposal, ProposalState
from core.ports import Encoder, Store, Unit

LOOKED_BACK = timedelta(days=28)
KEPT = timedelta(days=180)  # what was decided is kept so long, lest what was refused comes back
AGAIN = 2  # times the evidence with which it was refused
ALIKE = 0.7  # cosine from which a proposal is one that is there
FOUND = "proposals_found"  # the cursor that names the day of the last search
HOUR = timedelta(hours=2)  # UTC


class Further(Protocol):
    """What else proposes something: from corrections of intents, from questions without an article."""

    def __call__(self, unit: Unit, now: datetime) -> Sequence[Proposal]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """`encoder` is asked lazily, since most runs of the sweep find nothing to do."""

    store: Store
    encoder: Callable[[], Encoder]
    card: Callable[[], StyleCard]
    bar: Bar = BAR
    further: Sequence[Further] = ()

    def run(self, now: datetime) -> int:
        """Once a day; how many proposals are new."""
        today = now.astimezone(UTC).date().isoformat()
        if now.astimezone(UTC).hour * timedelta(hours=1) < HOUR:
            return 0
        with self.store.read() as unit:
            if unit.cursors.get(FOUND) == today:
                return 0
        # Marked before: what fails is tried again tomorrow, not every few seconds.
        with self.store.begin() as unit:
            unit.cursors.set(FOUND, today)
        return len(self.find(now))

    def find(self, now: datetime) -> list[Proposal]:
        """Search, and keep what is found; those that are new, or came back."""
        vectors = Spread(self.encoder())
        with self.store.read() as unit:
            found = self._search(unit, vectors, now)
            there = unit.proposals.listed()
        # Compared before anything is written: nobody waits for the encoder.
        paired = _paired(found, there, vectors)
        with self.store.begin() as unit:
            unit.proposals.forget(ProposalState.REFUSED, now - KEPT)
            return _keep(unit, paired)

    def _search(self, unit: Unit, vectors: Spread, now: datetime) -> list[Proposal]:
        card, known = self.card(), Known(unit=unit, vectors=vectors)
        comparer = Comparer(unit=unit, encoder=vectors, card=card, known=known)
        compared = list(comparer.compare(unit.proposals.replies(now - LOOKED_BACK)))
        titles = _titles(unit, compared)
        groups = group(compared, vectors, self.bar)
        made = [replace(propose(each, card, titles, now), replayed=str(effect_of(each, compared))) for each in groups]
        every = [*made, *(each for further in self.further for each in further(unit, now))]
        # Of several wordings for the same sentence one is proposed: that of the most matters, which comes first.
        firsts: dict[str, Proposal] = {}
        for each in every:
            firsts.setdefault(each.key, each)
        return list(firsts.values())


def _titles(unit: Unit, compared: Sequence[Compared]) -> dict[str, str]:
    names = {change.article_id for each in compared for change in each.changes if change.article_id}
    found = ((name, unit.articles.get(name)) for name in names)
    return {name: article.title for name, article in found if article is not None}


def _paired(
    found: Sequence[Proposal], there: Sequence[Proposal], vectors: Spread
) -> list[tuple[Proposal, Proposal | None]]:
    """Each that was found, with the one that is there already and is about the same."""
    seen: set[str] = set()
    pairs: list[tuple[Proposal, Proposal | None]] = []
    for each in found:
        old = next((old for old in there if old.id not in seen and is_same(old, each, vectors)), None)
        if old is not None:
            seen.add(old.id)
        pairs.append((each, old))
    return pairs


def _keep(unit: Unit, pairs: Sequence[tuple[Proposal, Proposal | None]]) -> list[Proposal]:
    """What is there already is told anew, unless a person has spoken; what was refused comes back with twice the
    evidence; what nobody decided on and is no longer found goes."""
    there = {old.id: old for old in unit.proposals.listed()}  # somebody may have decided meanwhile
    fresh: list[Proposal] = []
    kept: set[str] = set()
    for each, before in pairs:
        known = there.get(before.id) if before is not None else None
        if known is None:
            unit.proposals.save(each)
            fresh.append(each)
            continue
        kept.add(known.id)
        if known.state is ProposalState.OPEN:
            edited = replace(each, says=known.says, change=known.change, outcome=known.outcome)
            unit.proposals.save(replace(edited if known.outcome else each, id=known.id, key=known.key))
        elif known.state is ProposalState.REFUSED and each.matters >= AGAIN * max(known.decided_with, 1):
            again = replace(each, id=known.id, key=known.key)
            unit.proposals.save(again)
            fresh.append(again)
    for old in there.values():
        if old.state is ProposalState.OPEN and old.id not in kept:
            unit.proposals.remove(old.id)
    return fresh


def is_same(old: Proposal, new: Proposal, vectors: Spread) -> bool:
    """Whether two are about the same thing: what was added has other words from night to night."""
    if old.key == new.key:
        return True
    before, after = old.change.get("about", ["", ""]), new.change.get("about", ["", ""])
    if old.kind is not new.kind or before[0] != after[0] or bool(before[1]) != bool(after[1]):
        return False
    return not before[1] or vectors.alike(before[1], after[1]) >= ALIKE
