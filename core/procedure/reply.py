"""What a customer's answer to a question of ours comes down to.

A wrong "yes" tells somebody with a fault that all is well, so whatever speaks against it makes the answer unclear.
"""

import re

_LEADING_YES = (
    r"\W*(?:yes|yeah|yep|yup|sure|correct|indeed|right|ja|jawohl|genau|stimmt|sí|si|claro|correcto|oui|ouais|exact)"
)
_LEADING_NO = r"\W*(?:no|nope|nah|nein|non)"
_WORKS = (
    r"(?:it|that|this|they|everything|all) (?:works?|worked|helped|did|does|has|is|was)"
    r"(?= ?(?:[.,!;]|now|again|fine|$|and ))"
    r"|(?:works|working|fixed|solved|sorted|resolved|connected|back online|online again|back up|green now|all good)"
    r"|done|funktioniert|geht wieder|hat geholfen|klappt|funciona|ya está|resuelto|ça marche|fonctionne|résolu"
)
_FAILS = (
    r"not|never|neither|nothing|cannot|\w+n't|unfortunately not|without (?:success|luck|result)|still|same"
    r"|no (?:change|luck|difference|light|internet|connection|signal|success)|fail(?:s|ed)?|worse"
    r"|nicht|kein\w*|nie|noch immer|immer noch|leider|tampoco|sigue|nunca|nada|pas|toujours|jamais|rien"
)
_FAULTS = r"offline|dead|broken|blinking|dark|error|down|stuck|frozen|kaputt|tot|muerto|roto|cassé|mort"
_UNSURE = (
    r"not sure|unsure|don't know|no idea|maybe|perhaps|hard to (?:say|tell)|(?:i )?think so|sort of|kind of|sometimes"
    r"|weiß nicht|keine ahnung|vielleicht|no (?:lo )?sé|quizás?|tal vez|sais pas|peut-être"
)
_POLITE = r"no (?:problem|worries|rush|hurry|need to)|kein problem|no hay problema|pas de (?:souci|problème)"


def _has(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![\w'])(?:{pattern})(?!\w)", text) is not None


def yes_or_no(text: str) -> str | None:
    """`yes`, `no`, or None where the words say neither, both or that they do not know."""
    plain = re.sub(rf"(?<!\w)(?:{_POLITE})(?!\w)", " ", " ".join(text.replace("’", "'").casefold().split()))
    if _has(_UNSURE, plain):
        return None
    lead = next((said for said, words in (("yes", _LEADING_YES), ("no", _LEADING_NO)) if _leads(words, plain)), None)
    fails, works = _has(_FAILS, plain), _has(_WORKS, plain)
    if lead == "yes":
        return "no" if fails else None if _has(_FAULTS, plain) else "yes"
    if lead == "no" or fails:
        return None if works and not (lead and fails) else "no"
    return "yes" if works and not _has(_FAULTS, plain) else None


def _leads(words: str, plain: str) -> bool:
    return re.match(rf"(?:{words})(?!\w)", plain) is not None


def negates(text: str) -> bool:
    """Whether the words deny something: "it is not amber"."""
    plain = text.replace("’", "'").casefold()
    return _has(_FAILS, plain) or _leads(_LEADING_NO, plain)
