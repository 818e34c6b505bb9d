"""Sentences that are kind and state nothing: no figure, no name, no offer, no other thing than the courtesy itself.

A closed list of words is meant. One word beside it, and the sentence is held to state something.
"""

import re

_STRONG = frozenset(
    """thank thanks sorry apologies apologise apologize welcome glad happy pleased gladly hello hi dear regards wishes
    appreciate appreciated have wish hope let reach understand
    danke dank vielen leid entschuldigung entschuldigen bedauern verzeihung gern gerne freuen freut wünsche wünschen
    schönen hallo grüße grüßen melden guten verstehen herzlichen
    gracias siento sentimos disculpe disculpen disculpas encantados encantado hola saludos deseamos deseo feliz lamento
    lamentamos espero esperamos
    merci désolé désolée désolés excusez excuser ravi ravis bonjour bonne cordialement plaisir souhaite souhaitons
    espère espérons salutations""".split()  # noqa: SIM905 - words are read as a text
)
_BESIDE = frozenset(
    """i i'm we we're you your yours us me my our it it's this that is are am was be been being the a an to for of in
    with and so very much many most really truly again all any if on at do please how hear know ahead
    help helped helping helpful assist message messages question questions patience understanding trouble inconvenience
    wait waiting delay frustrating annoying frustration kind kindly nice lovely great good wonderful pleasant day days
    evening weekend week morning afternoon rest time anytime warm best well writing contacting asking getting touch out
    reaching words feedback there feel need anything else further more have had has letting hearing from can must
    ich wir sie ihnen ihr ihre ihren ihrem ihrer uns mich mir sich es das dies diese dass ist sind war die der den dem
    ein eine einen einem für zu zum und sehr so herzlich besten lieben noch wenn bei haben hat fragen frage hilfe helfen
    helfe weiter weiterhelfen weiterhelfe geduld verständnis nachricht ärger mühe wartezeit umstände
    unannehmlichkeiten tag abend woche wochenende morgen nachmittag jederzeit mit freundlichen freundliche schönes
    schöne angenehmen tut bitte auf von hören hoffe hoffen wie ärgerlich ist's vorab
    yo nosotros usted ustedes su sus le les nos me lo la el los las un una de del por para con en y que es muy mucho
    mucha muchas gran buen buena buenos buenas día tarde semana mensaje pregunta preguntas duda dudas paciencia
    comprensión molestias espera inconvenientes ayuda ayudar ayudarle ayudarles estamos estoy si tiene alguna tenga un
    cordiales atentamente favor
    je nous vous votre vos de du des le la les un une l pour en et est sommes suis très beaucoup bien bon journée
    soirée semaine week-end message question questions patience compréhension désagrément désagréments attente gêne
    aide aider si avez la d j n'hésitez pas à nous contacter agréable belle avec""".split()  # noqa: SIM905 - words are read as a text
)
KIND = _STRONG | (_BESIDE - {"delay", "wait", "more", "from", "can", "must", "else"})
_LEFT = re.compile(
    r"(?<!\w)(?:don['’]t hesitate|do not hesitate|don['’]t worry|no worries|keine Sorge|n['’]hésitez pas"
    r"|no dude en|zögern Sie nicht)(?: to (?:get in touch|contact us|write|ask))?(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# These read like a courtesy and say what somebody gets, must do or has.
_STATES = re.compile(
    r"(?<!\w)(?:you|sie|usted|vous) (?:can |must |need(?: to)? )?(?:have|had|has|must|need|can|haben|tiene|avez)(?!\w)"
    r"(?! (?:been|had)? ?(?:any|(?:a |further |more |another )?questions?|fragen|noch|eine frage|alguna"
    r"|des questions"
    r"|une question|an? (?:lovely|nice|great|good|wonderful|pleasant)))"
    r"|(?<!\w)(?:must|can)(?! (?:be|help|assist|do|imagine)(?!\w))(?!\w)",
    re.IGNORECASE,
)


def courteous(text: str) -> bool:
    """Whether a sentence is kind and nothing else. False for one with a figure, and for one with a word too many."""
    if any(letter.isdigit() for letter in text) or "@" in text or _STATES.search(text):
        return False
    left = _LEFT.sub(" thank ", text)
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(left)]
    return bool(words) and all(word in _STRONG | _BESIDE for word in words) and any(word in _STRONG for word in words)
