"""What a customer's answer to a question of ours comes down to.

A wrong "yes" tells somebody with a fault that all is well, so whatever speaks against it makes the answer unclear.
"""

import re

# "SIM card" begins no yes: Portuguese has to go on as Portuguese.
_SIM = (
    r"sim(?=\W*$|[^\w\s-]|\s+(?:senhora?|obrigad[oa]|claro|está|esta|já|ja|é|deu|foi|ficou|tudo|agora|mas|porém|por|eu"
    r"|funciona|funcionou|funcionando|resolveu|consegui|consigo|vejo|tenho|quero|pode|ainda|n[ãa]o)(?!\w))"
)
_LEADING_YES = (
    r"\W*(?:yes|yeah|yep|yup|sure|correct|indeed|right|ja|jawohl|genau|stimmt|sí|si|claro|correcto|oui|ouais|exact"
    rf"|{_SIM}|exato|はい(?:そうです)?|ええ|うん)"
)
_LEADING_NO = r"\W*(?:no|nope|nah|nein|non|n[ãa]o|いいえ|いえ|ううん)"
_WORKS = (
    r"(?:it|that|this|they|everything|all) (?:works?|worked|helped|did|does|has|is|was)"
    r"(?= ?(?:[.,!;]|now|again|fine|$|and ))"
    r"|(?:works|working|fixed|solved|sorted|resolved|connected|back online|online again|back up|green now|all good)"
    r"|done|funktioniert|geht wieder|hat geholfen|klappt|funciona|ya está|resuelto|ça marche|fonctionne|résolu"
    r"|funcionou|funcionando|resolvid[oa]|resolveu|deu certo|já está"
)
_FAILS = (
    r"not|never|neither|nothing|cannot|\w+n't|unfortunately not|without (?:success|luck|result)|still|same"
    r"|no (?:change|luck|difference|light|internet|connection|signal|success)|fail(?:s|ed)?|worse"
    r"|nicht|kein\w*|nie|noch immer|immer noch|leider|tampoco|sigue|nunca|nada|pas|toujours|jamais|rien"
    r"|n[ãa]o(?= \w)|(?<=[\w,;.!] )n[ãa]o|ainda(?! bem)|continua|nenhum\w*|infelizmente|piorou"
)
_FAULTS = (
    r"offline|dead|broken|blinking|dark|error|down|stuck|frozen|kaputt|tot|muerto|roto|cassé|mort"
    r"|avariad[oa]|quebrad[oa]|estragad[oa]|apagad[oa]|piscando|a piscar|erro"
)
_UNSURE = (
    r"not sure|unsure|don't know|no idea|maybe|perhaps|hard to (?:say|tell)|(?:i )?think so|sort of|kind of|sometimes"
    r"|weiß nicht|keine ahnung|vielleicht|no (?:lo )?sé|quizás?|tal vez|sais pas|peut-être"
    r"|n[ãa]o (?:o )?sei|talvez|n[ãa]o tenho (?:a )?certeza|acho que|às vezes"
)
_POLITE = (
    r"no (?:problem|worries|rush|hurry|need to)|kein problem|no hay problema|pas de (?:souci|problème)"
    r"|sem problemas?|n[ãa]o há problema|pois n[ãa]o"
)
# Japanese sets no spaces: these count wherever they stand.
_WORKS_JA = re.compile(
    r"(?:動き|直り|治り|でき|解決し|つながり|繋がり|届き)ました|(?:動いた|直った|治った|できた|解決した)"
)
_FAILS_JA = re.compile(r"ません|ない|まだ|だめ|ダメ|駄目|変わらず|できず|相変わらず")
_FAULTS_JA = re.compile(r"エラー|オフライン|故障|壊れ|点滅|消え")
_UNSURE_JA = re.compile(r"[わ分]か(?:ら|りませ)|たぶん|多分|おそらく|(?<!し)かも|時々|ときどき")
_POLITE_JA = re.compile(
    r"問題(?:は)?(?:あり|ござい)ません|問題(?:は)?な(?:い|く)(?:です)?|間違い(?:は)?(?:ない|ありません|なく)(?:です)?"
)


def _has(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![\w'])(?:{pattern})(?!\w)", text) is not None


def yes_or_no(text: str) -> str | None:
    """`yes`, `no`, or None where the words say neither, both or that they do not know."""
    plain = _plain(text)
    if _has(_UNSURE, plain) or _UNSURE_JA.search(plain):
        return None
    lead = next((said for said, words in (("yes", _LEADING_YES), ("no", _LEADING_NO)) if _leads(words, plain)), None)
    fails, works = _fails(plain), _has(_WORKS, plain) or bool(_WORKS_JA.search(plain))
    faulty = _has(_FAULTS, plain) or bool(_FAULTS_JA.search(plain))
    if lead == "yes":
        return "no" if fails else None if faulty else "yes"
    if lead == "no" or fails:
        return None if works and not (lead and fails) else "no"
    return "yes" if works and not faulty else None


def _plain(text: str) -> str:
    """Without what is only said for politeness."""
    folded = _POLITE_JA.sub(" ", " ".join(text.replace("’", "'").casefold().split()))
    return re.sub(rf"(?<!\w)(?:{_POLITE})(?!\w)", " ", folded)


def _fails(plain: str) -> bool:
    return _has(_FAILS, plain) or bool(_FAILS_JA.search(plain))


def _leads(words: str, plain: str) -> bool:
    return re.match(rf"(?:{words})(?!\w)", plain) is not None


def negates(text: str) -> bool:
    """Whether the words deny something: "it is not amber"."""
    plain = text.replace("’", "'").casefold()
    return _fails(plain) or _leads(_LEADING_NO, plain)
