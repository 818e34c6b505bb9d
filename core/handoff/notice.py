"""What the customer is told when a person takes over, in the languages that we serve."""

NOTICES = {
    "en": "Thank you. I'm passing this to our {team} team now, with everything you've told us, so you won't have to "
    "repeat it. {when}",
    "de": "Danke. Ich gebe das jetzt an unser Team „{team}“ weiter, mit allem, was Sie uns geschrieben haben; Sie "
    "müssen nichts wiederholen. {when}",
    "es": "Gracias. Paso su caso ahora a nuestro equipo {team} con todo lo que nos ha contado; no tendrá que "
    "repetirlo. {when}",
    "fr": "Merci. Je transmets votre demande à notre équipe {team} avec tout ce que vous nous avez dit ; vous n'aurez "
    "rien à répéter. {when}",
}

WHEN = {
    "en": "They usually reply within {within}.",
    "de": "Die Antwort kommt meist innerhalb von {within}.",
    "es": "Suelen responder en un plazo de {within}.",
    "fr": "La réponse arrive en général sous {within}.",
}


def handoff_notice(language: str, team: str, within: str | None) -> str:
    """Who takes over and roughly when; no time is named where the policy promises none."""
    known = language if language in NOTICES else "en"
    when = WHEN[known].format(within=within) if within else ""
    return NOTICES[known].format(team=team, when=when).strip()
