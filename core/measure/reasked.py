"""Questions that were asked again: somebody wanted to know what the customer had told before.

A transcript is read from its beginning. What the customer tells is remembered by kind (an order number, a device, an
address, what they tried); so is what the profile knew. A question of ours for such a thing, or one that was asked in
the same words and answered, counts, and with it whether a handover or a change of channel lay in between.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model.conversation import Message, Role
from core.model.customer import Customer
from core.model.ids import MessageId
from core.read.repeats import references, sentences, share_of_words, without_references
from core.read.turn_input import spoken_words
from core.text.stems import content
from core.text.verification import asks_who

_SAME = 0.8  # of the words of meaning in common make two questions one
_FEWEST = 3  # words of meaning that a question needs to be compared
_SHOWN = 120
_PROFILE = "profile"


class After(StrEnum):
    """What lay between the telling and the asking; a handover counts before a change of channel."""

    HANDOFF = "handoff"
    CHANNEL = "channel"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasked:
    """`thing` is what was asked for, `told` the customer's words or the profile's; `told_in` None: the profile."""

    asked_in: MessageId
    question: str
    thing: str
    told: str
    after: After
    told_in: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """`asks` finds a question for it, `tells` the customer's words that answer it. `facts` name it in a profile."""

    name: str
    asks: str
    tells: str
    facts: tuple[str, ...] = ()


