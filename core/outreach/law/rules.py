"""The rules of channel law by name, and the words that they look for. docs/outreach.md says the same for people."""

import re
from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "sender_identity": "a message says whose it is",
    "opt_out_line": "a message says how to get no more of them, in its own language",
    "opt_in_wording": "for a consent it is known where it was given and to which words",
    "whatsapp_window_template": "WhatsApp takes what is not an answer only in an approved form",
    "template_category": "an approved form is of the category that the message is",
    "registration": "where numbers have to be registered for texts, ours is (10DLC in the United States)",
    "daily_tier": "WhatsApp lets us write first to so many people in a day",
    "quiet_hours": "hours lie inside what the law allows, on the recipient's own clock",
    "waits": "who is told later than at once, because it is night where they are",
    "length": "a message fits into what its channel carries",
    "link_shortener": "links are the company's own: networks filter public shorteners",
    "carrier_content": "networks filter some kinds of content whoever sends it",
    "shouting": "a message does not shout: networks take that for spam",
    "marketing_consent": "what advertises goes to those who agreed to advertising",
    "invented": "figures, dates, amounts and names are those of the signal, an article or the policy",
    "language": "what is asked of people is in the language of the message",
    "risky_promise": "nothing is promised that binds beyond the policy",
    "forbidden_phrase": "nothing is said that must not be said to a customer, and no secret is asked for",
    "personal_data": "no card number or secret, and nobody else's data",
    "injected_instruction": "nothing planted in a fact or an article, and no way to us that no source names",
    "unresolved_placeholder": "nothing that was hidden is left hidden",
    "policy_breach": "no figure beyond the house rules",
}

# Words of which one is in a text that says how to get no more; in capitals a keyword to send back.
OPT_OUT: Mapping[str, tuple[str, ...]] = {
    "en": ("STOP", "UNSUBSCRIBE", "opt out", "opt-out", "unsubscribe"),
    "de": ("STOP", "STOPP", "abbestellen", "abmelden", "Abmeldung"),
    "es": ("STOP", "BAJA", "ALTO", "darse de baja", "cancelar la suscripción"),
    "fr": ("STOP", "ARRET", "désabonner", "désinscrire"),
    "pt": ("STOP", "PARAR", "SAIR", "cancelar a subscrição", "cancelar a assinatura"),
    "ja": ("STOP", "停止", "配信停止", "配信を停止"),
}
KEYWORD = "STOP"  # understood on every channel, whatever the language

IN_ENGLISH = re.compile(r"\b(?:reply|text|send) stop\b|\bto (?:opt[- ]out|unsubscribe)\b", re.IGNORECASE)

SHORTENERS = frozenset(
    """
    adf.ly amzn.to bit.do bit.ly bitly.com bl.ink buff.ly chilp.it clck.ru cli.gs cutt.ly dlvr.it fb.me gg.gg goo.gl
    goo.su ift.tt is.gd j.mp lnkd.in mcaf.ee n9.cl ow.ly plu.sh qr.ae rb.gy rebrand.ly s.id short.cm short.io shorte.st
    shorturl.at snip.ly soo.gd su.pr t.co t.ly tiny.cc tiny.one tinyurl.com tr.im u.to urlz.fr v.gd wp.me x.co youtu.be
    """.split()  # noqa: SIM905 - names are read as a text
)
HOST = re.compile(r"(?<![\w@.-])(?:https?://)?(?:www\.)?((?:[a-z\d-]+\.)+[a-z]{2,12})(?![\w@-]|\.\w)", re.IGNORECASE)

ADVERTISES = re.compile(
    r"\d+ ?(?:%|percent|per cent) (?:off|discount|cheaper)|(?<!\w)(?:save (?:up to )?(?:[£$€] ?)?\d|special offer"
    r"|limited[- ]time|buy (?:now|one|today)|order now|shop now|promo(?:tion)? code|discount code|coupon|voucher code"
    r"|flash sale|black friday|free trial|best price|don['’]t miss|upgrade (?:now|today)|win an?"
    r"|\d+ ?(?:%|Prozent) (?:Rabatt|günstiger|Nachlass)|Rabatt(?:code|aktion)|Gutscheincode|jetzt (?:kaufen|bestellen"
    r"|zugreifen|sparen)|nur (?:noch )?(?:heute|für kurze Zeit)|Sonderangebot"
    r"|\d+ ?% de (?:descuento|desconto|réduction|remise)|oferta especial|compra (?:ahora|ya)|compre agora|código"
    r" (?:promocional|de descuento|de desconto)|offre spéciale|achetez maintenant|code promo|profitez-en"
    r"|por tiempo limitado|por tempo limitado|aproveite)(?!\w)"
    r"|\d+ ?[%％] ?(?:オフ|引き|割引)|割引クーポン|今すぐ購入|期間限定|特別価格|お得なキャンペーン",
    re.IGNORECASE,
)
# What networks in the United States and elsewhere filter whoever sends it.
FILTERED = re.compile(
    r"(?<!\w)(?:casino|betting|gambling|sweepstakes|payday loans?|debt relief|credit repair|get rich|work from home"
    r"|crypto(?:currency)? (?:offer|investment)|cannabis|cbd oil|vape|e-?cigarettes?|firearms?|ammunition|escort"
    r"|viagra|Glücksspiel|Wettbonus|Sofortkredit|apuestas|casino en línea|paris sportifs|apostas)(?!\w)",
    re.IGNORECASE,
)
# Words in capitals that nobody takes for shouting.
_KNOWN = "STOP STOPP HELP START BAJA ALTO ARRET PARAR SAIR UNSUBSCRIBE SMS PIN OTP FAQ USA"
CAPITALS = frozenset(re.findall(r"\w+", _KNOWN))
SHOUTED = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-Þ]{3,}(?:[ ,!]+[A-ZÀ-ÖØ-Þ]{2,}){2,}(?!\w)")
MARKS = re.compile(r"[!?！？]{2,}|(?:[$€£]){2,}")
