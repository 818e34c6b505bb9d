"""Two texts in one language: do the words of the second come from the first, and is none lost that matters?"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from core.answer.contract.wording import turns
from core.answer.reword.kind import KIND, courteous
from core.text.stems import stem

KEPT = 0.5  # share of a sentence's words of content that the revision must have
_ROOT = 5  # letters that two forms of a word begin with
_LONG = 8  # letters from where on a word may have two mistakes
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORT = re.compile(r"'(?:s|d|ll|re|ve|m)$")
_PASSIVE = re.compile(r"(?<!\w)(?:by|von|por|par)(?!\w)", re.IGNORECASE)
_ADVERBS = r"(?:(?:will|would|can|could|may|must|have to|need to|already|also|now|do|did|gladly|happily|then)\s+)*"
_DOES = re.compile(
    rf"(?<!\w)(?P<who>we|i|you|they|the \w+|wir|ich|sie)(?:['’]ll)?\s+{_ADVERBS}(?P<verb>[^\W\d_]{{3,}})", re.IGNORECASE
)
_WHO = {"i": "we", "wir": "we", "ich": "we", "sie": "you"}


def changes_of_correction(before: str, after: str) -> str:
    """What a correction changed besides spelling and words of grammar; empty when nothing."""
    old, new = _telling(before), _telling(after)
    matcher = SequenceMatcher(None, [stem(w) for w in old], [stem(w) for w in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" and not _spelled(old[a:b], new[c:d]):
            lost, added = " ".join(old[a:b]), " ".join(new[c:d])
            if lost and added:
                return f"puts “{added}” for “{lost}”"
            return f"adds “{added}”" if added else f"loses “{lost}”"
    return _turned(before, after) or _other_doer(before, after)


def _telling(text: str) -> list[str]:
    """The words in small letters, in order, without those of grammar."""
    return [word for word in _words(text) if word not in FREE]


def _words(text: str) -> list[str]:
    return [_SHORT.sub("", word.casefold().replace("’", "'")) for word in _WORD.findall(text)]


def _spelled(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the words differ by mistakes only: "recieve" and "receive", "work shop" and "workshop"."""
    one, other = "".join(old), "".join(new)
    if one == other:
        return True
    if not one or not other:
        return bool(old) and all(_jumbled(word) for word in old)
    if len(old) == len(new) > 1:
        return all(_spelled([a], [b]) for a, b in zip(old, new, strict=True))
    if _related(stem(one), stem(other)) and stem(other) in SAME.get(stem(one), ()) and one[0] == other[0]:
        return True  # go and went stand in one group, and so do send and sent
    if stem(one) in KNOWN and stem(other) in KNOWN:
        return False
    return one[0] == other[0] and _distance(one, other) <= (2 if max(len(one), len(other)) >= _LONG else 1)


def _jumbled(word: str) -> bool:
    """Whether it is a word of grammar with two letters exchanged: "teh"."""
    return any(sorted(word) == sorted(free) and _distance(word, free) == 1 for free in FREE)


