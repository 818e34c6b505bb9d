"""No more messages, please: the vendors' keywords, and the same said in a sentence."""

import re
from collections.abc import Sequence

from core.model.conversation import CaseContext, Message, MessageKind, Role
from core.model.customer import WRITTEN, Channel
from core.model.signals import Evidence, Scored
from core.read.rule import Rule
from core.read.turn_input import asks_back

# ------------------------------------------------------------------
# STOP, START and HELP: the words that a vendor takes as orders and answers itself, and those that are left to us.

# What Twilio itself takes on a number, where nobody has set other words. It says so in `OptOutType` where Advanced
# Opt-Out is on, which may know other words and languages.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})
YES = "YES"  # opens again for whoever had stopped; from anybody else an ordinary answer
HELP_WORDS = frozenset({"HELP", "INFO"})
TOLD = {"STOP": MessageKind.STOP, "START": MessageKind.START, "HELP": MessageKind.HELP}


def keyword_of(text: str, channel: Channel, told: str, *, stopped: bool) -> MessageKind:
    """Which order the vendor took it for and has answered. `told` is its own word on it, empty where it says none;
    `stopped`: they had opted out before. On WhatsApp nobody answers but us, unless the vendor says that it did."""
    if told:
        return TOLD.get(told.upper(), MessageKind.WORDS)
    word = text.strip().upper()
    if channel is not Channel.SMS:
        return MessageKind.WORDS
    if word in STOP_WORDS:
        return MessageKind.STOP
    if word in START_WORDS or (word == YES and stopped):
        return MessageKind.START
    return MessageKind.HELP if word in HELP_WORDS else MessageKind.WORDS


def opens_again(text: str) -> bool:
    """Whether the whole message is the word that undoes a STOP, on a channel where we take it ourselves."""
    return text.strip().upper() in START_WORDS


# ------------------------------------------------------------------

LABEL = "Wants no more messages"
WHY = "The customer withdraws consent; a further message would be against the law."
# The words that carriers treat as an opt-out when they are the whole message, and their cousins elsewhere …
_ORDER = re.compile(
    r"\W*(?:stop|stopall|stop all|unsubscribe|optout|opt out|opt-out|stopp|abmelden|abbestellen|descadastrar|arret"
    r"|arrêt|arrêter|désabonner|desabonner|desinscrever|停止|配信停止|ストップ|stop (?:please|pls|now|it)"
    r"|please stop|pls stop)\W*",
    re.IGNORECASE,
)
# … and those of them that may as well be the answer to a question.
_EVERYDAY = re.compile(r"\W*(?:cancel|end|quit|revoke|alto|parar|pare|baja|cancelar|sair)\W*", re.IGNORECASE)
_SENT = (
    r"(?:texts?|text messages?|messages?|msgs?|sms(?:es)?|whats ?apps?|spam|marketing(?: \w+)?|advert\w*"
    r"|ads|offers?|promo(?:tion)?s?"
    r"|promotional \w+|newsletters?|e-?mails|mails)"
)

