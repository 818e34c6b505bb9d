"""Mail that no person wrote just now: out-of-office notes, delivery failures, confirmations of receipt."""

import re

from core.model.conversation import Message
from core.model.signals import Evidence, Scored

LABEL = "Automatic reply"
# How sure it is by the subject, by a title in the text, and by the wording alone.
ENTITLED, TITLED, WORDED = 0.95, 0.9, 0.85
WHY = "A machine wrote this; answering it starts a loop."
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
        value="auto_reply",
        confidence=0.99,
        label=LABEL,
        records=(message.named,),
        made_by="record:headers",
    )


def _scored(confidence: float, text: str, match: re.Match[str] | None, words: str) -> Scored:
    span = match.span() if match else (0, min(len(text), len(words)))
    return Scored(
        value="auto_reply",
        confidence=confidence,
        label=LABEL,
        evidence=(Evidence(start=span[0], end=span[1], words=words),),
        made_by="rule:auto_reply",
    )