def _distance(one: str, other: str) -> int:
    """Letters to be changed, added, dropped or exchanged with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            least = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, rows[i - 2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def changes_of_rewording(before: Sequence[str], after: str) -> str:
    """What a text in other words adds to the sentences `before`, loses of them or turns round; empty when nothing."""
    whole = " ".join(before)
    old, new = _stems(whole), _stems(after)
    for word, key in zip(_contents(after), _content_stems(after), strict=True):
        if not any(_related(key, other) for other in old):
            return f"adds “{word}”"
    for sentence in before:
        if fault := _lost(sentence, new):
            return fault
    return _turned(whole, after) or _other_doer(whole, after) or _swapped(whole, after)


def _lost(sentence: str, new: frozenset[str]) -> str:
    words, keys = _contents(sentence), _content_stems(sentence)
    if not words or courteous(sentence):
        return ""
    gone = [(w, k) for w, k in zip(words, keys, strict=True) if not any(_related(k, other) for other in new)]
    carrying = next((word for word, key in gone if key in CARRYING or SAME.get(key, frozenset()) & CARRYING), "")
    if carrying or len(gone) > (1 - KEPT) * len(words):
        return f"loses “{carrying or gone[0][0]}”"
    return ""


@lru_cache(maxsize=1024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _words(text))


def _contents(text: str) -> list[str]:
    return [word for word in _words(text) if len(word) > 1 and word not in FREE and stem(word) not in LIGHT]


def _content_stems(text: str) -> list[str]:
    return [stem(word) for word in _contents(text)]


def _related(one: str, other: str) -> bool:
    """Forms of one word, or two words for the same."""
    if one == other or other in SAME.get(one, ()):
        return True
    if one in KNOWN and other in KNOWN:
        return False
    return min(len(one), len(other)) >= _ROOT and one[:_ROOT] == other[:_ROOT] and abs(len(one) - len(other)) <= _ROOT


def _turned(before: str, after: str) -> str:
    """A duty for a choice, a choice for a duty, or something free that is not so any more."""
    old, new = turns(before), turns(after)
    for said, instead in (("must", "may"), ("may", "must")):
        if said in old and said not in new and instead in new - old:
            return f"says “{instead}” for “{said}”"
    for name in ("free", "before", "after", "until", "except", "only"):
        if (name in old) != (name in new):
            return f"{'loses' if name in old else 'adds'} “{name}”"
    return ""


def _other_doer(before: str, after: str) -> str:
    """We do what you did: "you pay" for "we pay"."""
    old, new = dict(_doers(before)), dict(_doers(after))
    for verb, who in new.items():
        if {old.get(verb, who), who} == {"we", "you"}:
            return f"says “{who} {verb}” for “{old[verb]} {verb}”"
    return ""


def _doers(text: str) -> Iterator[tuple[str, str]]:
    for match in _DOES.finditer(text):
        who = match["who"].casefold()
        yield stem(match["verb"].casefold()), _WHO.get(who, who)


def _swapped(before: str, after: str) -> str:
    """Two words that changed places around a third: "Anna pays Ben" and "Ben pays Anna"."""
    old, new = _content_stems(before), _content_stems(after)
    if len(old) != len(new) or bool(_PASSIVE.search(before)) != bool(_PASSIVE.search(after)):
        return ""
    places = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(places) == 2 and places[1] - places[0] > 1:
        first, second = places
        if (old[first], old[second]) == (new[second], new[first]):
            return f"puts “{old[first]}” in the place of “{old[second]}”"
    return ""


# ------------------------------------------------------------------
# Which words weigh nothing, which say the same, and which may never be dropped. Tighter than
# `core.knowledge.synonyms`, whose groups are for finding: shipped and delivered are near there, not here.


# Words of grammar. Not among them: before, after, off, up, down, out, free, and whatever else turns a sentence round.
FREE = frozenset(
    """a about also although am an and are as at be because been being but by can could did do does doing either else
    for from had has have having he her here hers him his how i i'd i'll i'm i've if in into is it it's its itself just
    let ll me more my now of ok on onto or our ours over per she should shall so some such than that that's the their
    them then there there's these they they're this those though through thus to too until till us ve very was we we'll
    we're we've well were what when where whether which while who whom whose why will with within would yes yet you
    you'll you're you've your yours youre any all each every both not no cannot can't don't doesn't didn't
    isn't wasn't won't
    wouldn't couldn't haven't hasn't aren't weren't must may might need needs needed have only unless except please
    already currently simply hereby therefore however moreover additionally furthermore soon again still even up
    aber als am an auch auf aus bei beim bin bis bitte da dabei dafür damit dann das dass dem den denn der deren
    des dich die
    dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer eines er es falls für gern habe
    haben hast hat hatte hatten hätte hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in innerhalb ins ist
    ja kann können könnte könnten man mein meine mich mir mit muss müssen möchten möchte nicht kein keine keinen keiner
    noch nun nur ob oder ohne schon sein seine seit sich sie sind so sobald sofern soll sollte sollten sondern sowie
    über um und uns unser unsere unserem unseren unserer unter vom von war waren wäre warum was weil weiter wenn
    werde werden
    wer wie wieder wir wird worden wurde wurden würde würden zu zum zur zwar bereits jetzt daher deshalb außerdem darf
    dürfen alle allen aller alles jede jeden jeder
    al como con cuando de del donde el ella ellos en es esta este esto ha han hay hemos la las le les lo los me mi más
    nos nuestra nuestro o para pero por porque puede pueden que qué se ser si sin su sus un una usted y ya yo ya
    au aux avec ce ces cette dans de des du elle en est et être il ils je la le les leur lui ma mais me mes mon ne nos
    notre nous on ou où par pas peut pour pouvez qu que qui sa se ses si son sont sous sur un une vos votre vous y été
    plus""".split()  # noqa: SIM905 - words are read as a text
)
# What is only said around the matter.
_AROUND = frozenset(
    """just quick note inform informed advise confirm confirmed tell told regarding concerning request requested case
    unfortunately fortunately sadly actually basically absolutely looked look looking checked check see seen order
    sir madam customer team news kindly currently order's matter fact able possible easily
    gute nachricht nachrichten
    leider zunächst natürlich mitteilen mitgeteilt bestätigen bestätige hinsichtlich bezüglich anfrage anliegen
    selbstverständlich einfach kurz geprüft prüfen unsererseits möglich""".split()  # noqa: SIM905 - words are read as a text
)
LIGHT = frozenset(stem(word) for word in FREE | KIND | _AROUND)

_GROUPS = """
    get receive reach arrive come obtain
    back return
    send mail
    write contact message reply reach respond answer
    start begin initiate begun started issued process
    parcel package shipment packet
    ship dispatch
    require need necessary
    let inform tell
    show display
    find locate
    look check verify review
    pay paid payment
    price cost costs fee charge
    refund reimburse reimbursement repay money
    buy bought purchase purchased
    order purchase
    cancel terminate cancellation
    broken defective faulty damaged
    phone telephone call
    email mail
    help assist assistance support
    within inside under
    before prior ahead
    after following once
    max maximum most
    business working
    quick fast soon quickly
    delay late delayed
    item product article
    wrong incorrect mistake error
    problem issue trouble
    picture photo image
    attach attached enclose enclosed
    use using apply
    visit open
    choose select pick
    press click tap
    replace replacement
    exchange swap
    restart reboot
    free gratis complimentary
    login log sign signin
    change alter
    go went gone
    send sent
    give gave given
    sell sold
    make made
    keep kept
    hold held
    lose lost
    erhalten bekommen bekommt ankommen ankommt erhält kommt
    erstatten erstattung erstattet rückerstattung zurückerstatten geld
    schicken senden gesendet geschickt zusenden zuschicken
    schreiben melden antworten kontaktieren
    zurück rück zurücksenden zurückschicken rücksendung
    paket sendung päckchen
    bestellung auftrag
    dauern dauert
    kosten preis
    defekt kaputt beschädigt
    brauchen benötigen braucht benötigt
    beginnen begonnen gestartet veranlasst eingeleitet
    karte kreditkarte
    werktage arbeitstage werktagen arbeitstagen
"""
_KEPT = """
    refund keep return cancel pay free ship deliver approve decline reject refuse accept replace exchange repair renew
    delete close open before after off down out never nothing nobody unused unopened unworn undamaged original new first
    last annual monthly business minimum maximum least most proof receipt invoice sealed complete partial half full
    less fewer later earlier buyer seller sender recipient working own expense charge deduct minus
    erstatten behalten zurücksenden stornieren bezahlen kostenlos ungeöffnet ungetragen unbenutzt original neu erste
    bevor vor nach nachdem genehmigt abgelehnt geliefert versandt höchstens mindestens weniger käufer verkäufer
""".split()  # noqa: SIM905 - words are read as a text


def _same() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _GROUPS.strip().splitlines():
        group = frozenset(stem(word) for word in line.split())
        for word in group:
            found[word] = found.get(word, frozenset()) | group
    return found


SAME = _same()
CARRYING = frozenset(stem(word) for word in _KEPT)
"""Words that a shorter text may not drop, however much is left."""
KNOWN = frozenset(SAME) | CARRYING | LIGHT
"""Stems that are no misspellings."""