IN_WORDS = Rule(
    trigger="opt_out",
    label=LABEL,
    why=WHY,
    patterns=(
        rf"(?:stop|quit|cease|don't|do not|no longer|never)(?: \w+)? (?:send(?:ing)?|text(?:ing)?"
        rf"|messag(?:e|ing)|sms(?:ing)?|whatsapp(?:ing)?|spam(?:ming)?|writ(?:e|ing)"
        rf"|contact(?:ing)?)(?: to)? (?:me|us|this number)(?: \w+){{0,3}}? ?(?:{_SENT})?(?: again"
        rf"| any ?more| anymore)?",
        rf"(?:stop|no more|enough|end) (?:all |any |the |these |those |your |with the |with your |of the "
        rf"|of your )?(?:\w+ )?{_SENT}",
        rf"(?:don't|do not|no longer)(?: \w+)? (?:want|wish|like|need)(?: to (?:get|receive"
        rf"|have))?(?: any)?(?: more)?(?: of)?(?: your| these| the"
        rf"| such)? {_SENT}(?: from you)?(?: any ?more| anymore)?",
        r"(?:take|remove|delete) (?:me|my (?:number|phone(?: number)?|name|e-?mail(?: address)?)) (?:off"
        r"|from) (?:your|the|this|all|any) (?:\w+ )?(?:lists?|mailings?|contacts?|messages)|(?:remove"
        r"|delete) my number",
        r"unsubscribe (?:me|my (?:number|e-?mail)|from (?:all|everything|this|these|your))"
        r"|opt(?:ing)? (?:me )?out|i (?:want to|would like to|wish to) (?:unsubscribe|opt out)"
        r"|withdraw my consent|revoke my consent|leave me alone",
        r"(?:keine|nie wieder|nicht mehr)(?: [\wäöüß]+){0,3}? (?:sms|nachrichten|whatsapps?|werbung"
        r"|newsletter|e-?mails)(?: mehr)?(?: [\wäöüß]+){0,3}|(?:hören sie"
        r"|hört) (?:bitte )?auf,?(?: mir)?(?: [\wäöüß]+){0,3} (?:zu schreiben|zu schicken|zu senden)"
        r"|(?:schreiben|schreibt|schicken|schickt)(?: sie)? mir (?:bitte )?(?:nicht mehr|nie wieder"
        r"|keine)|(?:widerrufe|widerruf)(?: [\wäöüß]+){0,2} (?:meine )?einwilligung|(?:aus|von) (?:dem"
        r"|ihrem|eurem|der) (?:verteiler|liste|newsletter)(?: \w+)? (?:nehmen|streichen|löschen|entfernen"
        r"|abmelden)",
        r"(?:no (?:quiero|deseo)|dejen? de|dejad de|no me)(?: \w+){0,2}? (?:recibir|enviarme|mandarme"
        r"|envíen|manden|escriban|enviar|mandar)(?: \w+){0,3}? ?(?:mensajes|sms|correos|publicidad"
        r"|whatsapps?)?|(?:darme|dame|denme) de baja|no más mensajes",
        r"(?:arrêtez|cessez)(?: \w+)? (?:de|d') ?(?:m'(?:envoyer|écrire|contacter)|me (?:contacter"
        r"|spammer|texter))(?: \w+){0,3}|(?:plus|ne (?:veux|souhaite) plus)(?: \w+){0,3}? (?:de "
        r"|recevoir (?:de |vos )?)(?:messages|sms|publicités?|courriels|mails)|désabonnez[- ]moi"
        r"|me désabonner|retirez[- ]moi",
        r"(?:não (?:quero|desejo)|nao (?:quero|desejo)|parem? de|deixem? de|não me|nao me)(?: \w+){0,2}? "
        r"(?:receber|enviar(?:-me)?|mandar(?:-me)?|enviem|mandem|escrevam|envie|mande|contactar|contatar)"
        r"(?: \w+){0,3}? ?(?:mensagens|sms|e-?mails|publicidade|promoções|whatsapps?)?"
        r"|(?:cancelar|cancelem) (?:a |minha |a minha )?(?:subscrição|inscrição) (?:de|das|da) "
        r"(?:mensagens|sms|newsletter)|mais nenhuma mensagem"
        r"|(?:tirem|retirem|removam)(?:-me| o meu número| meu número)(?: da (?:vossa |sua )?lista)?",
        r"(?:メッセージ|メール|sms|連絡|広告|お知らせ|配信)(?:を|は|の配信を)?(?:もう)?"
        r"(?:送ら|送信し|送ってこ|し)ないで(?:ください|下さい)?"
        r"|(?:配信|送信|メッセージ|メール)(?:を|の配信を)?(?:停止|解除|やめて|止めて)(?:して)?(?:ください|下さい)?"
        r"|(?:もう)?(?:送ら|連絡し)ないで(?:ください|下さい)?",
    ),
    unless=(
        # questions about how it is done are answered, not obeyed in silence
        r"(?:how|where|why|can i|wie|wo|wieso|cómo|dónde|comment|où)(?: [\w'äöüß]+){0,6}? (?:stop"
        r"|unsubscribe|opt out|abmelden|abbestellen|désabonner|me désabonner|darme de baja|withdraw"
        r"|remove)(?: [\w'äöüß]+){0,8}",
        rf"(?:stop|don't|no more|enough)(?: \w+){{0,5}}? (?:alerts?|notifications?|warnings?|error|status"
        rf"|confirmation|verification"
        rf"|security|alert|motion|code|robot|automated|standard|copy|generic)(?: \w+)? ?{_SENT}?",
        rf"(?:don't|do not|didn't|did not|not|never)(?: \w+)? (?:get|getting|got|receive|receiving"
        rf"|received)(?: \w+){{0,4}}? {_SENT}",
        r"leave me alone with",
    ),
    confidence=0.9,
)

