"""Changes that are the same lesson, put together, whoever made them and in whichever language; and which of the groups
are more than noise. Pure but for the vectors."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from core.answer.contract.wording import turns
from core.improve.causes import stated
from core.improve.differences import Swap, plain, swaps
from core.improve.spread import Spread
from core.model.lesson import Cause, Change, SentReply
from core.ports import Vector

ALIKE = 0.55  # cosine from which two sentences say the same
SAME_BEFORE = 0.85  # cosine from which two sentences of drafts are one
FEWEST_SENTENCES = 3  # different ones in which the same words gave way: below, it is about the sentence
FEWEST_AGENTS = 3  # who rewrite a sentence in words of their own: of two each may have a habit
SCOPE = 0.15  # share of an intent's replies from which a sentence that was added belongs to the intent
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a group must come to before it is shown to anybody. `share` of those drafts in which the same could have
    been done; `added` is the same for sentences that were added, where nobody sees what they could have been added
    to."""

    matters: int = 4
    agents: int = 2
    customers: int = 3
    share: float = 0.4
    added: float = 0.3


BAR = Bar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A reply with the sentences of its draft, masked, those of them (plain) that are an article's, and what was
    changed."""

    reply: SentReply
    sentences: tuple[str, ...]
    changes: tuple[Change, ...]
    cited: Set[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes that are one lesson. `swap`: the words that gave way in several sentences; `before`, `after`: what most
    of them say. `could` is the number of drafts in which the same could have been done, `scope` the intents that it
    belongs to (all where it is empty)."""

    changes: tuple[Change, ...]
    before: str
    after: str
    could: int
    swap: Swap | None = None
    scope: tuple[str, ...] = ()

    @property
    def cause(self) -> Cause:
        return Counter(each.cause for each in self.changes).most_common(1)[0][0]

    @property
    def matters(self) -> int:
        return len({each.reply.conversation_id for each in self.changes})

    @property
    def agents(self) -> int:
        return len({each.reply.agent for each in self.changes})

    @property
    def customers(self) -> int:
        return len({each.reply.customer_id for each in self.changes})

    def passes(self, bar: Bar) -> bool:
        share = bar.share if self.before or self.swap else bar.added
        return (
            self.matters >= bar.matters
            and self.agents >= bar.agents
            and self.customers >= min(bar.customers, bar.matters)
            and self.matters >= share * self.could
        )


def group(compared: Sequence[Compared], vectors: Spread, bar: Bar) -> list[Group]:
    """Those that pass the bar, those with the most matters first. What is true once belongs to no group."""
    changes = [change for each in compared for change in each.changes if change.cause is not Cause.PERSONAL]
    by_words = [found for found in _by_words(compared, changes) if found.passes(bar)]
    # What is told by the words that gave way is not told once more by each of its sentences.
    told = {id(change) for found in by_words for change in found.changes if _wholly(change, by_words)}
    rest = [change for change in changes if id(change) not in told]
    found = [
        *by_words,
        *_by_sentence(compared, [change for change in rest if change.before], vectors, bar),
        *_added(compared, [change for change in rest if not change.before], vectors),
    ]
    return sorted((each for each in found if each.passes(bar)), key=lambda each: -each.matters)


def _wholly(change: Change, groups: Sequence[Group]) -> bool:
    made = set(swaps(change.before, change.after))
    return bool(made) and made <= {each.swap for each in groups if each.swap is not None}


# ------------------------------------------------------------------
# The same words in several sentences.


def _by_words(compared: Sequence[Compared], changes: Sequence[Change]) -> Iterator[Group]:
    found: dict[Swap, list[Change]] = defaultdict(list)
    for change in changes:
        if change.before and change.after:
            for swap in set(swaps(change.before, change.after)):
                if not _NUMBER.search(swap.before + swap.after) and "name" not in swap.before.split():
                    found[swap].append(change)
    for swap, made in found.items():
        if len({plain(change.before) for change in made}) >= FEWEST_SENTENCES:
            could = _with_words(compared, swap.before)
            said = Counter(one.says for change in made for one in swaps(change.before, change.after) if one == swap)
            as_said = replace(swap, says=said.most_common(1)[0][0])
            yield Group(changes=tuple(made), before=swap.before, after=as_said.says, could=could, swap=as_said)


def _with_words(compared: Sequence[Compared], words: str) -> int:
    """How many drafts have them; all where words were only put in."""
    if not words:
        return len({each.reply.conversation_id for each in compared})
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
    having = (each for each in compared if any(pattern.search(sentence) for sentence in each.sentences))
    return len({each.reply.conversation_id for each in having})


# ------------------------------------------------------------------
# The same sentence, changed to the same or taken out.


