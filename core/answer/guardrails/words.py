"""Faults of the words alone: risky promises, tone, phrases that the law or the house forbids."""

import re
from collections.abc import Iterator

from core.answer.guardrails.rules import HouseRules
from core.model.draft import Finding, Severity

_PROMISES = re.compile(
    r"(?<!\w)(?:(?:we|i)(?: can| will|['’]ll)? (?:personally )?(?:guarantee|promise|assure you|vow|swear)"
    r"|(?:is|are|it['’]s|be) (?:fully |absolutely )?guaranteed(?! (?:for|by) )|guaranteed (?:to|delivery|refund|result)"
    r"|(?:we|i)(?: will|['’]ll| shall|['’]m going to| are going to) (?:(?:definitely|certainly|immediately|now"
    r"|gladly|also"
    r"|personally|fully) )*(?:refund|compensate|reimburse|credit|pay|waive|replace|make sure you (?:get|receive)"
    r"|give you|double)\b(?! (?:attention|back to you))|you(?: will|['’]ll) (?:definitely|certainly|absolutely"
    r"|surely) (?:get|receive|have)"
    r"|full compensation|at (?:no|any) cost to you|(?:absolutely|100 ?%) (?:sure|safe|certain|secure)|(?:zero"
    r"|no) risk|risk-free"
    r"|(?:will|can) never (?:happen|fail|break|go wrong)|no matter what(?: happens)?|without fail|whatever (?:it"
    r" takes|happens)"
    r"|(?:we are|i am|we['’]re) (?:entirely |fully )?(?:to blame|at fault)"
    r"|(?:cover|pay(?: for)?) all (?:of )?(?:your|the) (?:damages|losses|expenses)"
    r"|admit(?:ting)? (?:our |full |any |all )?(?:negligence|liability|fault|guilt|responsibility)"
    r"|we (?:are liable|accept (?:full )?(?:liability|responsibility)|take full responsibility)|(?:it is|it['’]s"
    r"|this is|was)"
    r" (?:entirely |all )?our (?:own )?fault|our (?:own )?negligence|free for life|for the rest of your life"
    r"|wir (?:garantieren|versprechen|haften)|ich (?:garantiere|verspreche)|garantiert(?! für)|wir erstatten"
    r" Ihnen (?:in jedem"
    r" Fall|sofort|garantiert)|auf jeden Fall (?:bekommen|erhalten)|es ist unsere Schuld|garantizamos|(?:le|te)"
    r" (?:garantizo"
    r"|prometo|prometemos)|prometemos|es culpa nuestra|sin ningún riesgo|nous (?:vous )?(?:garantissons|promettons)"
    r"|je vous (?:garantis|promets)|c['’]est (?:de )?notre faute|sans aucun risque)(?!\w)",
    re.IGNORECASE,
)
_SLANG = re.compile(
    r"(?<!\w)(?:gonna|wanna|gotta|dunno|kinda|sorta|lemme|ain['’]t|y['’]all|dude|bro|mate|buddy|pal|no worries|no probs"
    r"|no biggie|yep|nope|yup|yeah|cheers|ta|lol|lmao|omg|wtf|btw|fyi|tbh|imo|asap|thx|pls|plz|u r|ur|cuz|coz"
    r"|super easy"
    r"|chill|bummer|sucks|crap\w*|damn|hell|freaking|oops|whoops|my bad|stuff like that|hiya|sup|whatevs|krass"
    r"|geil|moin"
    r"|echt jetzt|kein Ding|null Problemo|guay|mola|tío|vale tío|ouais|truc de ouf|mec)(?!\w)",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"(?<!\w)(?:sorry|apologi[sz]e[sd]?|apolog(?:y|ies)|regret|forgive us|entschuldig\w+|tut (?:mir|uns) (?:sehr )?leid"
    r"|lo siento|lo sentimos|disculp\w+|perdón|désolée?s?|excus\w+|pardon|toutes nos excuses)(?!\w)",
    re.IGNORECASE,
)
_GROVEL = re.compile(
    r"(?<!\w)(?:(?:so|very|truly|deeply|incredibly|extremely|terribly),? (?:so |very )?sorry|a thousand apologies"
    r"|words cannot express|(?:deepest|sincerest|most sincere) apologies|beg (?:you|your) (?:for"
    r" )?(?:forgiveness|pardon)"
    r"|unendlich leid|mille excuses|mil disculpas)(?!\w)",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"(?<!\w)(?:you (?:should have|shouldn['’]t have|failed to|did not bother|didn['’]t bother|forgot to"
    r"|neglected|refuse to"
    r"|(?:obviously|clearly|apparently|simply) (?:did|have|don['’]t|didn['’]t|misunderst\w+|ignored)|must have"
    r" (?:broken|dropped"
    r"|done something))|your (?:own )?(?:fault|mistake|carelessness|negligence)|as (?:i|we) (?:already|have"
    r" already|clearly)"
    r" (?:told|said|explained|stated|informed)|as previously (?:stated|explained|mentioned)|if you had (?:read"
    r"|followed|listened)"
    r"|user error|calm down|you people|like we said|read the (?:manual|instructions) (?:properly|first|next time)"
    r"|Ihre (?:eigene )?Schuld|selbst schuld|Sie hätten|es culpa suya|debería haber|c['’]est (?:de )?votre faute"
    r"|vous auriez dû)(?!\w)",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"(?<!\w)(?:off the record|between (?:you and me|us)|(?:do not|don['’]t) tell (?:anyone|anybody|your bank"
    r"|the (?:police"
    r"|regulator|authorities))|this is (?:legal|medical|tax|financial|investment) advice|(?:i|we) (?:advise"
    r"|recommend) (?:that )?"
    r"you (?:to )?(?:sue|invest|stop taking)|you (?:do not|don['’]t) need (?:a lawyer|a doctor|an electrician)"
    r"|you (?:have no|don['’]t"
    r" have (?:any|a)) (?:legal )?rights?|you waive|(?:cannot|can['’]t) complain|no right to (?:complain"
    r"|withdraw|cancel)"
    r"|(?:(?:send|give|tell|share|reply with|e-?mail|text|confirm|provide|state|read(?: out)?)(?: (?:me|us))?(?: back)?"
    r"|what(?:['’]s| is| was)|reply with) (?:your|the) (?:full |complete |current |old )?"
    r"(?:passw[o0]rd|passcode|pin|cvv|cvc|security code|one-time code|two-step code|card number|recovery codes?)"
    r"|(?:nennen|senden|schicken|bestätigen|geben) Sie (?:uns |mir )?(?:bitte )?(?:Ihr|Ihre|das|die) (?:Passwort|PIN"
    r"|Kennwort|Kartennummer|Prüfnummer)|(?:díganos|envíenos|confirme|indique) su (?:contraseña|pin|clave)"
    r"|(?:donnez|envoyez|confirmez|indiquez)(?:-nous)? votre (?:mot de passe|code (?:pin|secret))"
    r"|sie haben kein(?:e)? recht\w*"
    r"|no tiene derecho|vous n['’]avez aucun droit)(?!\w)",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"(?:\b(?:not|never|no|cannot|n['’]t|nobody|neither)\b|n['’]t)[^.!?]{0,45}$", re.IGNORECASE)
