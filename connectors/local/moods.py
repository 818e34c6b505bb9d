"""Words of service conversations that VADER's lexicon lacks or weighs wrongly, from -4 to 4.

German, Spanish and French are here because the lexicon is English only."""

MOODS: dict[str, float] = {
    # en: what goes wrong with devices, orders and service
    "late": -1.5, "delayed": -1.6, "overdue": -1.6, "still": -0.6, "broken": -2.0, "faulty": -2.2,
    "defective": -2.3, "offline": -1.0, "unusable": -2.6, "unacceptable": -3.0, "ridiculous": -2.6,
    "ignored": -2.0, "waiting": -1.0, "refused": -1.5, "scam": -3.2, "rubbish": -2.5, "joke": -1.6,
    "overcharged": -2.2, "useless": -2.5, "fobbed": -2.4, "nobody": -0.9, "unhelpful": -2.2, "again": -0.5,
    "crashes": -1.6, "crashed": -1.6, "freezes": -1.2, "disconnects": -1.4, "gutted": -2.2, "fuming": -3.0,
    "appalling": -3.2, "shambles": -2.8, "incompetent": -2.8, "missing": -1.2, "wrong": -2.0,
    "seamless": 2.0, "sorted": 1.4, "brilliant": 3.0, "spot-on": 2.2, "flawless": 2.8,
    # VADER hears happiness in these; in a message to a service desk they are plain words
    "help": 0.0, "helps": 0.0, "please": 0.0, "like": 0.0, "support": 0.0, "care": 0.0, "alert": 0.0,
    "alarm": 0.0, "free": 0.0, "join": 0.0, "share": 0.0, "play": 0.0, "number": 0.0, "leak": -0.4,
    "security": 0.0, "safe": 0.3, "refund": 0.0, "return": 0.0, "cancel": -0.6, "warm": 0.0, "credit": 0.0,
    # de
    "kaputt": -2.2, "defekt": -2.0, "unverschämt": -3.0, "frechheit": -3.2, "ärgerlich": -2.4, "wütend": -3.0,
    "enttäuscht": -2.5, "enttäuschend": -2.5, "schlecht": -2.2, "katastrophe": -3.0, "unmöglich": -2.2,
    "lächerlich": -2.6, "verspätet": -1.5, "genervt": -2.2, "sauer": -2.4, "inakzeptabel": -3.0,
    "schrecklich": -2.8, "problem": -0.8, "danke": 1.6, "super": 2.6, "toll": 2.6, "prima": 2.4,
    "zufrieden": 2.2, "begeistert": 3.0, "freundlich": 2.0, "perfekt": 2.8, "hervorragend": 3.0,
    # es
    "roto": -2.0, "rota": -2.0, "inaceptable": -3.0, "vergüenza": -3.0, "enfadado": -2.6, "enfadada": -2.6,
    "decepcionado": -2.5, "decepcionada": -2.5, "harto": -2.6, "harta": -2.6, "mal": -1.8, "pésimo": -3.0,
    "horrible": -2.8, "estafa": -3.2, "molesto": -2.2, "gracias": 1.6, "genial": 2.6, "excelente": 3.0,
    "perfecto": 2.8, "contento": 2.2, "contenta": 2.2, "encantado": 2.6, "encantada": 2.6,
    # fr
    "cassé": -2.0, "inacceptable": -3.0, "honte": -3.0, "furieux": -3.0, "furieuse": -3.0, "déçu": -2.5,
    "déçue": -2.5, "nul": -2.2, "arnaque": -3.2, "marre": -2.6, "énervé": -2.6, "énervée": -2.6,
    "lamentable": -3.0, "scandaleux": -3.0, "merci": 1.6, "parfait": 2.8, "excellent": 3.0, "ravi": 2.8,
    "ravie": 2.8, "content": 1.8, "contente": 2.2,
}  # fmt: skip
