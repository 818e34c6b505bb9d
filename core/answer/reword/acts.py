"""What is done with money, orders and things, in four languages, and which acts are the reverse of which."""

import re
from functools import lru_cache

_ACTS = {
    "approve": r"approv\w+|accept(?:s|ed|ing)?|grant(?:s|ed)?|genehmig\w*|bewillig\w*|angenommen|aprob\w+|aprueb\w+"
    r"|aceptad\w+|approuv\w+|accept(?:e|é|ée|ons|er)",
    "decline": r"declin\w+|reject\w*|refus\w+|den(?:y|ied|ies)|turn(?:s|ed)? down|abgelehnt\w*|ablehn\w*|lehn\w+"
    r"|verweiger\w*|rechaz\w+|deneg\w+|refusé\w*|rejet\w+",
    "refund": r"(?<!non-)refund\w*|reimburs\w+|repa(?:y|id)|erstatt\w*|zurückerstatt\w*|rückerstatt\w*|zurückzahl\w*"
    r"|reembols\w+|devolvemos|rembours\w+",
    "keep": r"keep\w*|kept|retain\w*|behalt\w*|behält\w*|behielt\w*|einbehalt\w*|conserv\w+|qued(?:amos|arse|arme|arte)"
    r"|gard(?:er|ons|ez|é)",
    "return": r"return\w*|send (?:it |them |the \w+ )?back|zurücksend\w*|zurückgeb\w*|zurückschick\w*|retour\w*"
    r"|devolver\w*|devuelv\w+|renvoy\w+",
    "ship": r"ship(?:s|ped|ping)?|dispatch\w*|posted|versand\w*|versend\w*|verschick\w*|abgeschickt|enviad\w+"
    r"|envi(?:amos|ar)|expédi\w+",
    "deliver": r"delivered|arrived|zugestellt|geliefert|angekommen|entregad\w+|llegado|livrée?s?|arrivée?s?",
    "cancel": r"cancel\w*|stornier\w*|storno|kündig\w*|gekündigt|annul\w*|anulad\w+|résili\w+",
    "continue": r"renew\w*|verlänger\w*|renov\w+|renueva\w*|renouvel\w+",
    "free": r"free(?! to\b)|free of charge|at no (?:extra )?cost|kostenlos\w*|kostenfrei\w*|gratis|umsonst|gratuit\w*",
    "paid": r"at your (?:own )?(?:cost|expense)|chargeable|costs? (?:extra|money)|(?:are|is|you are|will be) charged"
    r"|kostenpflichtig\w*|auf (?:Ihre|eigene) Kosten|kosten extra|de pago|a su cargo|payant\w*|à vos frais",
    "open": r"open(?:s|ed|ing)?|öffn\w*|geöffnet|abr(?:a|ir|imos|e)|abiert\w+|ouvr\w+|ouvert\w*",
    "close": r"clos(?:e|es|ed|ing)|shut|schließ\w*|geschlossen|cierr\w+|cerr\w+|ferm\w+",
    "unplug": r"unplug\w*|disconnect\w*|ausstecken|ziehen Sie den Stecker|desench\w+|desconect\w+|débranch\w+",
    "plug": r"plug(?:s|ged|ging)?|connect(?:s|ed)?|einsteck\w*|steck\w* \w+ ein|enchuf\w+|conect\w+|branch(?:e|ez|er)",
    "before": r"before|prior to|bevor|vor (?:dem|der|einem)|antes|avant",
    "after": r"after(?:wards)?|nachdem|nach (?:dem|der|einem)|después|tras|après",
    "more": r"more|mehr|más|plus que",
    "less": r"less|weniger|menos|moins",
    "enable": r"enabl\w+|activat\w+|turn(?:ed)? on|switch(?:ed)? on|aktivier\w*|einschalt\w*"
    r"|activ(?:ar|e|ado)|activ(?:er|ez|é)",
    "disable": r"disabl\w+|deactivat\w+|turn(?:ed)? off|switch(?:ed)? off|deaktivier\w*|ausschalt\w*|desactiv\w+"
    r"|désactiv\w+",
}  # fmt: skip
_PAIRS = """
    approve/decline refund/keep keep/return ship/cancel deliver/cancel ship/deliver free/paid open/close plug/unplug
    before/after more/less enable/disable continue/cancel refund/decline approve/cancel refund/cancel
""".split()  # noqa: SIM905 - words are read as a text
_REVERSED = frozenset(frozenset(pair.split("/")) for pair in _PAIRS)
_PATTERNS = {act: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for act, words in _ACTS.items()}


def find_reversed_act(before: str, after: str) -> str:
    """The first act of `after` whose reverse stands in `before` and that `before` has not itself; empty when none.

    What stands in the reverse's place counts: an act is only held against the text when the reverse is gone from it."""
    old, new = acts(before), acts(after)
    for act in sorted(new - old):
        for other in sorted(old - new):
            if {act, other} in _REVERSED:
                return f"“{act}” for “{other}”"
    return ""


@lru_cache(maxsize=1024)
def acts(text: str) -> frozenset[str]:
    """The names of the acts that a text speaks of, in any of the languages."""
    return frozenset(act for act, pattern in _PATTERNS.items() if pattern.search(text))
