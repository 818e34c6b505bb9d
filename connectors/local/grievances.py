"""Turns of phrase by which customers show a grievance, or that it is over: what no lexicon of single words has."""

import re

import numpy as np

from core.ports import Vector

_TIME = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|evenings?|weeks?|months?|years?)"
_COUNT = r"(?:\d+|an?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|several|many|ages|countless)"
_TURNS = {
    "repeated": r"(?:\b(?:second|third|fourth|fifth|sixth|seventh|2nd|3rd|\d+th|umpteenth|last|every|another|same)"
    r" (?:single )?(?:time|day|week|month|message|e-?mail|call|attempt|replacement|technician|fault|error"
    r"|problem|game"
    r"|update|evening|silence)\b|\b(?:yet )?again\b|\b(?:two|three|four|five|six|seven|\d+) (?:times|people|calls"
    r"|e-?mails|messages|tickets|attempts|different)\b|\btwice\b|\bin a row\b|\bkeeps? \w+ing\b"
    r"|\bhow many (?:more )?times"
    r"|\bonce more\b|\bdozen\b|\bover and over\b)",
    "waiting": rf"(?:\bstill (?:waiting|no|not|nothing|haven't|hasn't|isn't|broken|paying|the same)\b"
    rf"|\bwait(?:ed|ing)\b"
    rf"|\b(?:for|since|after|in|took|takes|day|week|over|been) (?:over |more than |almost )?{_COUNT}(?: more| full)?"
    rf" ?{_TIME}?\b|\bon hold\b|\bhung up\b|\bqueue\b|\bchas(?:e|ing)\b)",
    "ignored": r"\b(?:nobody|no one|no-one|not (?:one|a single)|never (?:came|called|rang|showed|answered"
    r"|replied|got|again)"
    r"|no (?:reply|answer|response|explanation|apology|reaction|news|warning)|without (?:an?y? )?(?:answer"
    r"|warning|notice"
    r"|asking|apology|a word|telling)|ignor(?:e|ed|es|ing)|unanswered|nothing (?:happens|happened|works|but"
    r"|has changed)"
    r"|didn't (?:show|come|call|care|bother|ring)|not listening|passed (?:around|from|on))\b",
    "promised": r"\b(?:promis(?:e|ed|es|ing)|(?:was|were|been) (?:told|assured|promised)|you (?:said|told|say"
    r"|claim(?:ed)?)"
    r"|supposed to|guarantee[ds]?|agreed|assured|advertised|should have been|expected)\b",
    "indignant": r"(?:\b(?:seriously|honestly|frankly|really think|how hard|how dare|how is (?:that|this|it)"
    r"|what kind of"
    r"|what (?:exactly )?am i paying|why (?:should|am|do|would|must) i (?:have|pay|paying|wait|need|still|even)"
    r"|do you even"
    r"|are you even|even reading|is (?:there )?any(?:one|body)|at all|when (?:exactly )?(?:will|were|are) you|so now"
    r"|and (?:you|now|nobody|still)|what do i have to|who checks|ashamed|unbelievable|speechless)\b|\?\?|!\?|\?!|!!)",
    "blame": r"\byou(?:'ve| have| people)?(?: \w+)? (?:lost|charged|sold|took|take|broke|ruined|cut|blocked"
    r"|deleted|closed"
    r"|keep|refuse|cancelled|changed|overcharged|locked|made me|made us|owe|call (?:this|that)|wasted|failed"
    r"|lied|let|send"
    r"|never|can't|won't|don't|did(?:n't| not)|shared|had my|want me)\b|\byour (?:mistake|error|fault|outage"
    r"|broken|failure"
    r"|excuses?|incompetence|silence)\b|\b(?:insult|rude|laughed|shrugged|lied|liars?|thie(?:f|ves)|robbery"
    r"|con\b|rip-?off)",
    "mocking": r"\b(?:thanks? (?:a lot |you )?for (?:nothing|closing|ruining|losing|wasting|locking|making me"
    r"|letting me wait"
    r"|not)|thanks to your|congratulations|well done|how (?:convenient|generous|nice|reassuring|lovely|kind"
    r"|thoughtful)"
    r"|love how|nice (?:try|of you to)|great job|good job|bravo|lucky me|impressive|what a (?:coincidence|joke"
    r"|surprise"
    r"|waste)|yeah right|of course|exactly what i needed|typical|apparently|top marks|valued customer|hilarious"
    r"|guess what)\b",
    "leaving": r"\b(?:never again|last time|elsewhere|somewhere else|money back|i'm done|i give up|forget it"
    r"|stay away"
    r"|zero stars|one star|review|recommend (?:you|this|it)? ?to no|cannot recommend|regret|competitors?"
    r"|switch(?:ing)?"
    r"|enough|fed up|sick of|tired of|had it|patience|losing|worst)\b",
    "harmed": r"\b(?:lost|ruined|wasted|waste|crying|cried|scared|afraid|worried|hurt|embarrass\w*|humiliat\w*"
    r"|fool|idiot"
    r"|upset|nightmare|stress\w*|sleep|birthday|wedding|holiday|flood(?:s|ed)?|cold all|took? (?:the|a) day off"
    r"|day off|standing|stood|slept|missed|stuck|stranded|ill|miss my)\b",
    "but": r"\b(?:but|although|though|yet|even though|instead|except|only to|shame)\b",
    "asking": r"^(?:(?:hi|hello|hey|good (?:morning|evening|afternoon))\b[\w ]*[,.!]* )?(?:how (?:do|can|long"
    r"|much|many|far|old)"
    r"|can (?:i|you|we|the|it)|could (?:i|you|we)|where (?:can|is|do|are)|what (?:is|are|does|do|time|happens)"
    r"|which|who do|when"
    r" (?:is|does|do|can|will)|is (?:it|there|the|my)|are (?:there|the|you)|do (?:you|i|we)|does (?:the|it)"
    r"|i(?:'d| would)"
    r" (?:like|need)|i(?:'m| am) (?:looking|interested|calling)|please|i (?:need|want) to)\b",
    "stating": r"\b(?:shows?|displays?|says|appears?|blinks?|blinking|offline|code|error \w?\d+|number|attached"
    r"|serial|model"
    r"|since (?:the|this|yesterday)|after the (?:last )?update|order \w*\d+|invoice|as discussed"
    r"|for your information)\b",
    "thanking": r"\b(?:thank(?:s| you)|thx|tysm|ty|ta|cheers|appreciat\w*|grateful|kudos|compliments?|praise"
    r"|pass on)\b",
    "solved": r"(?:\b(?:fixed|solved|resolved|sorted|(?:is|all|so) (?:gone|stable|settled)|no longer|no more"
    r"|(?:it |everything |that |which )?(?:works?|working|worked|runs?|running)(?: \w+)? (?:now|again|perfectly"
    r"|great|smoothly"
    r"|like|a treat|fine|first)|works!|all (?:good|set|done)|back (?:to normal|on|in my)|did the trick"
    r"|that worked|made my"
    r" (?:day|week)|saved|rescued|arrived safe|turned (?:it|up|around)|exactly what i (?:needed|wanted|was looking)"
    r"|(?:got|received|have) (?:my|the|it|them) (?:money |parcel |order )?(?:back|already|now|today)|at last"
    r"|finally (?:a|some"
    r"|the|it|my)|came (?:early|overnight|at last)|put(?:ting)? (?:it )?right|won me back"
    r"|without (?:any )?(?:fuss|me even"
    r"|asking twice)|no (?:fuss|drama|hassle|charge|questions asked))\b|!!! finally)",
    "praised": r"\b(?:(?:nothing|no) (?:to )?(?:complain|complaints?|but praise|fault|problems? at all)"
    r"|couldn't (?:fault|be happier"
    r"|have asked|do enough)|can't (?:fault|thank you enough|praise|wait to)|never (?:let|failed|disappoint"
    r"|had such|thought i'd"
    r"|expected)|hats off|above and beyond|credit (?:to|where)|five[- ]stars?|\d+/10|will (?:order|be back"
    r"|recommend|stay|come"
    r"|buy|definitely)|i'll (?:definitely|be back|stay)|(?:better|faster|quicker|sooner|easier|earlier) than"
    r"|so (?:kind|nice|glad"
    r"|happy|relieved|pleased|grateful|patient|helpful|quick|easy|fast|good)|relie(?:f|ved)|worth|thrilled"
    r"|impressed|delighted"
    r"|pleasure|pleasant\w*|legends?|star|gem|gold|bless|hug|kept (?:your|his|her|its) (?:word|promise)"
    r"|took (?:the|her|his) time"
    r"|the way you|how (?:quick|fast|friendly|easy|well)\w*|your (?:colleague|agent|team|technician|driver"
    r"|engineer|staff) (?:\w+"
    r" )?(?:was|were|is|found|knew|stayed|took|explained|fixed|made)|please (?:thank|tell|pass)|good (?:news"
    r"|job|work))\b",
    "once": r"\b(?:(?:was|were|had been) (?:angry|furious|fuming|annoyed|worried|upset|sceptical|skeptical"
    r"|afraid|wrong|ready to"
    r"|about to|stressed|panicking|nervous|dreading)|after (?:weeks|days|months|hours|all|a|the|two|three)"
    r"|at first|used to"
    r"|expected|i (?:nearly|almost)|had given up|despite|in the end|yesterday|earlier|bumpy|sorry (?:for|i was"
    r"|about))\b",
    "later": r"\b(?:in advance|i'll (?:try|wait|send|check|let)|let me (?:know|check)|would be (?:great|nice)"
    r"|hope you"
    r"|happy to (?:send|provide))\b",
    "unsolved": r"\b(?:doesn't|does not|didn't|did not|isn't|won't|can't|never|not|no|nothing|none|neither|nor)\b",
}
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _TURNS.values())
TURNS = tuple(_TURNS)
_READ = 5000


def turns(text: str) -> Vector:
    """Shape (len(TURNS),): how often each kind of phrase occurs, at most twice."""
    plain = text[:_READ].replace("’", "'").strip()
    counts = [min(2, sum(1 for _ in pattern.finditer(plain))) for pattern in _PATTERNS]
    return np.array(counts, dtype=np.float32)
