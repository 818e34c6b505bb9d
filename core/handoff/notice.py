"""What the customer is told when a person takes over, in the languages that we serve: what the assistant cannot do
itself, who takes over, and when they reply where that is promised."""

import re
from enum import StrEnum


class Limit(StrEnum):
    """What the assistant cannot do itself. NONE: it could, a person was wanted or is better. DANGER: there is something
    that must not wait for our people."""

    NONE = "none"
    ANSWER = "answer"
    DECIDE = "decide"
    DO = "do"
    DANGER = "danger"


LIMITS = {
    "no_source": Limit.ANSWER,
    "low_confidence": Limit.ANSWER,
    "blocked_draft": Limit.ANSWER,
    "unknown_language": Limit.ANSWER,
    "no_words": Limit.ANSWER,
    "answers_us": Limit.ANSWER,
    "max_turns": Limit.ANSWER,
    "trigger:low_confidence": Limit.ANSWER,
    "trigger:not_understood": Limit.ANSWER,
    "trigger:repeated_question": Limit.ANSWER,
    "trigger:failed_cycles": Limit.ANSWER,
    "trigger:complexity": Limit.ANSWER,
    "trigger:assistant_time": Limit.ANSWER,
    "trigger:special_request": Limit.DECIDE,
    "trigger:negotiation": Limit.DECIDE,
    "trigger:exception": Limit.DECIDE,
    "trigger:formal_complaint": Limit.DECIDE,
    "trigger:legal_threat": Limit.DECIDE,
    "trigger:high_risk_transaction": Limit.DO,
    "trigger:account_lockout": Limit.DO,
    "trigger:fraud": Limit.DO,
    "trigger:health_urgency": Limit.DANGER,
}
WANTED = frozenset({"owner:speak_to_person"})  # who asks for a person is not told what the assistant cannot do

CANNOT = {
    "en": {
        Limit.NONE: "Thank you.",
        Limit.ANSWER: "I can't answer this myself.",
        Limit.DECIDE: "I can't decide this myself.",
        Limit.DO: "I can't do this for you myself.",
        Limit.DANGER: "If anybody is in danger, please call your emergency number now.",
    },
    "de": {
        Limit.NONE: "Danke.",
        Limit.ANSWER: "Das kann ich selbst nicht beantworten.",
        Limit.DECIDE: "Das kann ich nicht selbst entscheiden.",
        Limit.DO: "Das kann ich nicht selbst für Sie erledigen.",
        Limit.DANGER: "Wenn jemand in Gefahr ist, rufen Sie bitte sofort den Notruf an.",
    },
    "es": {
        Limit.NONE: "Gracias.",
        Limit.ANSWER: "No puedo responder a esto por mi cuenta.",
        Limit.DECIDE: "No puedo decidir esto por mi cuenta.",
        Limit.DO: "No puedo hacer esto por mi cuenta.",
        Limit.DANGER: "Si alguien está en peligro, llame ahora al número de emergencias.",
    },
    "fr": {
        Limit.NONE: "Merci.",
        Limit.ANSWER: "Je ne peux pas répondre à cela moi-même.",
        Limit.DECIDE: "Je ne peux pas décider de cela moi-même.",
        Limit.DO: "Je ne peux pas faire cela moi-même.",
        Limit.DANGER: "Si quelqu'un est en danger, appelez tout de suite les secours.",
    },
}

# Who takes over: a team, or somebody of a team where it is known who.
TEAM = {
    "en": "Our {team} team",
    "de": "Unser Team „{team}“",
    "es": "Nuestro equipo {team}",
    "fr": "Notre équipe {team}",
}
PERSON = {
    "en": "{agent} from {team}",
    "de": "{agent} aus dem Team „{team}“",
    "es": "{agent}, del equipo {team},",
    "fr": "{agent}, de l'équipe {team},",
}
NOTICES = {
    "en": "{cannot} {who} takes over now, with everything you've told us, so you won't have to repeat it. {when}",
    "de": "{cannot} {who} übernimmt jetzt, mit allem, was Sie uns geschrieben haben; Sie müssen nichts wiederholen. "
    "{when}",
    "es": "{cannot} {who} se encarga ahora, con todo lo que nos ha contado; no tendrá que repetirlo. {when}",
    "fr": "{cannot} {who} prend le relais, avec tout ce que vous nous avez dit ; vous n'aurez rien à répéter. {when}",
}

