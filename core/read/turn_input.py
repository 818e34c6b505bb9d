"""The customer's turn as it is read: words without quotations and signature, subject, files, the turns before."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.model.conversation import Attachment, CaseContext, Message, Role
from core.model.customer import Channel
from core.model.signals import Scored
from core.ports import Encoder, OutcomeReader, SimilarityReader
from core.text.html import from_html
from core.text.stems import content

# ------------------------------------------------------------------
# Messages that are polite and nothing else: "Thanks!", "ok, perfect", "Guten Morgen", a thumb up.
#
# Everything else waits for somebody. A closed list is meant: "thanks for nothing" and "never arrived" are short too.

_POLITE = """
    thanks thank thx ty cheers ta great perfect super brilliant awesome excellent wonderful lovely fantastic amazing
    good ok okay k alright fine cool sweet noted understood bye goodbye hello hi hey welcome appreciated appreciate
    danke dank dankeschön vielen herzlichen besten prima toll klasse perfekt gut okey tschüss tschüs ciao hallo moin
    servus gruß grüße verstanden
    gracias muchas perfecto genial estupendo vale bien bueno buenos buenas adiós hola entendido
    merci parfait super génial bonjour bonsoir salut entendu compris accord d'accord revoir
""".split()  # noqa: SIM905 - words are read as a text
_BESIDE = """
    you so much very many a lot indeed again for your the help quick fast reply answer response support time it that
    this is was works worked working helped now all have nice day evening weekend one see got will do really i we and my
    good morning afternoon night dear team sir madam everyone there take care best regards kind wishes helpful clear
    sehr dir ihnen euch für die ihre deine schnelle hilfe antwort das ist hat geklappt schönen guten einen tag abend
    morgen noch und alles klar mit freundlichen liebe auf wiedersehen wiederhören jetzt funktioniert läuft geht wieder
    euch feierabend wochenende
    por su tu la ayuda respuesta rápida todo muy que tenga un día tardes días noches ya funciona va y buen fin de semana
    beaucoup bien pour votre ton aide réponse rapide c'est bonne journée soirée au tout ça marche remarche maintenant et
    vous bon week end weekend