_GIVE = r"(?:what|which|tell|give|send|share|let|confirm|provide|have|nenn|sag|welche|wie|qué|cuál|indica|env[ií]a|dime"
_GIVE += r"|quel|donne|indique|envoy|qual|informe|envie)\w*"
_THINGS: tuple[_Thing, ...] = (
    _Thing(
        name="order number",
        asks=r"order (?:number|no\b|id)|which order|bestellnummer|welche bestellung|número de(?:l)? pedido|qué pedido"
        r"|numéro de (?:la )?commande|quelle commande|número da encomenda|número do pedido|注文番号",
        tells=r"(?<![\w-])[A-Za-z]{2,4}-?\d{4,9}(?![\w-])|(?:order|bestellung|pedido|commande|注文)\D{0,12}?(\d{4,9})",
        facts=("order",),
    ),
    _Thing(
        name="device",
        asks=r"which (?:product|device|model|one (?:is|do))|what (?:product|device|model)|welche[sr]? (?:gerät|produkt"
        r"|modell)|qué (?:producto|dispositivo|aparato|modelo)|quel (?:produit|appareil|modèle)"
        r"|qual (?:produto|dispositivo|aparelho|modelo)|どの(?:製品|機種|機器)",
        tells=r"\b(?:thermostat\w*|doorbell|door bell|hub|(?:leak )?sensor\w*|camera|kamera|türklingel|klingel|timbre"
        r"|termostato|thermostats?|sonnette|campainha|cámara|caméra|câmara|router|lock|boiler|plug|bulb)\b"
        r"|サーモスタット|ドアホン|センサー|カメラ|ハブ",
        facts=("device", "devices"),
    ),
    _Thing(
        name="error code",
        asks=r"(?:which|what)(?: \w+){0,3} (?:error|code)|error (?:code|message)\b.*\?|fehlercode|código de error"
        r"|code d['’]erreur|código de erro|エラーコード",
        tells=r"(?:error|err|code|fehler(?:code)?|erreur|c[oó]digo|erro|エラー)[ :#]*([A-Z]{1,3}-?\d{1,4})(?!\w)",
        facts=("error_code",),
    ),
    _Thing(
        name="app or firmware version",
        asks=r"(?:which|what) (?:\w+ )?version|versionsnummer|welche version|qué versión|quelle version"
        r"|qual(?: é)? a versão"
        r"|バージョンは",
        tells=r"(?:version|firmware|app|versión|versão|バージョン)[ :]*v?\d{1,3}\.\d{1,3}",
        facts=("app_version",),
    ),
    _Thing(
        name="e-mail address",
        asks=r"e-?mail address|your e-?mail|e-?mail-adresse|correo electrónico|adresse e-?mail"
        r"|endereço de e-?mail|メールアドレス",
        tells=r"[\w.+-]+@[\w-]+\.[\w.-]+",
    ),
    _Thing(
        name="phone number",
        asks=r"(?:phone|mobile|telephone|contact) number|telefonnummer|handynummer|número de teléfono"
        r"|numéro de téléphone|número de telefone|電話番号",
        tells=r"\+\d[\d ().-]{6,18}\d",
    ),
    _Thing(
        name="name",
        asks=r"your (?:full )?name|ihr(?:en)? name|su nombre|tu nombre|votre nom|o seu nome|お名前",
        tells=r"\b(?:my name is|i am called|ich hei(?:ß|ss)e|mein name ist|me llamo|mi nombre es|je m['’]appelle"
        r"|mon nom est|chamo-me|meu nome é) \w+",
    ),
    _Thing(
        name="what was tried",
        asks=r"have you (?:already )?(?:tried|restarted|reset|rebooted)|did you (?:already )?(?:try|restart|reset)"
        r"|haben sie (?:\w+ ){0,4}(?:neu ?gestartet|zurückgesetzt|versucht)|ha (?:probado|reiniciado|intentado)"
        r"|avez-vous (?:déjà )?(?:essayé|redémarré|réinitialisé)|já (?:tentou|reiniciou)",
        tells=r"\b(?:restarted|rebooted|reset|power cycled|tried (?:that|it|turning|again|everything)|neu ?gestartet"
        r"|zurückgesetzt|reiniciado|reinicié|he probado|redémarré|réinitialisé|j['’]ai essayé|reiniciei|tentei)\b",
    ),
    _Thing(
        name="since when",
        asks=r"since when|when did (?:it|this|the (?:problem|issue|fault)) (?:start|begin|first)"
        r"|how long has (?:it|this)"
        r"|seit wann|desde cuándo|depuis quand|desde quando|いつから",
        tells=r"\b(?:since|for (?:the last|about|a|two|three|\d+)|seit|desde|depuis|há) ",
    ),
)
_COMPILED: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    thing.name: (re.compile(thing.asks, re.IGNORECASE), re.compile(thing.tells, re.IGNORECASE)) for thing in _THINGS
}
_REQUESTS = re.compile(
    r"\?|？|\b(?:please|could you|can you|bitte|por favor|s['’]il vous plaît|merci de)\b|(?:ください|お願い)|^\W*"
    + _GIVE,
    re.IGNORECASE,
)
_SHOWS = re.compile(r"\b(?:photo|picture|image|foto|bild|imagen|imagem)\b|写真", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    words: str
    at: int  # place in the timeline; -1: known before its first message
    message: Message | None = None


def list_reasked(
    timeline: Sequence[Message], customer: Customer | None = None, facts: Mapping[str, str] | None = None
) -> list[Reasked]:
    """Every question of ours, oldest first, for something told before: in the timeline (oldest message first), in the
    customer's profile or in its `facts` by name. An internal note asks nobody."""
    told = _of_profile(customer, facts or {})
    asked: list[tuple[int, str]] = []
    found: list[Reasked] = []
    public = [message for message in timeline if message.public and message.role is not Role.SYSTEM]
    for place, message in enumerate(public):
        if message.role is Role.CUSTOMER:
            told |= _tells(message, place)
            continue
        for question in _questions(message.text):
            found += _again(public, place, question, told, asked)
            asked.append((place, question))
    return found


def after_a_change(found: Sequence[Reasked]) -> list[Reasked]:
    """Those after a handover or on another channel: what the customer had been promised not to have to repeat."""
    return [each for each in found if each.after is not After.NOTHING]


def _again(
    public: Sequence[Message], place: int, question: str, told: Mapping[str, _Told], asked: Sequence[tuple[int, str]]
) -> Iterator[Reasked]:
    named = [name for name, (asks, _) in _COMPILED.items() if asks.search(question)]
    if _SHOWS.search(question):
        named.append("picture")
    # By what we know somebody is asked because they may be anybody: what the profile says was found out thereby.
    since = 0 if asks_who(public[place].text) else -1
    heard = {name: said for name, said in told.items() if said.at >= since}
    known = [(name, heard[name]) for name in named if name in heard and not _confirms(question, heard[name].words)]
    if not named and (before := _answered_before(public, place, question, asked)) is not None:
        known = [("the same question", before)]
    for name, source in known:
        yield Reasked(
            asked_in=public[place].id,
            question=question[:_SHOWN],
            thing=name,
            told=source.words[:_SHOWN],
            told_in=source.message.id if source.message else None,
            after=_between(public, source.at, place),
        )


def _confirms(question: str, known: str) -> bool:
    """Who names what they know asks for a yes, and does not have it told again."""
    return bool(known) and known.casefold() in question.casefold()


def _answered_before(
    public: Sequence[Message], place: int, question: str, asked: Sequence[tuple[int, str]]
) -> _Told | None:
    named, words = references(question), content(without_references(question))
    if len(words) < _FEWEST:
        return None
    for earlier, other in asked:
        answer = next((m for m in public[earlier + 1 : place] if m.role is Role.CUSTOMER), None)
        if named and not named & references(other):
            continue  # the same of another thing
        asked_for = content(without_references(other))
        alike = len(asked_for) >= _FEWEST and share_of_words(words, asked_for) >= _SAME
        if alike and answer is not None:
            return _Told(words=spoken_words(answer.text), at=public.index(answer), message=answer)
    return None


def _between(public: Sequence[Message], told: int, asked: int) -> After:
    """Whoever asks was not the one it was told to, or they are on another channel."""
    asker = public[asked]
    heard = next((m.role for m in public[told + 1 : asked] if m.role is not Role.CUSTOMER), None)
    before = next((m.role for m in reversed(public[: max(told, 0)]) if m.role is not Role.CUSTOMER), None)
    others = {role for role in (heard, before) if role is not None and role is not asker.role}
    if others and told >= 0:
        return After.HANDOFF
    if told < 0 or public[told].channel is not asker.channel:
        return After.CHANNEL
    return After.NOTHING


def _questions(text: str) -> list[str]:
    return [sentence for _, sentence in sentences(spoken_words(text)) if _REQUESTS.search(sentence)]


def _tells(message: Message, place: int) -> dict[str, _Told]:
    words = spoken_words(message.text)
    found = {
        name: _Told(words=hit.group(hit.lastindex or 0), at=place, message=message)
        for name, (_, tells) in _COMPILED.items()
        if (hit := tells.search(words))
    }
    if any(attachment.is_image for attachment in message.attachments):
        found["picture"] = _Told(words="a picture", at=place, message=message)
    return found


def _of_profile(customer: Customer | None, facts: Mapping[str, str]) -> dict[str, _Told]:
    known: dict[str, Callable[[Customer], str | None]] = {
        "e-mail address": lambda who: who.email,
        "phone number": lambda who: who.phone,
    }
    told = {name: value for name, read in known.items() if customer is not None and (value := read(customer))}
    attributes = {**(dict(customer.attributes) if customer else {}), **facts}
    for thing in _THINGS:
        value = next((attributes[name] for name in thing.facts if attributes.get(name)), "")
        # Several devices or orders on file leave open which one is meant.
        if value and "," not in value:
            told[thing.name] = value
    return {name: _Told(words=value, at=-1) for name, value in told.items()}
