"""Words that customers and help centres use for the same thing.

A question's words and an article's words are compared as concepts: "guarantee" and "warranty" are one. The groups hold
general service words only, nothing of any one company; the first word of a group stands for all of it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from core.text.stems import stem, stems

_GROUPS = """
    refund reimburse reimbursement repay
    return retoure
    exchange swap replace replacement substitute
    warranty guarantee
    order purchase
    parcel package shipment packet
    delivery shipping deliver ship shipped dispatch postage
    arrive receive
    late delayed delay overdue
    cancel terminate unsubscribe quit
    close delete deactivate
    erase delete wipe
    remove delete uninstall detach
    password pw passwd pwd passcode
    signin login logon
    twostep 2fa mfa
    phone telephone mobile cell cellphone smartphone hotline
    email mail inbox
    address
    invoice bill receipt
    price cost fee charge expensive cheap cheaper pricing
    pay payment paid paying
    instalment installment
    discount promo coupon rebate
    points feathers loyalty
    plan subscription tier membership abo
    pause suspend
    broken faulty defective damaged broke cracked defect dead fault smashed busted knackered dented
    swollen bulging puffed bloated
    adhesive sticky glue
    dispose bin discard trash
    declined bounced rejected refused
    locked blocked suspended banned
    deduct deduction subtract
    stolen theft stole thief nicked pinched robbed burgled
    missing lost disappeared
    wrong incorrect mistaken
    install mount fit installation fitting
    installer technician engineer fitter electrician
    appointment visit
    setup configure
    pair connect
    restart reboot
    offline disconnected unreachable
    outage downtime
    slow laggy
    temperature temp degrees
    heating heater heat
    battery batteries
    alert notification alarm push
    camera video footage recording clip film
    privacy gdpr
    person human
    complaint complain
    family wife husband partner spouse son daughter kids children roommate flatmate boyfriend girlfriend mum dad
    share invite
    move relocate
    router modem
    wifi wlan wireless
    fraud scam phishing fraudulent scammer hacked hack
    account acc acct
    sms text texts texting
    tomorrow tmrw tomoz
    balance credit
    quick fast quickly soon
    carrier courier driver postman
    gift present
    screen display
    manual instruction handbook
    picture image photo photograph
    visitor guest caller
    home house flat apartment
    firmware software update
    cold chilly freezing
    noise loud volume
    collect pickup collection
    leak flood
    permission consent
    police cops
    tenant lodger renter
    neighbour neighbor
    colour color
    deadline limit
    holiday vacation
    gone vanished disappeared
    allowance maximum most
    minimum least
    reminder notice
    overcharged overbilled
    quit leave
    owner landlord
    confirm verify verification
    proof evidence
    law legal
    begin start
    end finish stop
    buy bought
    shop store
    worker employee staff
    country abroad international overseas
    free gratis
    size dimension
    compatible compatibility supported
    track tracking trace
    customs duty import
    trial try
    waterproof rainproof weatherproof
    expire expiry expiration expired
"""
# Several words for one: replaced before the words are compared. The first are letters without which the pattern cannot
# match: looking for those takes a hundredth of the time, and most texts have none.
_PHRASES = (
    (("my money", "money back", "cash back"), r"money back|my money|cash back", "refund"),
    ((" back",), r"(?:send|sent|sending|give|bring|ship)(?: \w+){0,4} back|bring back", "return"),
    (("log", "sign"), r"(?:log|sign)(?:ing|ged|ed)?[ -]?in(?:to)?", "signin"),
    (
        ("two-", "two ", "verification code", "2fa", "2 fa", "2-fa"),
        r"two[ -](?:step|factor)(?: (?:sign-?in|authentication|verification))?|verification codes?|2[ -]?fa",
        "twostep",
    ),
    (("locked out",), r"locked out", "locked"),
    (
        (" twice",),
        r"(?:took|take|taken|charged|paid|billed|debited)(?: \w+){0,3} twice",
        "charged twice",
    ),
    (("double ",), r"double (?:charge|payment|booking)s?", "charged twice"),
    (
        ("where",),
        r"where(?:'s| is| are)(?: my| the| our) (?:\w+ )?"
        r"(?:parcel|package|delivery|stuff|items?|order|shipment|things?)",
        "track order",
    ),
    (("how",), r"how (?:much)(?: (?:is|are|does|do))?", "price"),
    (("callback", "call back", " me"), r"call ?back|ring me|phone me|call me", "callback phone"),
    (("eta", "how soon"), r"eta|how soon", "when arrive"),
    (("amex",), r"amex", "american express"),
    (("pc", "laptop"), r"pc|laptop", "computer"),
    (("video doorbell",), r"video doorbell", "doorbell"),
    (("wi-fi",), r"wi-fi", "wifi"),
    (("e-mail",), r"e-mails?", "email"),
    ((" up", "-up"), r"set(?:ting)?[ -]up", "setup"),
    (("opening ",), r"opening (?:hours|times)", "hours"),
)
_REWRITES = tuple(
    (needed, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), word) for needed, pattern, word in _PHRASES
)


def _grouped() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    heads: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for line in _GROUPS.strip().splitlines():
        group = line.split()
        for word in group:
            heads.setdefault(stem(word), stem(group[0]))
            words.setdefault(stem(word), tuple(group))
    return heads, words


_HEADS, _WORDS = _grouped()


@lru_cache(maxsize=16_384)
def concepts(text: str) -> frozenset[str]:
    """What a text speaks of: its stems, with all words of a group as one."""
    small = text.casefold()
    for needed, pattern, word in _REWRITES:
        if any(letters in small for letters in needed) and pattern.search(text):
            text = pattern.sub(word, text)
            small = text.casefold()
    return frozenset(_HEADS.get(word, word) for word in stems(text))


def widen(words: Iterable[str]) -> list[str]:
    """The words to look up: those given first, then others for the same things."""
    given = list(words)
    others = [other for word in given for other in _WORDS.get(stem(word), ())]
    return list(dict.fromkeys([*given, *others]))