""".split()  # noqa: SIM905 - words are read as a text
_STRONG, _KNOWN = frozenset(_POLITE), frozenset([*_POLITE, *_BESIDE])
# "No, thanks" wants nothing more; any other no does.
_NO_THANKS = re.compile(r"\b(?:no|nein|non),? (?:thanks|thank you|danke|gracias|merci)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’]\w+)?")
# What somebody thanks for, and says of it that it was lovely: "dinner was wonderful", "la cena estuvo genial".
_PRAISE = re.compile(
    r"(?<!\w)(?:(?:the|our|my|your|das|die|der|la|el|le|los|las|les)\s+)?(?!(?:not|nothing|nobody|none|service)\b)\w+\s+"
    r"(?:was|were|is|are|war|waren|ist|fue|fueron|estuvo|était|étaient)\s+"
    r"(?:(?:so|just|really|absolutely|simply|truly|wirklich|einfach|muy|vraiment)\s+)*"
    r"(?:wonderful|lovely|great|perfect|fantastic|amazing|excellent|brilliant|delicious|superb|wunderbar|herrlich|toll"
    r"|großartig|perfekt|maravillos[ao]s?|estupend[ao]s?|genial(?:es)?|perfect[ao]s?|excelentes?|merveilleu(?:x|se)"
    r"|parfaite?s?|délicieu(?:x|se)|génia(?:l|le|ux))(?!\w)",
    re.IGNORECASE,
)
_THANKS = re.compile(r"(?<!\w)(?:thanks|thank you|danke|vielen dank|gracias|merci)(?!\w)", re.IGNORECASE)
_PLEASED = re.compile("[👍👌🙏😊🙂😀😃😄😁🥰❤️💚💙🎉✅👏🤝☺️✌️💪]")


_GREETING = re.compile(
    r"\W*(?:(?:hi|hey|hello|hullo|hiya|howdy|g['’]day|kia ora|aloha|good (?:day|morning|afternoon|evening)"
    r"|hallo|moin|servus|grüezi|guten (?:tag|morgen|abend)|hola"
    r"|buen[oa]s(?: (?:días|tardes|noches))?|bonjour|bonsoir|salut|coucou|olá|oi"
    r"|bo[am] (?:dia|tarde|noite)|ciao|hoi|dag|goedemorgen|goedemiddag|goedenavond)"
    r"(?:\W+(?:there|all|everyone|team|zusammen|a todos|à tous))?\W*)+"
    r"|\W*(?:こんにちは|こんばんは|おはようございます|すみません)\W*",
    re.IGNORECASE,
)


def is_greeting(text: str) -> bool:
    """Whether the text says hello in one of seven languages, and nothing else: more will follow, or has to be asked
    for."""
    return _GREETING.fullmatch(text) is not None


def is_courtesy(text: str) -> bool:
    """Whether the text is polite and nothing else. False for an empty one, and for one with a question mark."""
    if "?" in text:
        return False
    if is_greeting(text):
        return True
    said = _NO_THANKS.sub("thanks", text)
    said = _PRAISE.sub(" great ", said) if _THANKS.search(said) else said
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(said)]
    if not words:
        return bool(_PLEASED.search(text))
    return all(word in _KNOWN for word in words) and any(word in _STRONG for word in words)


# ------------------------------------------------------------------
# A message as a person would read it: without markup, files pasted as letters, and marks that no screen shows.

LONGEST_MAIL = 60_000  # characters of a message that are looked at: what a person wrote stands before what they quote
LONGEST_WORDS = 12_000  # characters of the customer's own words that are read
_TAG = re.compile(
    r"<(?:!doctype|html|head|body|div|p|br|table|tr|td|span|font|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE
)
_TAGS = 3  # fewer may be a customer who writes about a web page
# Files pasted as letters: one long run, or lines of one width.
_BLOB = re.compile(r"(?:^[A-Za-z0-9+/]{60,}={0,2}\s*$\n?){2,}|[A-Za-z0-9+/_-]{120,}={0,2}", re.MULTILINE)
_LEFT = "[…]"
# Controls but line ends and tabs, overrides of the writing direction, what has no width.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile("[\ud800-\udfff]")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_CROWDED = 0.25  # marks for each character, beyond which they are there to disturb


def readable(text: str) -> str:
    """At most LONGEST_MAIL characters of it. Words and their order stay as they are."""
    text = text[:LONGEST_MAIL].replace("\r\n", "\n").replace("\r", "\n")
    if len(_TAG.findall(text)) >= _TAGS:
        text = from_html(text)
    if text.isascii() and text.isprintable() and len(text) < 120:
        return text
    text = _UNSEEN.sub("", _HALF.sub("\ufffd", text))
    return _uncrowded(_BLOB.sub(_LEFT, text))


def _uncrowded(text: str) -> str:
    """Letters without the towers of marks that some put on them; accents that a language has are kept."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    marks = len(_MARKS.findall(composed))
    if marks <= _CROWDED * (len(composed) - marks):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


# ------------------------------------------------------------------
# What the customer wrote this time: without the mail they answer to, and without their signature.

_REPLY_LINE = re.compile(
    r"^\s*(?:"
    r"on\b.{6,120}\bwrote\s*:"
    r"|am\b.{6,120}\bschrieb\b.{0,80}:"
    r"|le\b.{6,120}\ba\s+écrit\s*:"
    r"|el\b.{6,120}\bescribió\s*:"
    r"|-{2,}\s*(?:original message|ursprüngliche nachricht|mensaje original|message d['’]origine"
    r"|forwarded message|weitergeleitete nachricht)\s*-{2,}"
    r"|#{1,2}-.{0,80}-#{1,2}"
    r"|_{10,}"
    r")\s*$",
    re.IGNORECASE,
)
# Outlook repeats the headers of the mail that is answered: two of these lines in a row.
_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|subject|von|gesendet|an|betreff|de|enviado|para|asunto|envoyé|à"
    r"|objet)\s*:\*?\s+\S",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*>")
