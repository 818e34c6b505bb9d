"""The replies of a time, read from the store: masked, compared with their drafts, every change with its cause."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from core.answer.style import StyleCard
from core.improve.causes import cause_of
from core.improve.differences import differences, plain, sentences
from core.improve.grouping import Compared
from core.improve.known import Known
from core.model.draft import Draft
from core.model.lesson import Change, SentReply
from core.ports import Encoder, Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparer:
    """`card` is the one in force."""

    unit: Unit
    encoder: Encoder
    card: StyleCard
    known: Known

    def compare(self, replies: Iterable[SentReply]) -> Iterator[Compared]:
        """A conversation's drafts are looked at once each, whatever became of them."""
        for reply in replies:
            masked = self._masked(reply)
            draft = self._draft(reply)
            cited = _cited(draft, self._mask(reply))
            rests = Counter(cited.values()).most_common(1)[0][0] if cited else ""
            found = tuple(self._changes(masked, cited, rests)) if masked.draft != masked.sent else ()
            told = tuple(sentences(masked.draft))
            yield Compared(reply=masked, sentences=told, changes=found, cited=cited.keys())

    def _changes(self, reply: SentReply, cited: dict[str, str], rests: str) -> Iterator[Change]:
        lines = courtesies_of(self.card)
        ours = {plain(each) for each in sentences(reply.draft)} - cited.keys()
        for each in differences(reply.draft, reply.sent, self.encoder, ours):
            article = cited.get(plain(each.before), "") if each.before else ""
            known = not each.before and self.known.says(each.after)
            cause = cause_of(each, lines, cited=bool(article), known=known)
            yield Change(
                reply=reply,
                before=each.before,
                after=each.after,
                cause=cause,
                article_id=article or rests,
                cited=bool(article),
            )

    def _mask(self, reply: SentReply) -> Callable[[str], str]:
        customer = self.unit.customers.get(reply.customer_id)
        known = of_customer(customer) if customer else ()
        return lambda text: redact(text, known=known)

    def _masked(self, reply: SentReply) -> SentReply:
        mask = self._mask(reply)
        return replace(reply, draft=mask(reply.draft), sent=mask(reply.sent))

    def _draft(self, reply: SentReply) -> Draft | None:
        decisions = self.unit.decisions.of_conversation(reply.conversation_id)
        return next((d.draft for d in decisions if d.draft is not None and d.draft.id == reply.draft_id), None)


def _cited(draft: Draft | None, mask: Callable[[str], str]) -> dict[str, str]:
    """The plain sentences that come from an article → its id."""
    found: dict[str, str] = {}
    for sentence in draft.sentences if draft is not None else ():
        if sentence.citation is not None:
            for part in sentences(mask(sentence.text)):
                found[plain(part)] = sentence.citation.passage.article_id
    return found


def courtesies_of(card: StyleCard) -> frozenset[str]:
    """Every line of the card, as a masked sentence has it."""
    lines = (
        line
        for own in (card, *card.brands.values())
        for language in own.languages.values()
        for line in (language.greeting, language.greeting_unnamed, language.empathy, language.opening, language.closing)
    )
    return frozenset(plain(part) for line in lines for part in sentences(line.replace("{name}", "[name]")))