WHEN = {
    "en": "They usually reply within {within}.",
    "de": "Die Antwort kommt meist innerhalb von {within}.",
    "es": "Suelen responder en un plazo de {within}.",
    "fr": "La réponse arrive en général sous {within}.",
}
# The policy's promise is written in English; such a one is said in the customer's language, any other as it stands.
_PROMISE = re.compile(r"(\d+) (minute|hour|(?:(?:business|working) )?day|week)s?", re.IGNORECASE)
UNITS = {
    "de": {
        "minute": ("Minute", "Minuten"),
        "hour": ("Stunde", "Stunden"),
        "day": ("Tag", "Tagen"),
        "working day": ("Werktag", "Werktagen"),
        "week": ("Woche", "Wochen"),
    },
    "es": {
        "minute": ("minuto", "minutos"),
        "hour": ("hora", "horas"),
        "day": ("día", "días"),
        "working day": ("día laborable", "días laborables"),
        "week": ("semana", "semanas"),
    },
    "fr": {
        "minute": ("minute", "minutes"),
        "hour": ("heure", "heures"),
        "day": ("jour", "jours"),
        "working day": ("jour ouvré", "jours ouvrés"),
        "week": ("semaine", "semaines"),
    },
}
# A promise of a day, not of a span.
_ON = {
    "next": re.compile(r"(?:on |by )?(?:the )?next (?:business |working )?day", re.IGNORECASE),
    "same": re.compile(r"(?:on )?(?:the )?same (?:business |working )?day", re.IGNORECASE),
}
WHEN_ON = {
    "en": {
        "next": "They usually reply on the next working day.",
        "same": "They usually reply on the same working day.",
    },
    "de": {
        "next": "Die Antwort kommt meist am nächsten Werktag.",
        "same": "Die Antwort kommt meist am selben Werktag.",
    },
    "es": {
        "next": "Suelen responder el siguiente día laborable.",
        "same": "Suelen responder el mismo día laborable.",
    },
    "fr": {
        "next": "La réponse arrive en général le jour ouvré suivant.",
        "same": "La réponse arrive en général le jour ouvré même.",
    },
}


def limit_of(rule: str) -> Limit:
    """What a rule's handoff says of the assistant's own reach."""
    if rule in WANTED:
        return Limit.NONE
    return Limit.DECIDE if rule.startswith("owner:") else LIMITS.get(rule, Limit.NONE)


def handoff_notice(
    language: str, team: str, within: str | None, *, agent: str | None = None, limit: Limit = Limit.NONE
) -> str:
    """Who takes over and roughly when; no name and no time where neither is known."""
    known = language if language in NOTICES else "en"
    when = _when(within, known) if within else ""
    who = PERSON[known].format(agent=agent, team=team) if agent else TEAM[known].format(team=team)
    return NOTICES[known].format(cannot=CANNOT[known][limit], who=who, when=when).strip()


def _when(within: str, language: str) -> str:
    day = next((name for name, pattern in _ON.items() if pattern.fullmatch(within.strip())), None)
    return WHEN_ON[language][day] if day else WHEN[language].format(within=_said(within, language))


def _said(within: str, language: str) -> str:
    promise = _PROMISE.fullmatch(within.strip())
    if promise is None or language not in UNITS:
        return within
    count, unit = int(promise[1]), promise[2].casefold().replace("business", "working")
    return f"{count} {UNITS[language][unit][count != 1]}"