_SIGNATURE = re.compile(
    r"^\s*(?:--\s*|—\s*"
    r"|(?:sent|get) (?:from|outlook for|via) .{0,60}"
    r"|(?:von meinem|gesendet von|gesendet mit) .{0,60}"
    r"|envoyé (?:de|depuis) (?:mon|ma) .{0,60}"
    r"|enviado desde mi .{0,60}"
    r"|(?:this|diese) e-?mail .{0,80}(?:confidential|vertraulich).*"
    r")$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(?:(?:kind|best|warm|many|with (?:kind|best))?\s*(?:regards|wishes)"
    r"|(?:many )?thanks(?: (?:again|a lot|so much|in advance|and (?:kind |best )?regards))?"
    r"|thank you(?: in advance)?"
    r"|cheers|sincerely|yours(?: (?:sincerely|faithfully|truly))?|best|rgds|br|ta"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|liebe[nr]?|viele[nr]?|schöne[nr]?) (?:grüßen?|gruß"
    r"|gruss|grüssen?)"
    r"|mfg|lg|vg|gruß|vielen dank|danke(?: im voraus)?"
    r"|(?:un )?saludos?(?: cordiales)?|atentamente|un cordial saludo|(?:muchas )?gracias(?: de antemano)?"
    r"|(?:bien )?cordialement|merci(?: d['’]avance)?|bien à vous|salutations(?: distinguées)?"
    r")\s*[,.!]*\s*$",
    re.IGNORECASE,
)
_SOURCES = re.compile(r"^(?:Source|Quelle|Fuente|Fonte|出典): ", re.MULTILINE)  # as core.execute.plan_words writes them
_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_SIGNED_LINES = 6  # a name, a role, an address; more lines than that are text
_SIGNED_WIDTH = 60
_EARLIER = 4
_LEAST_OF_EACH = 1_000  # characters of a message that are read however many there are


@lru_cache(maxsize=128)
def spoken_words(text: str) -> str:
    """A message as a person reads it, without quoted mail and signature; the wording of what is left is untouched."""
    lines = _without_signature(_without_quotes(readable(text).split("\n")))
    return "\n".join(line.rstrip() for line in lines).strip()


def customer_words(case: CaseContext) -> str:
    """The text that is read and answered: the customer's turns that nobody has answered, oldest first."""
    turns = case.unanswered or ((case.latest,) if case.latest else ())
    # A greeting that came as a text of its own wants nothing; read with the rest it only blurs what is wanted.
    return join_words([turn for turn in turns[:-1] if not is_courtesy(spoken_words(turn.text))] + list(turns[-1:]))


def newest_words(case: CaseContext) -> tuple[str, int]:
    """The customer's newest message as it is read, and where in `customer_words` it begins."""
    latest = case.latest
    words = join_words((latest,)) if latest else ""
    return words, max(0, len(customer_words(case)) - len(words))


def earlier_words(case: CaseContext) -> tuple[str, ...]:
    """The customer's few turns before those, oldest first: what "it" and "that one" refer to."""
    now = {message.id for message in case.unanswered}
    turns = [m for m in case.timeline if m.role is Role.CUSTOMER and m.id not in now]
    return tuple(text for m in turns[-_EARLIER:] if (text := spoken_words(m.text)))


def message_before(case: CaseContext) -> str:
    """What the customer answers to: the last thing that anybody else said in public; empty where nobody did."""
    said = (m.text for m in reversed(case.timeline) if m.public and m.role in (Role.AGENT, Role.ASSISTANT))
    return next(said, "")


def asked_before(case: CaseContext) -> bool:
    """Whether the last thing that anybody else said was a question."""
    return asks_back(message_before(case))


def asks_back(said: str) -> bool:
    """Whether words of ours are a question. What stands under them, the addresses and titles of sources and who wrote
    it, asks nothing."""
    body = _SOURCES.split(said, maxsplit=1)[0]
    return "?" in _ADDRESS.sub("", body)


