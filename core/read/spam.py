"""Offers to the company that nobody asked for. Careful on purpose: a customer taken for spam is never answered."""

from core.model.signals import Scored
from core.read.rule import Rule, fire_rules
from core.read.similarity import references

TRIGGER = "spam"
LABEL = "Looks like spam"
WHY = "This looks like an offer to the company and not like a customer; it is set aside for review."
SURE = 0.9

# What is offered …
_OFFER = Rule(
    trigger="offer",
    label=LABEL,
    why=WHY,
    patterns=(
        r"(?:seo|search engine optimi[sz]ation|back ?links?|guest posts?|link building|domain authority|google rank\w*"
        r"|(?:first|1st|top) (?:page|position|spot|of) (?:of|on|in) google|organic traffic|website traffic"
        r"|lead generation|qualified leads|b2b leads|(?:email|mailing|contact|attendees?) (?:list|database)s?"
        r"|web(?:site)? (?:design|redesign|development|audit)|mobile app development|software development (?:team"
        r"|company)|virtual assistants?|off ?shore (?:team|developers)|merchant cash|business (?:loan|funding|capital)"
        r"|crypto(?:currency)? (?:investment|trading)|forex|bitcoin investment|casino|social media (?:management"
        r"|followers|marketing)|ppc|digital marketing|influencer (?:campaign|marketing)|wholesale price list"
        r"|promotional products|explainer videos?|instagram followers)",
        r"(?:inheritance|lottery|late (?:husband|client|father)'s fund|next of kin|million (?:us )?dollars|atm card"
        r"|compensation fund|unclaimed (?:fund|asset|money))",
        r"(?:your )?(?:mailbox|e-?mail account|domain|hosting|web ?mail) (?:is |will be |has )?(?:\w+ )?(?:full"
        r"|suspended|expir\w+|deactivated|terminated|over quota|limit)",
    ),
)
# … and the manner of somebody who sells and has never bought.
_PITCH = Rule(
    trigger="pitch",
    label=LABEL,
    why=WHY,
    patterns=(
        r"(?:we|i) (?:can|could|will|would|are able to) (?:\w+ )?(?:help you|increase|boost|improve|rank|grow|double"
        r"|triple|optimi[sz]e|provide you|offer you|get you|put your)|(?:i|we) (?:came|stumbled|was) (?:across|on|upon"
        r"|looking (?:at|through|over)|browsing|visiting) your (?:web ?site|site|page|store|profile|company)"
        r"|(?:we are|i am|i'm|we're|my name is"
        r" [\w ]{2,30} (?:and i am|from|with)) (?:an? )?(?:\w+ ){0,3}(?:agency|company|expert|consultant|specialist"
        r"|provider|freelancer|firm|team)|our (?:services|packages|prices start|experts|clients include|portfolio)"
        r"|(?:quick|short|15[- ]minute|10[- ]minute) (?:call|chat|demo)|interested in (?:our|buying|acquiring"
        r"|purchasing) (?:\w+ ){0,3}(?:service|services|list|leads|database|links)?|would you be interested"
        r"|free (?:audit"
        r"|quote|consultation|proposal|sample)|(?:reply|respond) (?:with|to get|for) (?:\w+ ){0,3}(?:price|pricing"
        r"|details|proposal|quote)|for your (?:website|business|company|site|brand|team)|affordable (?:price|rate"
        r"|cost)s?",
        r"(?:click|follow|log ?in|verify|confirm|re-?activate|update)(?: \w+){0,6} (?:link|below|here|account|password"
        r"|mailbox|credentials)",
        r"(?:contact|reply to) me (?:urgently|privately|directly|at once|for more details)|strictly confidential"
        r"|your (?:full name|bank (?:details|account))",
    ),
)


def spam(text: str) -> Scored | None:
    """The risk `spam`: an offer and the manner of a pitch together, and no sign of a customer's own matter."""
    offered, pitched = fire_rules((_OFFER,), text), fire_rules((_PITCH,), text)
    if not offered or not pitched or _is_customer(text):
        return None
    spans = sorted((*offered[0].evidence, *pitched[0].evidence), key=lambda e: e.start)
    grounds = len({e.words.casefold() for e in spans})
    return Scored(
        value=TRIGGER,
        confidence=min(SURE, 0.5 + 0.1 * grounds),
        label=LABEL,
        evidence=tuple(spans),
        made_by="rule:spam-2",
    )


_CUSTOMER = Rule(
    trigger="customer",
    label="",
    why="",
    patterns=(
        r"(?:my|our) (?:\w+ )?(?:order|thermostat|hub|doorbell|sensor|camera|device|subscription|parcel|refund|invoice"
        r"|plan|delivery|app|heating|purchase)|i (?:bought|ordered|purchased|own|have an account)|(?:is|was) this"
        r" (?:mail|message|e-?mail|text)(?: really)? (?:from|by) you|i (?:got|received) (?:a|this|the|an) (?:mail"
        r"|e-?mail"
        r"|message|text|letter|call)|did you (?:send|write)",
        r"(?:bought|ordered|purchased)(?: \w+){0,3} (?:from|off|with) you|(?:can't|cannot|can not|couldn't|could not"
        r"|unable to|not able to) (?:log|sign|get) ?in|(?:it|they|which|that|order|parcel|package|products?|items?)"
        r" (?:(?:has|have|had|never|just|only|all) ){0,2}arrived|arrived (?:broken|damaged|late|empty|incomplete|today"
        r"|yesterday)|(?:on|in) your app|i (?:have |'ve )?(?:clicked|tapped|followed)",
    ),
)


def _is_customer(text: str) -> bool:
    return bool(references(text) and "order" in text.casefold()) or bool(fire_rules((_CUSTOMER,), text))