# What may stand beside the wish without changing it …
_ASIDE = re.compile(
    r"(?:to|on|at|from|off|of) (?:this|my|your|the|these) (?:\w+ )?(?:number|phone|mobile|lists?|company|people)"
    r"|at (?:all|once)|from now on|for (?:good|ever)|in (?:the )?future|with immediate effect|fed up|not interested"
    r"|por favor|s'il (?:vous|te) plaît|ab sofort|auf keinen fall|an diese nummer|de inmediato|tout de suite"
    r"|mais (?:mensagens|sms|e-?mails|publicidade|nada|nenhuma? \w+)",
    re.IGNORECASE,
)
_BESIDE = frozenset(
    """
    please pls kindly hi hello hey dear sir madam team you guys all thanks thank stop now immediately again ever anymore
    any more just really and so i i'm im am me my us we this that it is the your enough spam annoying sick tired of from
    to never want don't dont do not no
    message messages text texts msgs sms e-mail e-mails email emails mail mails whatsapp newsletter newsletters offer
    offers ads adverts advertising marketing promotion promotions promotional nachrichten werbung mensajes correos
    publicidad publicité courriels
    bitte sofort danke hallo guten tag nie wieder mehr mich mir ich und das ist endlich jetzt
    hola gracias ya más nunca favor no me y esto es ahora
    bonjour merci plus jamais moi je et ça c'est maintenant
    olá obrigado obrigada já mais nunca agora e isto é mensagens publicidade promoções
    """.split()  # noqa: SIM905 - words are read as a text
)
# … and what makes it a wish for less, or for something else: not by phone, not in this language, not with that answer.
_LIMITED = re.compile(
    r"(?<!\w)(?:in|by|at|on|with|about|for|before|after|until|till|during|via|unless|except|instead|but|only|while|when|if"
    r"|regarding|auf|mit|bei|über|wegen|vor|nach|bis|sondern|nur|aber|außer|wenn|per|telefonisch|en|por|con|sobre|antes"
    r"|hasta|pero|solo|sólo|sino|salvo|par|avec|sur|avant|pour|mais|seulement|sauf)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
PUNCTUATION = " \t\n.,;:!?…()\"'«»„“”。、！"


def only_that(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the wish that `evidence` shows is all that the text says: nothing is asked, nothing else is told, and it
    is not limited to a channel, a language or a time."""
    plain = _ASIDE.sub(lambda found: " " * len(found.group()), text.replace("’", "'"))
    if "?" in plain or _LIMITED.search(plain):
        return False
    inside = [(each.start, each.end) for each in evidence]
    beside = (m for m in _WORD.finditer(plain) if not any(start <= m.start() < end for start, end in inside))
    return all(found.group().casefold() in _BESIDE for found in beside)


def keyword(case: CaseContext) -> Scored | None:
    """The opt-out word alone, on a channel where carriers know it; an everyday one is none where it answers us. The
    span counts in the message's own text."""
    latest = case.latest
    if latest is None or latest.channel not in WRITTEN:
        return None
    everyday = _EVERYDAY.fullmatch(latest.text) is not None
    if not (_ORDER.fullmatch(latest.text) or (everyday and not _answers_us(case, latest))):
        return None
    words = latest.text.strip()
    return Scored(
        value="opt_out",
        confidence=1.0,
        label=LABEL,
        evidence=(Evidence(start=0, end=len(words), words=words),),
        made_by="rule:opt_out",
    )


def _answers_us(case: CaseContext, latest: Message) -> bool:
    """Whether the word follows a question of ours, or is an answer that we offered, where no carrier takes it for an
    order: by SMS all of them are orders, and so is what a vendor says it took for one. What we wrote first, unasked, is
    not a question that anybody has to answer: a word to it may well mean that they want no more of that."""
    if latest.channel is Channel.SMS or latest.kind is MessageKind.STOP:
        return False
    said = (m for m in reversed(case.timeline) if m.public and m.role in (Role.AGENT, Role.ASSISTANT))
    last = next(said, None)
    if last is None or last.unasked:
        return False
    offered = [each.casefold() for each in case.offered] if last.role is Role.ASSISTANT else []
    return asks_back(last.text) or latest.text.strip(PUNCTUATION).casefold() in offered
