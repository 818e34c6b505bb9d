"""Messages that ask for nothing: machines' mail, a rating, offers to the company."""

import re

from core.model.conversation import CaseContext, Message, MessageKind, Role
from core.model.signals import Evidence, Scored
from core.read.repeats import references
from core.read.rule import Rule, fire_rules

# ------------------------------------------------------------------
# Mail that no person wrote just now: out-of-office notes, delivery failures, confirmations of receipt.

MACHINE = "auto_reply"  # the risk
AUTOMATIC_LABEL = "Automatic reply"
# How sure it is by the subject, by a title in the text, and by the wording alone.
ENTITLED, TITLED, WORDED = 0.95, 0.9, 0.85
AUTOMATIC_WHY = "A machine wrote this; answering it starts a loop."
_TITLE = (
    r"(?:(?:automatic|automated|auto)[- ]?(?:reply|response|generated)|auto ?responder"
    r"|out[- ]of[- ](?:the[- ])?office (?:reply|message|notice)"
    r"|abwesenheits(?:notiz|meldung|nachricht|assistent)|automatische (?:antwort|abwesenheit\w*)"
    r"|respuesta automática|mensaje automático|réponse automatique|message automatique|absence du bureau"
    r"|undeliver(?:able|ed)(?: mail)?|mail delivery (?:failed|subsystem|failure)"
    r"|delivery status notification|returned mail)"
)
_SUBJECT = re.compile(rf"(?<!\w){_TITLE}(?!\w)", re.IGNORECASE)
# In the text it is a title, alone at the start of a line, or the mail says it of itself; customers who tell of an
# automatic response or of a parcel that came back as undeliverable do neither.
_SURE = re.compile(
    rf"^\W*{_TITLE}\W*(?:[:\-–—]|$)"
    r"|(?<!\w)(?:diese (?:e-?mail|nachricht) wurde automatisch"
    r"|this is an auto\w*[- ](?:generated )?(?:message|e-?mail|reply|response)"
    r"|(?:please )?do not reply to this (?:e-?mail|message))(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
# A matter of one's own: somebody is waiting.
_OWN = re.compile(
    r"(?<!\w)(?:my (?:\w+ )?(?:order|parcel|package|refund|money|hub|thermostat|doorbell|sensor|device|subscription"
    r"|account|delivery|invoice)|i (?:still )?(?:need|want)|mein\w* (?:bestellung|paket|geld|hub|thermostat|konto)"
    r"|mi (?:pedido|paquete|dinero|cuenta)|m(?:a|on) (?:commande|colis|argent|compte))(?!\w)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?<!\w)(?:out of (?:the |my )?office|on (?:annual |sick |parental |maternity )?(?:leave|vacation"
    r"|holiday)|away from my desk"
    r"|nicht (?:im büro|im haus|erreichbar)|im urlaub|außer haus|abwesend|fuera de la oficina"
    r"|de vacaciones|absente? du bureau|en congés?)(?!\w)",
    re.IGNORECASE,
)
_AS_A_NOTE = re.compile(
    r"(?<!\w)(?:(?:will|shall|'ll) (?:\w+ )?(?:reply|respond|answer|get back|read"
    r"|return)(?: \w+){0,6} (?:when|on|after|as soon as|upon|my return)"
    r"|limited (?:or no )?access to (?:my )?e-?mails?|(?:urgent|emergency|urgency)[^.?!]{0,60}(?:contact"
    r"|call|write to|reach)"
    r"|thank you for your (?:e-?mail|message|mail)|your (?:e-?mail|message) will (?:not )?be (?:read"
    r"|forwarded|answered)"
    r"|in dringenden (?:fällen|angelegenheiten)|(?:ihre|deine) (?:e-?mail"
    r"|nachricht)(?: [\wäöüß]+){0,5} (?:weitergeleitet|gelesen|beantwortet|beantworten)"
    r"|vielen dank für ihre (?:e-?mail|nachricht)|en caso de urgencia|gracias por su (?:correo|mensaje)"
    r"|en cas d'urgence"
    r"|merci pour votre (?:message|mail|courriel))(?!\w)",
    re.IGNORECASE,
)
# "I was on leave, sorry for the late answer": a note is written by those who still are.
_BACK = re.compile(
    r"(?<!\w)(?:was|were|been|wasn't|war|waren|gewesen|estaba|estuve|estábamos|estuvimos|étais|était|étions)"
    r"(?: (?!and|but|und|aber|y|et)\w+){0,3} ?$",
    re.IGNORECASE,
)
# What only somebody who waits for something asks for; a note asks to write or to call elsewhere.
_REQUEST = re.compile(
    r"(?<!\w)(?:please (?:\w+ ){0,2}?(?:re-?)?(?:deliver|replace|refund|cancel|ship|exchange|repair|fix|reimburse"
    r"|deactivate|credit|dispatch|help|confirm|reschedule)(?: |\b)"
    r"|please (?:re-?)?send (?:me|us|it|them|the|a (?:new|replacement|courier|label|technician)|my|our|out)"
    r"|(?:can|could|would|will) you (?:please )?(?:re-?)?(?:deliver|send|replace|refund|cancel|ship|exchange|repair|fix"
    r"|help|check|tell|confirm|let me know)|(?:let me|tell me|help me)|yes,? please"
    r"|i(?:'d| would) like (?:to (?!inform|let|thank)\w+|a|my)"
    r"|bitte (?:[\wäöüß]+ ){0,4}(?:liefern|ersetzen|stornieren|kündigen|erstatten|umtauschen|prüfen|zurück)"
    r"|(?:schicken|senden) sie (?:mir|uns|es|sie|das|den|die|einen?)(?! e-?mail| nachricht)"
    r"|(?:liefern|ersetzen|stornieren|erstatten) sie|por favor (?:\w+ ){0,2}(?:env[ií]\w+"
    r"|cancel\w+|reembols\w+|cambi\w+|entreg\w+)|(?:veuillez|merci de) (?:\w+ ){0,2}(?:envoyer|livrer|annuler"
    r"|rembourser|échanger|remplacer))(?!\w)",
    re.IGNORECASE,
)


def automatic(text: str, subject: str) -> Scored | None:
    """The risk `auto_reply`. "I am on holiday until Friday, can you deliver later?" is a person speaking, and so is
    who was away, or asks for something.

    `subject` is the subject that this very mail came with, empty for one that goes on with a conversation."""
    if headed := _SUBJECT.search(subject):
        return _scored(ENTITLED, text, None, headed.group())
    if _OWN.search(text):
        return None
    if sure := _SURE.search(text[:400]):
        return _scored(TITLED, text, sure, sure.group())
    away = next((m for m in _AWAY.finditer(text[:600]) if not _BACK.search(text[: m.start()])), None)
    if away and "?" not in text and not _REQUEST.search(text) and _AS_A_NOTE.search(text):
        return _scored(WORDED, text, away, away.group())
    return None


def declared_automatic(message: Message | None) -> Scored | None:
    """The same risk, where the vendor itself says that a machine sent the message."""
    if message is None or not message.automatic:
        return None
    return Scored(
        value=MACHINE,
        confidence=0.99,
        label=AUTOMATIC_LABEL,
        records=(message.named,),
        made_by="record:headers",
    )


def _scored(confidence: float, text: str, match: re.Match[str] | None, words: str) -> Scored:
    span = match.span() if match else (0, min(len(text), len(words)))
    return Scored(
        value=MACHINE,
        confidence=confidence,
        label=AUTOMATIC_LABEL,
        evidence=(Evidence(start=span[0], end=span[1], words=words),),
        made_by="rule:auto_reply",
    )


# ------------------------------------------------------------------
# A number from 1 to 5 in answer to our question how we did.

GOOD, BAD = 4, 2  # from here up, and down to here
_NUMBER = re.compile(
    r"\W*([1-5])\s*(?:(?:/|of|out of|von|de|sur|sobre)\s*5)?\s*(?:stars?|sterne?|estrellas?|étoiles?|estrelas?|点)?\W*"
)
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_STARS = re.compile(r"\s*((?:⭐️?\s*){1,5})")


def rating_in(text: str) -> int | None:
    """The number where it is all that was written."""
    plain = text.casefold().translate(_FULL_WIDTH)
    number = _NUMBER.fullmatch(plain)
    if number is not None:
        return int(number[1])
    stars = _STARS.fullmatch(text)
    return stars[1].count("⭐") if stars is not None else None


_OF_TEN = re.compile(r"\W*(10|\d)\s*(?:(?:/|of|out of|von|de|sur|sobre)\s*10)?\W*")


def recommendation_in(text: str) -> int | None:
    """The number from 0 to 10 where it is all that was written."""
    number = _OF_TEN.fullmatch(text.casefold().translate(_FULL_WIDTH))
    return int(number[1]) if number is not None else None


def recommendation_of(case: CaseContext) -> int | None:
    """What the customer's newest message says to the question whether they would recommend us, right before it."""
    latest, asked = case.latest, question_of(case, MessageKind.RECOMMENDING)
    return recommendation_in(latest.text) if latest is not None and asked is not None else None


def rating_of(case: CaseContext) -> int | None:
    """What the customer's newest message says to the question that stands right before it."""
    latest, asked = case.latest, question_of(case)
    return rating_in(latest.text) if latest is not None and asked is not None else None


def question_of(case: CaseContext, kind: MessageKind = MessageKind.RATING) -> Message | None:
    """Our question, where nothing else was said between it and the newest message."""
    said = [m for m in case.timeline if m.public and m.role is not Role.SYSTEM]
    latest = case.latest
    if latest is None or latest not in said:
        return None
    before = said[: said.index(latest)]
    return before[-1] if before and before[-1].kind is kind else None


# ------------------------------------------------------------------
# Offers to the company that nobody asked for. Careful on purpose: a customer taken for spam is never answered.

TRIGGER = "spam"
SPAM_LABEL = "Looks like spam"
SPAM_WHY = "This looks like an offer to the company and not like a customer; it is set aside for review."
SURE = 0.9

# What is offered …
_OFFER = Rule(
    trigger="offer",
    label=SPAM_LABEL,
    why=SPAM_WHY,
    patterns=(
        r"(?:seo|search engine optimi[sz]ation|back ?links?|guest posts?|link building|domain authority|google rank\w*"
        r"|(?:first|1st|top) (?:page|position|spot|of) (?:of|on|in) google|organic traffic|website traffic"
        r"|lead generation|qualified leads|b2b leads|(?:email|mailing|contact|attendees?) (?:list|database)s?"
        r"|web(?:site)? (?:design|redesign|development|audit)|mobile app development|software development (?:team"
        r"|company)|virtual assistants?|off ?shore (?:team|developers)|merchant cash|business (?:loan|funding|capital)"
        r"|crypto(?:currency)? (?:investment|trading)|forex|bitcoin investment|casino|social media (?:management"
        r"|followers|marketing)|ppc|digital marketing|influencer (?:campaign|marketing)|wholesale price list"
        r"|promotional products|explainer videos?|instagram followers)",
        r"(?:inheritance|lottery|late (?:husband|client|father)'s fund|next of kin|million (?:us )?dollars|atm card"
        r"|compensation fund|unclaimed (?:fund|asset|money))",
        r"(?:your )?(?:mailbox|e-?mail account|domain|hosting|web ?mail) (?:is |will be |has )?(?:\w+ )?(?:full"
        r"|suspended|expir\w+|deactivated|terminated|over quota|limit)",
    ),
)
# … and the manner of somebody who sells and has never bought.
_PITCH = Rule(
    trigger="pitch",
    label=SPAM_LABEL,
    why=SPAM_WHY,
    patterns=(
        r"(?:we|i) (?:can|could|will|would|are able to) (?:\w+ )?(?:help you|increase|boost|improve|rank|grow|double"
        r"|triple|optimi[sz]e|provide you|offer you|get you|put your)|(?:i|we) (?:came|stumbled|was) (?:across|on|upon"
        r"|looking (?:at|through|over)|browsing|visiting) your (?:web ?site|site|page|store|profile|company)"
        r"|(?:we are|i am|i'm|we're|my name is"
        r" [\w ]{2,30} (?:and i am|from|with)) (?:an? )?(?:\w+ ){0,3}(?:agency|company|expert|consultant|specialist"
        r"|provider|freelancer|firm|team)|our (?:services|packages|prices start|experts|clients include|portfolio)"
        r"|(?:quick|short|15[- ]minute|10[- ]minute) (?:call|chat|demo)|interested in (?:our|buying|acquiring"
        r"|purchasing) (?:\w+ ){0,3}(?:service|services|list|leads|database|links)?|would you be interested"
        r"|free (?:audit"
        r"|quote|consultation|proposal|sample)|(?:reply|respond) (?:with|to get|for) (?:\w+ ){0,3}(?:price|pricing"
        r"|details|proposal|quote)|for your (?:website|business|company|site|brand|team)|affordable (?:price|rate"
        r"|cost)s?",
        r"(?:click|follow|log ?in|verify|confirm|re-?activate|update)(?: \w+){0,6} (?:link|below|here|account|password"
        r"|mailbox|credentials)",
        r"(?:contact|reply to) me (?:urgently|privately|directly|at once|for more details)|strictly confidential"
        r"|your (?:full name|bank (?:details|account))",
    ),
)


def spam(text: str) -> Scored | None:
    """The risk `spam`: an offer and the manner of a pitch together, and no sign of a customer's own matter."""
    offered, pitched = fire_rules((_OFFER,), text), fire_rules((_PITCH,), text)
    if not offered or not pitched or _is_customer(text):
        return None
    spans = sorted((*offered[0].evidence, *pitched[0].evidence), key=lambda e: e.start)
    grounds = len({e.words.casefold() for e in spans})
    return Scored(
        value=TRIGGER,
        confidence=min(SURE, 0.5 + 0.1 * grounds),
        label=SPAM_LABEL,
        evidence=tuple(spans),
        made_by="rule:spam-2",
    )


_CUSTOMER = Rule(
    trigger="customer",
    label="",
    why="",
    patterns=(
        r"(?:my|our) (?:\w+ )?(?:order|thermostat|hub|doorbell|sensor|camera|device|subscription|parcel|refund|invoice"
        r"|plan|delivery|app|heating|purchase)|i (?:bought|ordered|purchased|own|have an account)|(?:is|was) this"
        r" (?:mail|message|e-?mail|text)(?: really)? (?:from|by) you|i (?:got|received) (?:a|this|the|an) (?:mail"
        r"|e-?mail"
        r"|message|text|letter|call)|did you (?:send|write)",
        r"(?:bought|ordered|purchased)(?: \w+){0,3} (?:from|off|with) you|(?:can't|cannot|can not|couldn't|could not"
        r"|unable to|not able to) (?:log|sign|get) ?in|(?:it|they|which|that|order|parcel|package|products?|items?)"
        r" (?:(?:has|have|had|never|just|only|all) ){0,2}arrived|arrived (?:broken|damaged|late|empty|incomplete|today"
        r"|yesterday)|(?:on|in) your app|i (?:have |'ve )?(?:clicked|tapped|followed)",
    ),
)


def _is_customer(text: str) -> bool:
    return bool(references(text) and "order" in text.casefold()) or bool(fire_rules((_CUSTOMER,), text))
