"""What a proposal would have come to: the newest drafts with it, held against what was sent. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.govern.draft_edits import distance
from core.improve.differences import plain, sentences
from core.improve.grouping import Compared, Group

LATEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of `drafts` so many would have read otherwise; of those so many come `nearer` to what was sent, so many get
    `further` from it. `saved` counts words of edits, less than nothing where there would have been more."""

    drafts: int
    changed: int
    nearer: int
    further: int
    saved: int

    def __str__(self) -> str:
        words = f"{abs(self.saved)} words of edits {'fewer' if self.saved > 0 else 'more'}"
        words = words if self.saved else "as many words of edits as before"
        return (
            f"changes {self.changed} of your last {self.drafts} drafts: {self.nearer} come nearer to what was sent, "
            f"{self.further} get further from it, {words}"
        )


def effect_of(group: Group, compared: Sequence[Compared]) -> Effect:
    """`compared` oldest first."""
    befores = {plain(change.before) for change in group.changes if change.before}
    changed = nearer = further = saved = 0
    latest = compared[-LATEST:]
    for each in latest:
        after = _with(each, group, befores)
        if after == list(each.sentences):
            continue
        sent = " ".join(sentences(each.reply.sent))
        gain = distance(" ".join(each.sentences), sent) - distance(" ".join(after), sent)
        changed, saved = changed + 1, saved + gain
        nearer, further = nearer + (gain > 0), further + (gain < 0)
    return Effect(drafts=len(latest), changed=changed, nearer=nearer, further=further, saved=saved)


def _with(each: Compared, group: Group, befores: set[str]) -> list[str]:
    """The draft's sentences as the proposal would have had them."""
    told = list(each.sentences)
    if group.swap is not None:
        if not group.swap.before:
            return told
        pattern = re.compile(rf"(?<!\w){re.escape(group.swap.before)}(?!\w)", re.IGNORECASE)
        says = group.swap.says
        # What an article says stays in its words, whatever the card would rather have.
        return [s if plain(s) in each.cited else pattern.sub(lambda _: says, s) for s in told]
    if group.before:
        replaced = (group.after if plain(sentence) in befores else sentence for sentence in told)
        return [sentence for sentence in replaced if sentence]
    if group.scope and each.reply.intent not in group.scope:
        return told
    return [*told[:-1], group.after, *told[-1:]]
