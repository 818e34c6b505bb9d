"""Which words weigh nothing, which say the same, and which may never be dropped.

Tighter than `core.knowledge.synonyms`, whose groups are for finding: shipped and delivered are near there, not here.
"""

from core.answer.reword.kind import KIND
from core.text.stems import stem

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
