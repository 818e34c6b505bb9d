"""Channel law for the words of one variant: each rule looks at it alone and says what it finds."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from core.model.campaign import PLACE, LawFinding, Variant, Weight
from core.model.customer import Channel, Purpose
from core.model.outbound import Occasion
from core.policy import Play, Policy
from core.policy.outreach import FormCategory
from core.text.segments import is_gsm, segments, simplify_signs

FORM_HOLDS = 900  # characters: WhatsApp takes 1,024 with what stands around the words
TEXT_HOLDS = 1600  # characters of an SMS, however many parts
MOST_PARTS = 10
USUAL_FACT = "Alexandra Fisher"  # as long as what is put in a person's own place, to know a message's length


@dataclass(frozen=True, kw_only=True)
class Worded:
    """A variant with all that a rule may have to know about it."""

    variant: Variant
    purpose: Purpose
    policy: Policy
    company: str
    play: Play | None = None

    @property
    def text(self) -> str:
        return self.variant.text

    @property
    def channel(self) -> Channel:
        return self.variant.channel

    @property
    def markets(self) -> bool:
        return self.purpose is Purpose.MARKETING

    @property
    def edited(self) -> bool:
        """Whether a person wrote it over."""
        return any(source.kind == "supervisor" for source in self.variant.sources)

    @cached_property
    def as_sent(self) -> str:
        filled = PLACE.sub(USUAL_FACT, self.text)
        return simplify_signs(filled) if self.channel is Channel.SMS else filled


Rule = Callable[[Worded], Iterator[LawFinding]]


def sender(worded: Worded) -> Iterator[LawFinding]:
    """On a phone's list of messages a number says nothing; WhatsApp shows the company's name over every message."""
    if worded.channel is Channel.WHATSAPP:
        return
    name = worded.policy.outreach.law.sender or worded.company
    if not name:
        yield warns("sender_identity", "Nobody knows what we are called here: write outreach.sender into the policy.")
    elif not _names(worded.text, name):
        yield _by_purpose(worded, "sender_identity", f"It does not say that it is from {name}.")


def _names(text: str, name: str) -> bool:
    """Its name, or the first word of it where that is a name by itself."""
    first = name.split()[0]
    said = [name, *([first] if len(first) > 3 else [])]
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE) for each in said)


def opt_out(worded: Worded) -> Iterator[LawFinding]:
    language = worded.variant.language
    own = worded.policy.outreach.law.opt_out
    words = own.get(language) or OPT_OUT.get(language) or (KEYWORD, *own.get(worded.policy.language, ()))
    if not any(_there(word, worded.text) for word in words):
        told = f"It does not say how to get no more of them; one of: {', '.join(words)}."
        if worded.channel is Channel.SMS:
            yield _by_purpose(worded, "opt_out_line", told)
        elif worded.markets:
            yield warns("opt_out_line", told)
    elif language != "en" and IN_ENGLISH.search(worded.text):
        yield warns("language", "How to get no more of them is said in English.")


def _there(word: str, text: str) -> bool:
    """A keyword counts in capitals only: in "to stop a payment" nobody is told anything."""
    flags = re.NOFLAG if word.isupper() else re.IGNORECASE
    whole = rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word)
    return re.search(whole, text, flags) is not None


def window(worded: Worded) -> Iterator[LawFinding]:
    """Who is written to unasked has seldom written there within the day."""
    if worded.channel is not Channel.WHATSAPP:
        return
    rule, formed = "whatsapp_window_template", worded.policy.outreach.law.whatsapp_languages
    if Occasion.NOTICE not in worded.policy.texting.templates:
        told = "Beyond 24 hours after somebody's own words WhatsApp takes only an approved form, and `notice` is not"
        yield blocks(rule, f"{told} under whatsapp.templates.")
    elif formed is not None and worded.variant.language not in formed:
        yield blocks(rule, f"There is no approved form in {worded.variant.language!r} (law.whatsapp_languages).")


def form_fits(purpose: Purpose, policy: Policy) -> bool:
    """Whether our approved forms may carry a message of a purpose to somebody who has not written lately."""
    approved = policy.outreach.law.whatsapp_category
    fitting = (
        {FormCategory.MARKETING} if purpose is Purpose.MARKETING else {FormCategory.UTILITY, FormCategory.MARKETING}
    )
    return Occasion.NOTICE in policy.texting.templates and approved in fitting


def category(worded: Worded) -> Iterator[LawFinding]:
    if worded.channel is not Channel.WHATSAPP:
        return
    approved = worded.policy.outreach.law.whatsapp_category
    wanted = FormCategory.MARKETING if worded.markets else FormCategory.UTILITY
    if approved is wanted:
        return
    told = f"Our forms are approved as {approved}, and this is {wanted}"
    if approved is FormCategory.MARKETING:
        yield warns("template_category", f"{told}: it costs more, and WhatsApp holds some of it back.")
    else:
        yield blocks("template_category", f"{told}: WhatsApp takes the form away.")


def advertising(worded: Worded) -> Iterator[LawFinding]:
    """Whatever a play calls itself."""
    found = None if worded.markets else ADVERTISES.search(worded.text)
    if found is not None:
        told = f"“{found.group().strip()}” advertises, and it would go to people who agreed to service messages only"
        yield blocks("marketing_consent", f"{told}. Take it out, or make the play's purpose marketing.")


def length(worded: Worded) -> Iterator[LawFinding]:
    if worded.channel is Channel.WHATSAPP:
        if len(worded.as_sent) > FORM_HOLDS:
            yield blocks("length", f"{len(worded.as_sent)} characters, and an approved form holds {FORM_HOLDS}.")
        return
    parts, most = segments(worded.as_sent), worded.policy.texting.most_segments
    if len(worded.as_sent) > TEXT_HOLDS or parts > MOST_PARTS:
        yield blocks("length", f"{len(worded.as_sent)} characters in {parts} texts, more than are taken at once.")
    elif parts > most:
        yield warns("length", f"It takes {parts} texts, and sms.most_segments says {most}.")
    yield from _dear_signs(worded, parts)


def _dear_signs(worded: Worded, parts: int) -> Iterator[LawFinding]:
    """One sign outside of the alphabet of texts makes all of it longer; a letter of the language is no mere sign."""
    odd = sorted({letter for letter in worded.as_sent if not is_gsm(letter)})
    if 0 < len(odd) <= 3 and not any(letter.isalpha() for letter in odd):
        plain = segments("".join("?" if letter in odd else letter for letter in worded.as_sent))
        if plain < parts:
            told = f"{' '.join(odd)} is not in the alphabet of texts: it takes {parts} texts instead of {plain}."
            yield LawFinding(rule="length", weight=Weight.TELLS, text=told)


def links(worded: Worded) -> Iterator[LawFinding]:
    for host in HOST.findall(worded.text):
        if host.lower() in SHORTENERS:
            told = f"{host} shortens links for everybody, and networks filter it: write the company's own address."
            yield (blocks if worded.channel is Channel.SMS else warns)("link_shortener", told)


def content(worded: Worded) -> Iterator[LawFinding]:
    found = FILTERED.search(worded.text)
    if found is not None:
        yield warns("carrier_content", f"Networks filter messages about “{found.group()}”.")


def shouting(worded: Worded) -> Iterator[LawFinding]:
    loud = [
        found.group()
        for found in SHOUTED.finditer(worded.text)
        if len([word for word in re.findall(r"\w+", found.group()) if word not in CAPITALS]) > 2
    ]
    found = loud[0] if loud else next((match.group() for match in MARKS.finditer(worded.text)), None)
    if found is not None:
        yield warns("shouting", f"“{found}” reads like spam.")


CHECKS: tuple[Rule, ...] = (sender, opt_out, window, category, advertising, length, links, content, shouting)


def blocks(rule: str, text: str) -> LawFinding:
    return LawFinding(rule=rule, weight=Weight.BLOCKS, text=text)


def warns(rule: str, text: str) -> LawFinding:
    return LawFinding(rule=rule, weight=Weight.WARNS, text=text)


def _by_purpose(worded: Worded, rule: str, text: str) -> LawFinding:
    """What advertises must; what serves should, and must where numbers are registered (`people`)."""
    return blocks(rule, text) if worded.markets else warns(rule, text)


# ------------------------------------------------------------------
# The rules of channel law by name, and the words that they look for. docs/outreach.md says the same for people.


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
