"""What the customer is told when a person takes over, in the languages that we serve: what the assistant cannot do
itself, who takes over, and when they reply where that is promised."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.calendar.moments import by_when, from_when
from core.model.decision import Expected


class Limit(StrEnum):
    """What the assistant cannot do itself. NONE: it could, a person was wanted or is better. DANGER: there is something
    that must not wait for our people."""

    NONE = "none"
    ANSWER = "answer"
    DECIDE = "decide"
    DO = "do"
    DANGER = "danger"


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
    "pt": {
        Limit.NONE: "Obrigado.",
        Limit.ANSWER: "Não consigo responder a isto sozinho.",
        Limit.DECIDE: "Não posso decidir isto sozinho.",
        Limit.DO: "Não posso fazer isto sozinho.",
        Limit.DANGER: "Se alguém estiver em perigo, ligue já para o número de emergência.",
    },
    "ja": {
        Limit.NONE: "ありがとうございます。",
        Limit.ANSWER: "この件は私だけではお答えできません。",
        Limit.DECIDE: "この件は私だけでは判断できません。",
        Limit.DO: "この件は私だけでは対応できません。",
        Limit.DANGER: "危険にさらされている方がいる場合は、すぐに緊急通報番号へお電話ください。",
    },
}

# Who takes over: a team, or somebody of a team where it is known who.
TEAM = {
    "en": "Our {team} team",
    "de": "Unser Team „{team}“",
    "es": "Nuestro equipo {team}",
    "fr": "Notre équipe {team}",
    "pt": "A nossa equipa {team}",
    "ja": "{team}チーム",
}
PERSON = {
    "en": "{agent} from {team}",
    "de": "{agent} aus dem Team „{team}“",
    "es": "{agent}, del equipo {team},",
    "fr": "{agent}, de l'équipe {team},",
    "pt": "{agent}, da equipa {team},",
    "ja": "{agent}（{team}チーム）",
}
NOTICES = {
    "en": "{cannot} {who} takes over now, with everything you've told us, so you won't have to repeat it. {when}",
    "de": "{cannot} {who} übernimmt jetzt, mit allem, was Sie uns geschrieben haben; Sie müssen nichts wiederholen. "
    "{when}",
    "es": "{cannot} {who} se encarga ahora, con todo lo que nos ha contado; no tendrá que repetirlo. {when}",
    "fr": "{cannot} {who} prend le relais, avec tout ce que vous nous avez dit ; vous n'aurez rien à répéter. {when}",
    "pt": "{cannot} {who} trata agora do assunto, com tudo o que nos contou; não terá de repetir nada. {when}",
    "ja": "{cannot} {who}が、伺った内容をすべて引き継いで対応します。繰り返しご説明いただく必要はありません。{when}",
}
# The same while nobody of them is there.
NOTICES_LATER = {
    "en": "{cannot} {who} will go on with this, with everything you've told us, so you won't have to repeat it. {when}",
    "de": "{cannot} {who} macht damit weiter, mit allem, was Sie uns geschrieben haben; Sie müssen nichts "
    "wiederholen. {when}",
    "es": "{cannot} {who} seguirá con esto, con todo lo que nos ha contado; no tendrá que repetirlo. {when}",
    "fr": "{cannot} {who} s'en occupera, avec tout ce que vous nous avez dit ; vous n'aurez rien à répéter. {when}",
    "pt": "{cannot} {who} vai tratar do assunto, com tudo o que nos contou; não terá de repetir nada. {when}",
    "ja": "{cannot} {who}が、伺った内容をすべて引き継いで後ほど対応します。繰り返しのご説明は不要です。{when}",
}

WHEN = {
    "en": "They usually reply within {within}.",
    "de": "Die Antwort kommt meist innerhalb von {within}.",
    "es": "Suelen responder en un plazo de {within}.",
    "fr": "La réponse arrive en général sous {within}.",
    "pt": "Costumam responder no prazo de {within}.",
    "ja": "通常{within}以内に返信します。",
}
# The policy's promise is written in English; such a one is said in the customer's language, any other as it stands.
PROMISE = re.compile(r"(\d+) (minute|hour|(?:(?:business|working) )?day|week)s?", re.IGNORECASE)
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
    "pt": {
        "minute": ("minuto", "minutos"),
        "hour": ("hora", "horas"),
        "day": ("dia", "dias"),
        "working day": ("dia útil", "dias úteis"),
        "week": ("semana", "semanas"),
    },
    "ja": {
        "minute": ("分", "分"),
        "hour": ("時間", "時間"),
        "day": ("日", "日"),
        "working day": ("営業日", "営業日"),
        "week": ("週間", "週間"),
    },
}
# A promise of a day, not of a span.
ON = {
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
    "pt": {"next": "Costumam responder no dia útil seguinte.", "same": "Costumam responder no mesmo dia útil."},
    "ja": {"next": "通常は翌営業日に返信します。", "same": "通常は当日中に返信します。"},
}
# Nobody is there now, and from when somebody is.
CLOSED = {
    "en": "Nobody of them is in right now; they are back {opens}.",
    "de": "Gerade ist dort niemand da; es geht {opens} weiter.",
    "es": "Ahora mismo no hay nadie del equipo; vuelven {opens}.",
    "fr": "Il n'y a personne en ce moment ; l'équipe est de retour {opens}.",
    "pt": "Neste momento não está ninguém da equipa; estarão de volta {opens}.",
    "ja": "ただいま営業時間外です。{opens}に対応いたします。",
}
REPLY_BY = {
    "en": "You can expect their reply {by}.",
    "de": "Mit der Antwort können Sie {by} rechnen.",
    "es": "Puede esperar su respuesta {by}.",
    "fr": "Vous pouvez compter sur une réponse {by}.",
    "pt": "Pode contar com a resposta {by}.",
    "ja": "{by}に返信する見込みです。",
}
# Whose clock it is, where the customer's is not known.
CLOCK = {
    "en": "({zone} time)",
    "de": "(Ortszeit {zone})",
    "es": "(hora de {zone})",
    "fr": "(heure de {zone})",
    "pt": "(hora de {zone})",
    "ja": "({zone}時間)",
}


__all__ = [
    "CANNOT",
    "LIMITS",
    "NOTICES",
    "PERSON",
    "TEAM",
    "WHEN",
    "Limit",
    "clock_words",
    "handoff_notice",
    "limit_of",
    "when_told",
]

MINUTE = timedelta(minutes=1)
SLACK = timedelta(minutes=5)  # a lunch break shorter than this is no going home
SOON = timedelta(hours=1)

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
    "trigger:press": Limit.DECIDE,
    "trigger:high_risk_transaction": Limit.DO,
    "trigger:account_lockout": Limit.DO,
    "trigger:fraud": Limit.DO,
    "trigger:health_urgency": Limit.DANGER,
}
WANTED = frozenset({"owner:speak_to_person"})  # who asks for a person is not told what the assistant cannot do


def limit_of(rule: str) -> Limit:
    """What a rule's handoff says of the assistant's own reach."""
    if rule in WANTED:
        return Limit.NONE
    return Limit.DECIDE if rule.startswith("owner:") else LIMITS.get(rule, Limit.NONE)


def handoff_notice(
    language: str,
    team: str,
    within: str | None,
    *,
    agent: str | None = None,
    limit: Limit = Limit.NONE,
    when: str = "",
    later: bool = False,
    asks: str = "",
) -> str:
    """Who takes over and roughly when; no name and no time where neither is known. `when` is a whole sentence that is
    said instead of `within`; `later`: nobody is there now; `asks` comes last."""
    known = language if language in NOTICES else "en"
    told = when or (_when(within, known) if within else "")
    who = PERSON[known].format(agent=agent, team=team) if agent else TEAM[known].format(team=team)
    words = NOTICES_LATER if later else NOTICES
    said = words[known].format(cannot=CANNOT[known][limit], who=who, when=told).strip()
    return f"{said} {asks}".strip()


def when_told(reply: Expected | None, now: datetime, language: str, zone: str | None, team_zone: str | None) -> str:
    """When they reply, as one or two sentences; empty where nothing is known of it. `zone` is the customer's clock: a
    time of day is told by it, and by the team's, which is then named, where it is not known."""
    if reply is None:
        return ""
    known = language if language in NOTICES else "en"
    clock = ZoneInfo(zone or team_zone or "UTC")
    whose = "" if zone else f" {clock_words(clock, known)}"
    if reply.opens_at is not None:
        opens = from_when(reply.opens_at, now, clock, known) + whose
        return f"{CLOSED[known].format(opens=opens)}{_reply_by(reply, now, clock, known)}"
    if reply.by is not None and reply.minutes is not None and reply.by - now > SLACK + reply.minutes * MINUTE:
        # They go home before the time is up: a span would mean tonight.
        return REPLY_BY[known].format(by=by_when(reply.by, now, clock, known) + whose)
    if reply.minutes is not None:
        return WHEN[known].format(within=span_words(reply.minutes, known))
    return _when(reply.promise, known) if reply.promise else ""