def join_words(turns: Sequence[Message]) -> str:
    """The words of several messages; of each as much as leaves room for the others."""
    room = max(LONGEST_WORDS // max(1, len(turns)), _LEAST_OF_EACH)
    return "\n".join(text for turn in turns if (text := spoken_words(turn.text)[:room].rstrip()))


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for place, line in enumerate(lines):
        if taken := _starts_reply(lines, place):
            rest = lines[place + taken :]
            # Answers below the quote are the customer's; without ">" marks nothing tells them from the quote.
            below = [after for after in rest if not _QUOTED.match(after)] if _marked(rest) else []
            return kept + _without_quotes(below)
        if not _QUOTED.match(line):
            kept.append(line)
    return kept


def _starts_reply(lines: Sequence[str], place: int) -> int:
    """How many lines introduce the quoted mail here; mostly none."""
    if _REPLY_LINE.match(lines[place]):
        return 1
    line, following = lines[place], lines[place + 1] if place + 1 < len(lines) else ""
    if not _QUOTED.match(line) and line.strip() and _REPLY_LINE.match(f"{line} {following}"):
        return 2  # mail programs break the line
    return 2 if _HEADER.match(line) and _HEADER.match(following) else 0


def _marked(lines: Sequence[str]) -> bool:
    return any(_QUOTED.match(line) for line in lines[:3])


def _without_signature(lines: Sequence[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _SIGNATURE.match(line) and any(text.strip() for text in lines[:place]):
            return _without_signature(lines[:place])
    for place, line in enumerate(lines):
        if _CLOSING.match(line) and _signed(lines[place + 1 :]) and any(text.strip() for text in lines[:place]):
            return list(lines[:place])
    return list(lines)


def _signed(lines: Sequence[str]) -> bool:
    """What follows a closing looks like a signature: few short lines, none of them a question."""
    texts = [line.strip() for line in lines if line.strip()]
    return len(texts) <= _SIGNED_LINES and all(len(t) <= _SIGNED_WIDTH and "?" not in t for t in texts)


# ------------------------------------------------------------------
# The subject line, while it still says what the customer wants.

_ANSWER = re.compile(r"^\s*(?:re|fw|fwd|aw|wg|sv|rv|tr)\s*:\s*", re.IGNORECASE)
_TELLING = 2  # words
_EMPTY = re.compile(
    r"^\W*(?:(?:my )?(?:help|question|support|hello|hi|enquiry|inquiry|request|issue|problem|no subject"
    r"|frage|hilfe|anfrage"
    r"|question|demande|aide|consulta|ayuda|pregunta)(?: please)?|(?:sms|whatsapp|message|conversation"
    r"|chat)\b.*)?\W*$",
    re.IGNORECASE,
)

# "It shows E14", "mach ich das": what is meant is told elsewhere.
_LEANS = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|above|subject"
    r"|es|er|ihn|ihm|das|dies\w*|jene\w*|damit|davon|dafür|oben|betreff"
    r"|esto|eso|este|esta|estos|ello|arriba|asunto"
    r"|ça|cela|ceci|celui|celle|ci-dessus|objet)\b(?!\s+(?:is|ist|est)\s+(?:my|mein|mon|ma)\b)",
    re.IGNORECASE,
)
# "my order", "der Umtausch", "un reembolso": the one word that follows names what is meant.
_NAMING = re.compile(
    r"\b(?:my|our|the|an?|your|any|mein\w*|unser\w*|der|die|dem|den|des|eine?[nmrs]?|ihre?[nmrs]?|eure?[nmrs]?"
    r"|mis?|el|las?|los|una?|sus?|nuestr\w+|mon|ma|mes|les?|une?|du|notre|nos|votre|vos)\s+([^\W_]\S*)"
    r"|\b[dl][’']([^\W_]\S*)|(?-i:\b[Dd]as\s+([A-ZÄÖÜ]\S*))",
    re.IGNORECASE,
)
_TELLS_NOTHING = content(
    "device product item thing unit one problem issue error question same time moment matter ticket message help lot"
    " support while way bit update news answer reply information info details work happen mean"
    " gerät produkt artikel ding problem fehler frage gleiche zeit sache nachricht hilfe antwort neuigkeiten"
    " information informationen update tun machen mache geht funktioniert"
    " dispositivo aparato producto artículo problema error pregunta mismo tiempo cosa mensaje ayuda respuesta"
    " noticias novedad información puedo puede hacer hago pasa funciona"
    " appareil produit article problème erreur question même temps chose message aide réponse nouvelles information"
    " puis peux faire fais marche fonctionne"
)


def stands_alone(text: str) -> bool:
    """Whether it names what it is about, so that a subject has no part in what it asks: it speaks of "my order", or
    asks with several telling words and none that points elsewhere."""
    named = {
        word for found in _NAMING.finditer(text) for word in content(found[1] or found[2] or found[3])
    } - _TELLS_NOTHING
    if named:
        return True
    return "?" in text and not _LEANS.search(text) and len(content(text) - _TELLS_NOTHING) >= _TELLING


def opening(case: CaseContext) -> str:
    """The subject of a first message by e-mail or web form, unless it repeats the text or says nothing."""
    first = next((m for m in case.timeline if m.role is Role.CUSTOMER), None)
    if first is None or first.channel not in (Channel.EMAIL, Channel.WEB) or first not in case.unanswered:
        return ""
    subject = case.conversation.subject.strip()
    while _ANSWER.match(subject):
        subject = _ANSWER.sub("", subject)
    text = spoken_words(first.text)
    if _EMPTY.match(subject) or subject.casefold().rstrip(".…") in text.casefold():
        return ""
    return subject


# ------------------------------------------------------------------
# The files that came with the turn: what was read of them, and which ones only a person can look at.

MADE_BY = "record:attachment"
SEEN, DESCRIBED, UNSEEN = "read", "described by a model", "not seen by the assistant"


def read_attachments(case: CaseContext) -> Iterable[Scored]:
    """A fact `attachment` for each file: label = type, records = its name and what became of it, amount = bytes."""
    for message in case.unanswered:
        for each in message.attachments:
            yield Scored(
                value="attachment",
                label=each.type or "unknown type",
                confidence=1.0,
                records=(each.name, describe_seen(each)),
                amount=None if each.size is None else float(each.size),
                made_by=MADE_BY,
            )


def describe_seen(attachment: Attachment) -> str:
    if attachment.described:
        return DESCRIBED
    return SEEN if attachment.is_seen else UNSEEN


def describe_file(attachment: Attachment) -> str:
    """For the person who takes over: `Photo box.jpg, 240 kB, not seen by the assistant`."""
    kind = "Photo" if attachment.is_image else "File"
    size = "" if attachment.size is None else f", {size_words(attachment.size)}"
    return f"{kind} {attachment.name}{size}, {describe_seen(attachment)}"


def size_words(size: int) -> str:
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


# ------------------------------------------------------------------

RECOGNISED = 0.35  # an intent less sure than this counts as not recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A turn as it was read so far. `recognised` says whether another text has an intent that is known;
    `levels` are the moods of the turns, this one last, as `core.read.course.level` reads them."""

    case: CaseContext
    text: str
    intents: tuple[Scored, ...]
    risks: tuple[Scored, ...]
    emotions: tuple[Scored, ...]
    mood: float
    moods: tuple[float, ...]
    urgency: Scored
    recognised: Callable[[str], bool]
    encoder: Encoder | None = None
    outcomes: OutcomeReader | None = None
    similarity: SimilarityReader | None = None
    levels: tuple[float, ...] = ()

    @property
    def is_recognised(self) -> bool:
        return fits(self.intents)

    def risk(self, name: str) -> Scored | None:
        return next((risk for risk in self.risks if risk.value == name), None)

    def emotion(self, name: str) -> Scored | None:
        return next((emotion for emotion in self.emotions if emotion.value == name), None)


def fits(intents: Sequence[Scored]) -> bool:
    """Whether the likeliest intent is sure enough to count."""
    return bool(intents) and intents[0].confidence >= RECOGNISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What was said to the customer, and what they wrote upon it. `said` is empty for their first words."""

    said: tuple[Message, ...]
    wrote: tuple[Message, ...]


def rounds(timeline: Sequence[Message]) -> list[Round]:
    """The public conversation as rounds, oldest first; each ends with words of the customer."""
    found: list[Round] = []
    said: list[Message] = []
    wrote: list[Message] = []
    for message in timeline:
        if message.role is Role.CUSTOMER:
            wrote.append(message)
        elif message.public and message.role in (Role.AGENT, Role.ASSISTANT):
            if wrote:
                found.append(Round(said=tuple(said), wrote=tuple(wrote)))
                said, wrote = [], []
            said.append(message)
    return [*found, Round(said=tuple(said), wrote=tuple(wrote))] if wrote else found
