"""What customers say of an attempt: that it helped, that it did not, that it is still to come. Lists of words, which a
trained reader of outcomes sees beside the whole (`core.ports.OutcomeReader`)."""

import re

from core.read.rule import compile_pattern

_DOES_IT = (
    r"(?:charges|prints|rings|opens|loads|runs|starts|fits|syncs|heats|cools|appears|shows up|turns on|lights up|moves"
    r"|closes|locks|unlocks|pairs|connects|works|counts|plays|boils|goes through|lets me in)"
)
HELPED = (
    r"(?:it|that|this|everything|all|they|he|she|picture|image|app|hub)? ?(?:now )?(?:works?|worked|is working|is fixed"
    r"|is solved|is sorted|is back online|is online|connects|comes?|stopped|is there|rings|heats)(?: \w+)?"
    r" (?:now|again|fine|perfectly|great|thanks|thank you)|(?:now|finally) (?:it|they|everything|that|he) (?:works?"
    r"|comes?|is (?:fixed|online|fine|back|there)|rings?|connects?|runs?|heats?)|that (?:did it|worked|was it|helped"
    r"|fixed it|solved it|did the trick)|(?:it|this) (?:worked|helped|stopped|did the trick|is fixed|is solved"
    r"|works(?! (?:for a|only|not|until)))|(?:problem|error|fault|alarm|noise|message|issue) (?:is |has "
    r"|seems )?(?:solved|gone)|done the trick|like a charm|(?:stable|fine|good|ok|okay|perfect|great|up|running"
    r"|normal|all) (?:since|now|again|working)|all working|(?:is|are) back,? (?:thanks|cheers)|stay(?:s"
    r"|ed) (?:connected|online|on|up)|läuft (?:wieder|jetzt)|ya va|va bien|all (?:good|fine|set|sorted)(?: now)?|yes!"
    r"|works now"
    r"|(?:it|that|they|he|she|the \w+|my \w+) " + _DOES_IT + r" (?:now|too|as well|all right|properly|like new)|now"
    r" (?:it|that|they|he|she|the \w+) "
    + _DOES_IT
    + r"|\w+ works (?:too|as well)|with (?:the|that|this) \w+ it "
    + _DOES_IT
    + r"|(?:found|got) it|(?:picture|image|it|hub|light) is (?:there|back online|online|blue|green)(?: now| again)?"
    r"|(?:that|this) is the right one|i see it|it went (?:through|well)|success|fixed|solved|sorted"
    r"|das hat (?:geklappt|geholfen|funktioniert)|(?:jetzt|nun) (?:geht|funktioniert|klappt)(?: es)?|(?:es )?(?:geht"
    r"|funktioniert|klappt) (?:jetzt|wieder|nun)|hat geklappt|(?:ya|ahora) (?:funciona|va)|ha funcionado"
    r"|(?:ça|cela) (?:marche|fonctionne)(?: maintenant)?|c'est (?:réglé|bon)"
)
UNHELPED = (
    r"none of (?:that|it|this|them|those) \w+|gone again|waste of time|(?:made|got|getting|gets|is|it's|even) (?:it )?"
    r"worse|(?:exactly )?(?:as|how|like|where) it was(?: before)?|as (?:usual|before)|(?:dropp?\w*|went|goes?|fell"
    r"|cuts?|switched"
    r"|shut) (?:out|down|off|dead)|(?:went|goes|going|carries|keeps) on \w+ing|no good|ohne (?:erfolg|wirkung)|besteht"
    r" (?:weiterhin|noch)|nach wie vor|sin éxito|sans (?:succès|effet)|not (?:fixed|solved|sorted|working|online)"
    r"|(?:didn't|did not|doesn't|does not|hasn't|has not|won't|never)"
    r" (?:\w+ )?(?:help\w*|work\w*|fix\w*|solve\w*|change\w*|do (?:it|anything)|come|start|appear|connect|arrive\w*"
    r"|make a"
    r"|react|respond)|(?:still|again|keeps?|remains?|stays?|continues?) (?:\w+ ){0,2}(?:not|no|the same|\w+ing|offline"
    r"|frozen|silent|empty|black|dead|broken|cold|red|orange|gone|stuck|locked|invalid|refused|there|missing|blank|loud"
    r"|slow|wrong|says?|shows?|hangs|fails?|crashes|nothing)|(?:no|without|zero|little) (?:luck|success|change"
    r"|difference|effect|joy|avail|improvement|result)|(?:not?|nothing|made no) (?:change|changed|difference|happens"
    r"|happened|appears|there|works|worked|helps|helped)|same (?:\w+ )?(?:result|error|problem|issue|thing|message"
    r"|story|fault|outcome|code|as before|again)|(?:is|are|came|comes|it's|was|went) (?:\w+ ){0,2}back(?! (?:online|now"
    r"|to normal))|(?:failed|fails|refused|broken|invalid|ignored|rejected|offline|crashed|crashes|hangs|declined"
    r"|stuck|frozen)(?: \w+)? (?:again|too|as well|also|once more|all the same|either)|also (?:refused|failed|invalid"
    r"|broken|rejected|ignored)|not (?:\w+ )?(?:there|found|here|accepted|possible|available|working|any better)"
    r"|there (?:is|are|was)(?: no|n't| not)|(?:no|not|nothing|none|n't)(?: \w+){0,4} either|all the same|to no avail"
    r"|in vain|useless advice|(?:worked|works|helped) (?:only )?for a|(?:the )?(?:error|problem|fault|issue) persists"
    r"|gives me an error|does nothing|nope|(?:does|did)(?:n't| not) solve|started (?:\w+ing )?again|even worse"
    r"|(?:is|are|was|were|seems?|looks?) (?:\w+ )?(?:broken|offline|empty|black|cold|dead|frozen|silent|locked|blocked"
    r"|refused|invalid|faulty|missing|greyed|disabled|wrong)|(?:beeps?|blinks?|flash(?:es)?|rings?|hangs?|drips?|leaks?"
    r"|runs?) on|hat nichts (?:gebracht|geholfen|geändert)|(?:geht|funktioniert|klappt)(?: \w+){0,3} nicht|immer noch"
    r"|nicht"
    r" geholfen|(?:der )?gleiche (?:fehler|problem)|sigue (?:sin|igual)|no (?:está|funciona|ha funcionado|sirve"
    r"|aparece)|lo mismo|toujours (?:pas|rien|le même)|ne (?:marche|fonctionne) (?:toujours )?pas|pas mieux|aucun"
    r" changement"
)
# What was asked for is so already: the advice was no use.
SO_ALREADY = (
    r"(?:is|are|was|were|have been|has been) (?:already |all |both |set |turned )?(?:right|correct|fine|ok|okay|dry"
    r"|on|off"
    r"|allowed|enabled|charged|granted|full|new|good|up to date|current|updated|clean|tight|plugged in|connected|active"
    r"|automatic|open|at (?:maximum|full))|already (?:did|done|tried|checked|on|off|have|had)|(?:i|we) (?:have"
    r"|had) (?:one"
    r"|that|this|the (?:newest|latest))|was (?:out|in|on|off|done) already|ist (?:schon|bereits|doch)|ya (?:está"
    r"|lo hice)"
    r"|c'est déjà"
)
PENDING = (
    r"(?:i'll|i will|we'll|will|let me|going to|gonna) (?:\w+ )?(?:try|do|test|check|report|see|look|get back|call"
    r"|have a look)|haven't|have not|hadn't|didn't have (?:the )?time|(?:one|just a|give me a) (?:moment|minute"
    r"|second|sec)|not at home|trying(?: it)?|will report"
    r"|tonight|tomorrow|this evening|later|(?:restarting|updating|trying|doing|charging|downloading|installing)(?: it)?"
    r" (?:now|right now|at the moment)|so far|in a (?:bit|minute|moment)|how do i|which one|what (?:comes|is) next"
    r"|morgen"
    r"|probiere ich|versuche ich|mañana|lo probaré|demain|je vais essayer"
)
# What is plainly still to come, though words of failure stand beside it.
LATER = (
    r"(?:i'll|i will|we'll|let me|i'm going to|gonna|can only) (?:\w+ )?(?:try|do|test|check|report|see|look|get|have)"
    r"|haven't (?:\w+ )?(?:tried|had|done|got|been able)|have not (?:tried|had|done)|not at home|will report"
    r"|didn't have"
)
WHAT_ELSE = re.compile(
    r"\bwhat (?:else|now)\b|\b(?:any other|more|other) (?:ideas?|suggestions?|tips?)\b", re.IGNORECASE
)
PLEASED = re.compile(
    r"^\W*(?:great|perfect|brilliant|super|awesome|excellent|wonderful|prima|toll|perfecto|parfait)\b"
    r"|\b(?:thanks|thank you|cheers|danke|gracias|merci)\W*$",
    re.IGNORECASE,
)
RELAPSED = re.compile(r"\b(?:again|back|for an?|until|but (?:now|then|after|only)|and (?:now|then))\b", re.IGNORECASE)
DENIED = re.compile(
    r"(?<!\w)(?:not|n't|no|nothing|none|neither|never|still|same|either|too|as well|error|wrong|fail\w*|again"
    r"|nicht|kein\w*|immer noch|nada|tampoco|rien|aucun\w*)(?!\w)|n't\b",
    re.IGNORECASE,
)


def stated_outcome(words: str) -> bool | None:
    """Whether the words say plainly that it helped, or that it did not; None where they say neither."""
    plain = words.replace("’", "'")
    failed = compile_pattern(UNHELPED).search(plain)
    helped = compile_pattern(HELPED).search(plain)
    if helped and not (failed and RELAPSED.search(plain, helped.start())) and not _negated(helped, failed):
        return True
    return False if failed and not compile_pattern(LATER).search(plain) else None


def _negated(helped: re.Match[str], failed: re.Match[str] | None) -> bool:
    """ "It never worked" has the words of both; the one that begins first has the other in it."""
    return failed is not None and failed.start() <= helped.start() < failed.end()