_MOST_SORRY = 1


def promises(text: str) -> Iterator[Finding]:
    """What binds the company beyond its articles."""
    for match in _PROMISES.finditer(text):
        if not _denied(text, match):
            yield _finding(
                "risky_promise", Severity.BLOCK, match, "Promises something", "Say what the article says will happen."
            )


def tone(text: str) -> Iterator[Finding]:
    """Slang, blame and too many apologies, beside what the style card names itself."""
    for match in _SLANG.finditer(text):
        yield _finding("slang", Severity.WARN, match, "Slang", "Use the plain word.")
    for match in _BLAME.finditer(text):
        yield _finding("blame", Severity.WARN, match, "Blames the customer", "Say what happened, not who did it.")
    sorry = list(_SORRY.finditer(text))
    excess = sorry[_MOST_SORRY:] if not _GROVEL.search(text) else [*_GROVEL.finditer(text)]
    for match in excess[:1]:
        yield _finding(
            "over_apologising", Severity.WARN, match, "Apologises too much", "Apologise once, then say what helps."
        )


def phrases(text: str, rules: HouseRules, intent: str, language: str = "") -> Iterator[Finding]:
    """What must not be said to a customer, and what must be."""
    for match in _FORBIDDEN.finditer(text):
        if not _denied(text, match):
            yield _finding("forbidden_phrase", Severity.BLOCK, match, "Must not be said to a customer", "Leave it out.")
    for phrase in rules.forbidden:
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE):
            yield _finding("forbidden_phrase", Severity.BLOCK, match, "The house rules forbid it", "Leave it out.")
    yield from _required(text, rules, intent, language)


def _required(text: str, rules: HouseRules, intent: str, language: str) -> Iterator[Finding]:
    said = _even(text)
    for required in rules.required:
        about = any(re.search(rf"(?<!\w){re.escape(word.casefold())}", said) for word in required.words)
        phrase = required.said(language)
        if (about or (intent and intent in required.intents)) and _even(phrase) not in said:
            yield Finding(
                rule="missing_phrase",
                severity=Severity.WARN,
                text=f"A required phrase is missing: “{phrase}”",
                remedy="Add the phrase as it stands.",
            )


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _denied(text: str, match: re.Match[str]) -> bool:
    """ "We cannot guarantee" promises nothing, "never send us your password" asks for none."""
    opened = max(text.rfind(mark, 0, match.start()) for mark in ".!?;\n")
    before = text[opened + 1 : match.start()]
    inside = re.match(r"\w+ (?:cannot|can['’]t|do not|don['’]t|will not|won['’]t)\b", match.group(), re.IGNORECASE)
    return inside is not None or _NOT_BEFORE.search(before) is not None


def _finding(rule: str, severity: Severity, match: re.Match[str], told: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=severity, text=f"{told}: “{match.group()}”.", span=match.span(), remedy=remedy)
