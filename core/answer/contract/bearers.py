"""Who pays: we or the customer, in the words of four languages."""

import re

_US = re.compile(
    r"(?<!\w)(?:(?:is|are) on us|on the house|at our (?:own )?(?:expense|cost)"
    r"|(?:we|the (?:seller|merchant|retailer)) (?:will |always |also )*(?:pays?|covers?|bears?)\b(?! no | nothing)"
    r"(?= (?:for |the |all |your |any )*(?:\w+ )?(?:cost|shipping|postage|return|delivery|fee|charge|label)s?|\.|$)"
    r"|paid by (?:us|the seller)|auf unsere Kosten"
    r"|(?:wir|der (?:Verkäufer|Händler)) (?:zahl\w+|bezahl\w+|übern\w+|tr[aä]g\w+)"
    r"|(?:nosotros|el vendedor) (?:pag\w+|asum\w+)|a nuestro cargo"
    r"|(?:nous|le vendeur) (?:pay\w+|paie\w*|prend\w* en charge)"
    r"|à nos frais|à notre charge)(?!\w)(?! (?:nichts|keine?|nada|ningún|rien|aucun)\b)",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"(?<!\w)(?:at (?:your|their|the (?:customer|buyer)['’]s) (?:own )?(?:expense|cost)"
    r"|(?:you|the (?:customer|buyer|recipient)|customers|buyers)"
    r" (?:must |have to |will |has to )?(?:pays?|bears?|covers?)\b(?! no | nothing)"
    r"(?= (?:for |the |all |your |any )*(?:\w+ )?(?:cost|shipping|postage|return|delivery|fee|charge|label)s?|\.|$)"
    r"|paid by (?:you|the (?:customer|buyer))|auf (?:Ihre|eigene) Kosten"
    r"|(?:Sie|der (?:Kunde|Käufer)) (?:zahl\w+|bezahl\w+|übern\w+|tr[aä]g\w+)"
    r"|(?:el (?:cliente|comprador)|usted) (?:pag\w+|asum\w+)"
    r"|a su (?:propio )?cargo|(?:le client|l['’]acheteur|vous) (?:pay\w+|paie\w*|prend\w* en charge)"
    r"|à (?:vos|ses) frais"
    r"|à votre charge)(?!\w)(?! (?:nichts|keine?|nada|ningún|rien|aucun)\b)",
    re.IGNORECASE,
)


def bearers(text: str) -> frozenset[str]:
    """`us`, `you`, both or neither: on whom a text lays the cost of something."""
    return frozenset(name for name, pattern in (("us", _US), ("you", _YOU)) if pattern.search(text))
