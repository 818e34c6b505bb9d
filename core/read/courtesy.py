"""Messages that are polite and nothing else: "Thanks!", "ok, perfect", "Guten Morgen", a thumb up.

Everything else waits for somebody. A closed list is meant: "thanks for nothing" and "never arrived" are short too.
"""

import re

_POLITE = """
    thanks thank thx ty cheers ta great perfect super brilliant awesome excellent wonderful lovely fantastic amazing
    good ok okay k alright fine cool sweet noted understood bye goodbye hello hi hey welcome appreciated appreciate
    danke dank dankeschön vielen herzlichen besten prima toll klasse perfekt gut okey tschüss tschüs ciao hallo moin
    servus gruß grüße verstanden
    gracias muchas perfecto genial estupendo vale bien bueno buenos buenas adiós hola entendido
    merci parfait super génial bonjour bonsoir salut entendu compris accord d'accord revoir
""".split()  # noqa: SIM905 - words are read as a text
_BESIDE = """
    you so much very many a lot indeed again for your the help quick fast reply answer response support time it that
    this is was works worked working helped now all have nice day evening weekend one see got will do really i we and my
    good morning afternoon night dear team sir madam everyone there take care best regards kind wishes helpful clear
    sehr dir ihnen euch für die ihre deine schnelle hilfe antwort das ist hat geklappt schönen guten einen tag abend
    morgen noch und alles klar mit freundlichen liebe auf wiedersehen wiederhören jetzt funktioniert
    por su tu la ayuda respuesta rápida todo muy que tenga un día tardes días noches ya funciona y
    beaucoup bien pour votre ton aide réponse rapide c'est bonne journée soirée au tout ça marche maintenant et vous
""".split()  # noqa: SIM905 - words are read as a text
_STRONG, _KNOWN = frozenset(_POLITE), frozenset([*_POLITE, *_BESIDE])
# "No, thanks" wants nothing more; any other no does.
_NO_THANKS = re.compile(r"\b(?:no|nein|non),? (?:thanks|thank you|danke|gracias|merci)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’]\w+)?")
# What somebody thanks for, and says of it that it was lovely: "dinner was wonderful", "la cena estuvo genial".
_PRAISE = re.compile(
    r"(?<!\w)(?:(?:the|our|my|your|das|die|der|la|el|le|los|las|les)\s+)?(?!(?:not|nothing|nobody|none|service)\b)\w+\s+"
    r"(?:was|were|is|are|war|waren|ist|fue|fueron|estuvo|était|étaient)\s+"
    r"(?:(?:so|just|really|absolutely|simply|truly|wirklich|einfach|muy|vraiment)\s+)*"
    r"(?:wonderful|lovely|great|perfect|fantastic|amazing|excellent|brilliant|delicious|superb|wunderbar|herrlich|toll"
    r"|großartig|perfekt|maravillos[ao]s?|estupend[ao]s?|genial(?:es)?|perfect[ao]s?|excelentes?|merveilleu(?:x|se)"
    r"|parfaite?s?|délicieu(?:x|se)|génia(?:l|le|ux))(?!\w)",
    re.IGNORECASE,
)
_THANKS = re.compile(r"(?<!\w)(?:thanks|thank you|danke|vielen dank|gracias|merci)(?!\w)", re.IGNORECASE)
_PLEASED = re.compile("[👍👌🙏😊🙂😀😃😄😁🥰❤️💚💙🎉✅👏🤝☺️✌️💪]")


def is_courtesy(text: str) -> bool:
    """Whether the text is polite and nothing else. False for an empty one, and for one with a question mark."""
    if "?" in text:
        return False
    said = _NO_THANKS.sub("thanks", text)
    said = _PRAISE.sub(" great ", said) if _THANKS.search(said) else said
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(said)]
    if not words:
        return bool(_PLEASED.search(text))
    return all(word in _KNOWN for word in words) and any(word in _STRONG for word in words)