def _by_sentence(compared: Sequence[Compared], changes: Sequence[Change], vectors: Spread, bar: Bar) -> Iterator[Group]:
    befores: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        befores[plain(change.before)].append(change)
    for texts in _merged(list(befores), vectors):
        made = [change for text in texts for change in befores[text]]
        could = _with_sentence(compared, set(texts))
        gone = [change for change in made if not change.after]
        if gone:
            yield _group(gone, could, vectors)
        parts = [_group(part, could, vectors) for part in cluster([c for c in made if c.after], vectors, _after)]
        yield from parts
        if not any(part.passes(bar) for part in parts):
            yield from _anew(made, could, vectors)


def _anew(changes: Sequence[Change], could: int, vectors: Spread) -> Iterator[Group]:
    """A sentence that nobody leaves as it is, though each has other words for it. By as many agents as are no habit."""
    written = [change for change in changes if change.after and not swaps(change.before, change.after)]
    if len({change.reply.agent for change in written}) >= FEWEST_AGENTS:
        yield _group(written, could, vectors)


def _merged(texts: Sequence[str], vectors: Spread) -> list[list[str]]:
    """Sentences that differ in a word or two, such as the same one for another product, are one."""
    heads: list[list[str]] = []
    for text in texts:
        near = max(heads, key=lambda head: vectors.alike(head[0], text), default=None)
        if near is not None and vectors.alike(near[0], text) >= SAME_BEFORE and stated(near[0]) == stated(text):
            near.append(text)
        else:
            heads.append([text])
    return heads


def _with_sentence(compared: Sequence[Compared], texts: set[str]) -> int:
    having = (each for each in compared if any(plain(sentence) in texts for sentence in each.sentences))
    return len({each.reply.conversation_id for each in having})


# ------------------------------------------------------------------
# Sentences that were added, and belong to some intents or to all.


def _added(compared: Sequence[Compared], changes: Sequence[Change], vectors: Spread) -> Iterator[Group]:
    for part in cluster(changes, vectors, _after):
        # What is written in one language can be added to no reply in another.
        spoken = {change.reply.language for change in part}
        able = {(e.reply.conversation_id, e.reply.intent) for e in compared if e.reply.language in spoken}
        sizes = Counter(intent for _, intent in able)
        seen = Counter(intent for _, intent in {(c.reply.conversation_id, c.reply.intent) for c in part})
        scope = [intent for intent, count in seen.items() if count >= SCOPE * sizes[intent] and count > 1]
        inside = scope or list(seen)
        could = max(sum(sizes[intent] for intent in inside), 1)
        whole = sum(sizes[intent] for intent in inside) >= 0.5 * sum(sizes.values())
        kept = [change for change in part if change.reply.intent in inside]
        yield _group(kept, could, vectors, () if whole else tuple(sorted(inside)))


def _group(changes: Sequence[Change], could: int, vectors: Spread, scope: tuple[str, ...] = ()) -> Group:
    before = Counter(change.before for change in changes).most_common(1)[0][0]
    after = vectors.middle([change.after for change in changes if change.after])
    return Group(changes=tuple(changes), before=before, after=after, could=could, scope=scope)


def _after(change: Change) -> str:
    return change.after


def cluster(
    changes: Sequence[Change], vectors: Spread, text: Callable[[Change], str], alike: float = ALIKE
) -> list[list[Change]]:
    """Those that say the same, by what is nearest to the middle of a group; the figures in them must be the same where
    both have some. Two rounds, so that the order in which they came matters less."""
    heads: list[Vector] = []
    parts: list[list[Change]] = []
    for _ in range(2):
        parts = [[] for _ in heads]
        for change in changes:
            vector = vectors.of(text(change))
            near = max(range(len(heads)), key=lambda place: float(heads[place] @ vector), default=None)
            fits = near is not None and float(heads[near] @ vector) >= alike and _agree(parts[near], change, text)
            if near is None or not fits:
                heads.append(vector)
                parts.append([change])
            else:
                parts[near].append(change)
        parts = [part for part in parts if part]
        heads = [vectors.centre([text(change) for change in part]) for part in parts]
    return parts


def _agree(part: Sequence[Change], change: Change, text: Callable[[Change], str]) -> bool:
    if part and ("not" in turns(text(part[0]))) != ("not" in turns(text(change))):
        return False
    mine = stated(text(change))
    known = [found for each in part if (found := stated(text(each)))]
    return not mine or not known or any(mine & found for found in known)


def distinct(items: Iterable[Change]) -> list[Change]:
    """One for each conversation, the newest first."""
    newest = sorted(items, key=lambda change: change.reply.at, reverse=True)
    return list({change.reply.conversation_id: change for change in reversed(newest)}.values())[::-1]
