"""The card as an agent hears it before they take a call."""

from core.context.approached import grounds
from core.model.call import Call
from core.model.decision import Decision
from core.model.ids import ConversationId
from core.policy import Policy
from core.ports import Unit
from core.voice.speak import brief, spoken

WORDS = {
    "en": {
        "call": "Call for {group} from {name}.",
        "nameless": "Call for {group} from an unknown caller.",
        "wants": "They want: {wants}.",
        "why": "Why you: {reason}.",
        "unhappy": "They are unhappy.",
        "known": "Their number is known, they are not verified.",
        "unverified": "They are not verified.",
        "ticket": "It is ticket {ticket}.",
        "wrote": "We had written to them first: {facts}.",
        "take": "Press one to take the call.",
    },
    "de": {
        "call": "Anruf für {group} von {name}.",
        "nameless": "Anruf für {group}, unbekannter Anrufer.",
        "wants": "Anliegen: {wants}.",
        "why": "Grund: {reason}.",
        "unhappy": "Die Stimmung ist schlecht.",
        "known": "Die Nummer ist bekannt, die Identität nicht geprüft.",
        "unverified": "Die Identität ist nicht geprüft.",
        "ticket": "Ticket {ticket}.",
        "wrote": "Wir hatten zuerst geschrieben: {facts}.",
        "take": "Drücken Sie die Eins, um den Anruf anzunehmen.",
    },
    "es": {
        "call": "Llamada para {group} de {name}.",
        "nameless": "Llamada para {group}, persona desconocida.",
        "wants": "Quiere: {wants}.",
        "why": "Motivo: {reason}.",
        "unhappy": "No está satisfecho.",
        "known": "El número es conocido, la identidad no está verificada.",
        "unverified": "La identidad no está verificada.",
        "ticket": "Es el ticket {ticket}.",
        "wrote": "Le habíamos escrito antes: {facts}.",
        "take": "Pulse uno para aceptar la llamada.",
    },
    "fr": {
        "call": "Appel pour {group} de {name}.",
        "nameless": "Appel pour {group}, personne inconnue.",
        "wants": "Demande : {wants}.",
        "why": "Motif : {reason}.",
        "unhappy": "La personne est mécontente.",
        "known": "Le numéro est connu, l'identité n'est pas vérifiée.",
        "unverified": "L'identité n'est pas vérifiée.",
        "ticket": "C'est le ticket {ticket}.",
        "wrote": "Nous avions écrit en premier : {facts}.",
        "take": "Appuyez sur un pour prendre l'appel.",
    },
    "pt": {
        "call": "Ligação para {group} de {name}.",
        "nameless": "Ligação para {group}, pessoa desconhecida.",
        "wants": "Quer: {wants}.",
        "why": "Motivo: {reason}.",
        "unhappy": "A pessoa está insatisfeita.",
        "known": "O número é conhecido, a identidade não foi verificada.",
        "unverified": "A identidade não foi verificada.",
        "ticket": "É o ticket {ticket}.",
        "wrote": "Tínhamos escrito antes: {facts}.",
        "take": "Pressione um para atender.",
    },
    "ja": {
        "call": "{group}への電話、{name}様からです。",
        "nameless": "{group}への電話、お名前は不明です。",
        "wants": "ご用件、{wants}。",
        "why": "理由、{reason}。",
        "unhappy": "ご不満の様子です。",
        "known": "番号は既知ですが、本人確認はまだです。",
        "unverified": "本人確認はまだです。",
        "ticket": "チケット{ticket}です。",
        "wrote": "先にこちらから連絡済み、{facts}。",
        "take": "一を押すとつながります。",
    },
}
UNHAPPY = -0.2
LONGEST = 240


def whispered(unit: Unit, call: Call | None, policy: Policy, language: str) -> tuple[str, ...]:
    """Who, what they want, why it comes here, how they feel, whether they are who they say, what we wrote to them
    first; then how to take it."""
    words = WORDS.get(language, WORDS["en"])
    conversation = unit.conversations.get(call.conversation_id) if call and call.conversation_id else None
    if conversation is None:
        return (words["nameless"].format(group=policy.default_owner.group), words["take"])
    customer = unit.customers.get(conversation.customer_id)
    group = conversation.owner_group or conversation.owner.name or policy.default_owner.group
    # A customer without a name is called by their number.
    named = customer is not None and bool(customer.name) and not customer.name.startswith("+")
    who = words["call"].format(group=group, name=customer.name) if named and customer else words["nameless"]
    decided = [d for d in unit.decisions.of_conversation(conversation.id) if d.handoff is not None]
    card = _card(decided[-1], words) if decided else ()
    ticket = (words["ticket"].format(ticket=conversation.ticket_id),) if conversation.ticket_id else ()
    return (who.format(group=group), *card, *_wrote_first(unit, conversation.id, words), *ticket, words["take"])


def _wrote_first(unit: Unit, conversation: ConversationId, words: dict[str, str]) -> tuple[str, ...]:
    """What the company's systems had reported when we wrote: that is what they call about."""
    known = [facts for _, facts in grounds(unit, unit.conversations.messages(conversation)) if facts]
    return (words["wrote"].format(facts=spoken(known[-1])),) if known else ()


def _card(decision: Decision, words: dict[str, str]) -> tuple[str, ...]:
    assert decision.handoff is not None  # noqa: S101 - asked only of handoffs
    card = decision.handoff
    wants = brief([card.wants.replace("“", "").replace("”", "")], 1, LONGEST).strip(" .")
    return (
        words["wants"].format(wants=wants),
        words["why"].format(reason=spoken(card.reason).rstrip(".")),
        *([words["unhappy"]] if card.sentiment_trend and card.sentiment_trend[-1] < UNHAPPY else []),
        # Whose number it is tells nobody who is calling.
        words["unverified" if card.identity == "unverified" else "known"],
    )