def clock_words(clock: ZoneInfo, language: str) -> str:
    """Whose clock a time is told by: `(London time)`."""
    return CLOCK[language].format(zone=clock.key.rpartition("/")[2].replace("_", " "))


def _reply_by(reply: Expected, now: datetime, clock: ZoneInfo, language: str) -> str:
    """A little after they open goes without saying."""
    if reply.by is None or reply.opens_at is None or reply.by - reply.opens_at <= SOON:
        return ""
    return f" {REPLY_BY[language].format(by=by_when(reply.by, now, clock, language))}"


def span_words(minutes: int, language: str) -> str:
    """`90` as "90 minutes", `120` as "2 hours"."""
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    if language not in UNITS:
        return f"{count} {unit}{'' if count == 1 else 's'}"
    return _joined(count, UNITS[language][unit][count != 1], language)


def _when(within: str, language: str) -> str:
    day = next((name for name, pattern in ON.items() if pattern.fullmatch(within.strip())), None)
    return WHEN_ON[language][day] if day else WHEN[language].format(within=_said(within, language))


def _said(within: str, language: str) -> str:
    promise = PROMISE.fullmatch(within.strip())
    if promise is None or language not in UNITS:
        return within
    count, unit = int(promise[1]), promise[2].casefold().replace("business", "working")
    return _joined(count, UNITS[language][unit][count != 1], language)


def _joined(count: int, unit: str, language: str) -> str:
    return f"{count}{unit}" if language == "ja" else f"{count} {unit}"
