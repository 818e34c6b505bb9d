"""An automatic reply as it leaves: who is speaking, the draft, its sources, the way to a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.answer.style import StyleCard
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.knowledge import Passage
from core.text.segments import segments, spelled

SOURCES = {"en": "Source", "de": "Quelle", "es": "Fuente", "fr": "Source", "pt": "Fonte", "ja": "出典"}
LONGEST_TEXT = 1500  # characters; Twilio refuses a body of more than 1,600 (error 21617)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How an automatic text stands before the customer. `compact`, for a phone: what is stated without courtesies or
    empty lines, of a source its address alone, and never more than a text message holds. `spoken`: it is read out on a
    call. `disclosed`: it says that an assistant writes. `understood` is one line on top: what the message is taken to
    be about. `most_segments`: how many SMS it may take, where it goes by SMS."""

    compact: bool = False
    spoken: bool = False
    disclosed: bool = True
    understood: str = ""
    most_segments: int | None = None

    def fits(self, text: str) -> bool:
        """Whether a text message may be as long as this."""
        few = self.most_segments is None or segments(spelled(text)) <= self.most_segments
        return few and len(text) <= LONGEST_TEXT


def automatic_text(draft: Draft, language: str, style: StyleCard, frame: Frame = Frame()) -> str:
    """The draft's own words with each source once, above the way to a person.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction."""
    if not frame.compact:
        return _assembled(draft, draft.body, language, style, frame)
    sentences = [s for s in draft.sentences if s.kind is not SentenceKind.COURTESY] or list(draft.sentences)
    text = _brief(draft, sentences, language, style, frame)
    # The best article is quoted first, so what does not fit is cut at the end, a whole sentence at a time.
    while not frame.fits(text) and len(sentences) > 1:
        sentences.pop()
        text = _brief(draft, sentences, language, style, frame)
    return text


FOLLOW_UP = {
    "en": "A while ago we answered your question. If that solved it, you need do nothing. If not, just reply and we "
    "will go on from there.",
    "de": "Vor einiger Zeit haben wir Ihre Frage beantwortet. Wenn das geholfen hat, müssen Sie nichts tun. Wenn "
    "nicht, antworten Sie einfach; dann machen wir dort weiter.",
    "es": "Hace un tiempo respondimos a su pregunta. Si con eso quedó resuelta, no tiene que hacer nada. Si no, "
    "responda a este mensaje y seguiremos desde ahí.",
    "fr": "Nous avons répondu à votre question il y a quelque temps. Si elle est réglée, vous n'avez rien à faire. "
    "Sinon, répondez simplement à ce message et nous reprendrons là où nous en étions.",
    "pt": "Há algum tempo respondemos à sua pergunta. Se ficou resolvida, não precisa de fazer nada. Se não, responda "
    "a esta mensagem e continuamos a partir daí.",
    "ja": "先日ご質問に回答いたしました。解決した場合は何もしていただく必要はありません。まだの場合は、このメッセージに"
    "ご返信ください。続きから対応いたします。",
}


def follow_up_text(language: str, style: StyleCard, *, compact: bool = False, receipt: str = "") -> str:
    """Whether all is well, without a question mark: thanks are answer enough, and so is silence. `receipt`: the line
    that says where it can be read how this was decided."""
    said = FOLLOW_UP.get(style.language(language), FOLLOW_UP["en"])
    parts = (said, receipt, style.ending(language, compact=compact))
    return (" " if compact else "\n\n").join(part for part in parts if part)


def _brief(draft: Draft, sentences: Sequence[Sentence], language: str, style: StyleCard, frame: Frame) -> str:
    shorter = replace(draft, sentences=tuple(sentences))
    return _assembled(shorter, shorter.body.replace("\n\n", "\n"), language, style, frame)


def _assembled(draft: Draft, body: str, language: str, style: StyleCard, frame: Frame) -> str:
    label = SOURCES.get(style.language(language), SOURCES["en"])
    passages = {c.passage.article_id: c.passage for c in draft.cited}.values()
    sources = "\n".join(f"{label}: {_named(passage, frame.compact)}" for passage in passages)
    ending = style.ending(language, compact=frame.compact, spoken=frame.spoken, disclosed=frame.disclosed)
    return "\n\n".join(part for part in (frame.understood, body, sources, ending) if part)


def _named(passage: Passage, compact: bool) -> str:
    if not passage.url:
        return passage.title
    return passage.url if compact else f"{passage.title}, {passage.url}"
