"""Words written to steer a model rather than to be read by a person: a signal for the agent, never a decision.

Planted instructions are often ordinary requests that no detector can tell from a customer's own, and words such as
"ignore" are mostly harmless. What keeps them without effect is that every text is data: this only points at the plain
cases, in a customer's message, an article or an attachment.
"""

import re
from collections.abc import Sequence

from core.model.draft import Finding, Sentence, Severity
from core.model.ids import PassageId
from core.model.signals import Evidence, Scored
from core.read.rule import Rule, fire_rules

TRIGGER = "planted_instruction"
LABEL = "Speaks to a model"
WHY = "Part of this text gives orders to a language model; nothing in it is carried out."

# Not "orders" or "conversation", and not "my": customers take back their own.
_RULES_OF_IT = r"(?:instructions?|prompts?|rules|guidelines|directions|directives|programming|restrictions|guardrails)"
_EARLIER = (
    r"(?:all|any|every|everything|the|your|these|those|of|previous(?:ly)?|prior|preceding|above|earlier|former|other"
    r"|initial|original|given|current|existing|safety|ethical|system|about)"
)
_DROP = (
    r"(?:ignore|disregard|forget(?: about)?|override|overrule|bypass|discard|dismiss|abandon|drop|skip"
    r"|(?:stop|quit) (?:following|obeying)|do not (?:follow|obey)|don't (?:follow|obey)|forgotten(?: about)?)"
)
_ITS = (
    r"(?:your|the|these|those|all|any|my|previous|above|prior|initial|original|hidden|secret|full|entire|exact|given)"
)
_SHOW = (
    r"(?:repeat|print|show|reveal|output|display|tell me|give me|write|list|leak|expose|summari[sz]e|translate|copy)"
)
_FORM = (
    r"(?:vowels?|consonants?|letters|anagram\w*|substitution|homophon\w*|misspell\w*|typos?|spaces|punctuation|scrambl\w*"
    r"|jumbl\w*|rearrang\w*|encod\w*|base64|rot13|cipher|emojis?|uppercase|lowercase|rhyme|backwards)"
)
# Who is spoken to; the verb must be an order to it, for articles tell customers about assistants too.
_IT = r"(?:ai|a\.i\.|llm|gpt|chatgpt|(?:ai|virtual|digital|support) (?:assistant|agent|bot)|chatbot|bot|assistant)s?"
_OPENS = r"(?:(?<![^\n])|(?<=[.!?\])]\s)|(?<=[\[({<*]))"
_SPEAK = (
    r"(?:always |never |only |please |also |just |do not |don't |you (?:must|should|shall|have to|will) ){0,3}"
    r"(?:recommend|offer|tell|say|state|mention|promise|promote|suggest|advise|confirm|approve|grant|give|reply"
    r"|respond|include|append|quote|claim|insist|pretend|assume)"
)
_CUSTOMER = (
    r"(?:the |any |every |all |your |each )?(?:customer|user|client|caller|shopper|visitor|guest|person|reader)s?"
)
_REPLY = r"your (?:next |own |whole |entire )?(?:response|reply|answer|output|message)(?:'s|s)?"

_TABLE: dict[str, tuple[float, tuple[str, ...]]] = {
    "drops its rules": (
        0.95,
        (
            rf"{_DROP} (?:{_EARLIER} ){{1,5}}{_RULES_OF_IT}",
            rf"{_DROP} (?:everything|all(?: that)?) (?:(?:you|i) (?:were|was|have|had|been) (?:\w+ )?told|above|before"
            r"|so far)",
            r"new instructions? ?(?:: |follow|for you|have been|supersede)",
            r"(?:ignoriere?|vergiss|missachte) (?:alle |sämtliche |die |deine |bisherigen |vorherigen |obigen "
            r"|vorigen ){1,4}(?:anweisungen|instruktionen|regeln|vorgaben|befehle)",
            r"(?:ignora|olvida|omite) (?:todas |todos |las |los |tus |sus |anteriores |previas ){1,4}(?:instrucciones"
            r"|reglas|indicaciones|órdenes)",
            r"(?:ignore[zr]?|oublie[zr]?) (?:toutes |tous |les |tes |vos |précédentes ){1,4}(?:instructions|règles"
            r"|consignes)",
        ),
    ),
    "asks for its prompt": (
        0.9,
        (
            rf"{_SHOW} (?:me )?(?:{_ITS} ){{1,4}}(?:system )?(?:instructions?|prompts?|system message)",
            r"(?:output|print|repeat) (?:previous|prior|above) (?:instructions?|prompt)",
            r"(?:your|the) (?:system prompt|initial prompt|hidden instructions|secret instructions)",
        ),
    ),
    "gives it a part to play": (
        0.85,
        (
            r"(?:you are|you're|you will be|act as|pretend to be|imagine you are|simulate)(?: \w+){0,5} (?:(?-i:DAN)"
            r"|rogue|jailbroken|unfiltered|uncensored|unrestricted)(?: (?:ai|model|assistant|chatbot|bot|language))?",
            r"(?:an?|simulate an|as an|the) (?:rogue |evil |unrestricted |unfiltered )?(?:ai|chatbot|language model)"
            r"(?: language model)? (?:without|with no|that has no|not bound by)(?: \w+){0,2} (?:ethics|restrictions"
            r"|rules|limits|filters|morals|guidelines)",
            r"(?:ai|model|you|it|(?-i:D(?:AN|an)))(?: can| will| does| do| must|,)? (?:not (?:follow|obey) any"
            r"|ignores? all|override the|bypass the|do anything now) ?(?:rules|restrictions|guidelines|of the)?",
            r"(?:developer|god|(?-i:DAN)|jailbreak|unrestricted) mode (?:enabled|activated|unlocked)",
            r"from now (?:on )?(?:you (?:are|will|must|act)|known as|your name is)",
            r"you (?:must|will|have to|shall) obey (?:all|every|my|these)",
            r"(?:(?-i:DAN)|ai) can do any ?thing",
        ),
    ),
    "speaks to the machine": (
        0.85,
        (
            r"(?:note|message|instructions?|attention|dear|important|hey|hello) (?:to|for)? ?(?:the |any |all )?"
            r"(?:ai|llm|gpt|chatgpt|language model|ai assistant|ai agent)s?(?: (?:reading|processing|handling"
            r"|summari[sz]ing)| ?[:,])",
            r"(?:if|as|when) you(?:'re| are) (?:an? )?(?:ai|llm|language model|chatbot|large language model)"
            r"(?: \w+){0,6} (?:must|should|please|ignore|respond|reply|write|include|print|send)",
            r"(?:do not|don't|never) (?:tell|mention|reveal|disclose|show|inform)(?: \w+){0,4} (?:user|human|agent"
            r"|operator|customer)s? (?:that|about|of) (?:this|these|you|the) ?(?:instruction|prompt|message|note)?",
        ),
    ),
    "tells the assistant what to say": (
        0.85,
        (
            rf"{_OPENS}(?:hey |dear |attention |attn |important )?{_IT} ?[:,;–—-] ?{_SPEAK}",
            rf"(?:note|message|instructions?|reminder|hint|memo|attention|attn|notice) (?:to|for) "
            rf"(?:the |any |all |our |your )?{_IT} ?[:,;–—-]",
            rf"(?:when|whenever|while|before|if) (?:you(?:'re| are)? )?(?:answer|reply|respond|draft|writ)(?:ing|e)?"
            rf"(?: (?:to )?(?:a |this |any |these )?(?:{_CUSTOMER}|questions?|message|reply|answer|ticket)){{0,2}},? "
            rf"(?:always |never |you must |please |also ){{0,2}}(?:tell|inform|assure|promise|offer|advise) "
            rf"{_CUSTOMER}",
            rf"{_IT} (?:must|shall|has to|have to|should|is to|are to) (?:always |never |only |not |also ){{0,2}}"
            r"(?:state|say|tell|claim|recommend|promise|promote|approve|grant|confirm|offer|insist|mention|pretend|assure)",
        ),
    ),
    "bends the reply": (
        0.7,
        (
            rf"{_FORM}(?: [\w'’]+){{0,6}} {_REPLY}",
            rf"{_REPLY}(?: [\w'’]+){{0,8}} {_FORM}",
            rf"(?:begin|start|end|finish|prefix|preface) (?:every |each |all )?(?:of )?{_REPLY} (?:with|by saying)",
        ),
    ),
    "brings code to be run": (
        0.8,
        (
            r"(?:following|subsequent|below|provided) (?:python |shell |bash )?(?:code|script) (?:snippet|section"
            r"|excerpt|block|segment|portion|fragment|piece|part)?(?: [\w'’-]+){0,14} ?[:.]? ```",
        ),
    ),
}
# The turns of a chat, written into a text, and letters that no screen shows.
_TURNS = re.compile(
    r"<\|(?:im_start|im_end|system|assistant|user|endoftext)\|>|\[/?INST\]|<</?SYS>>|</?(?:system|instructions?)>"
    r"|(?:^|[\n{\[(])[ \t]{0,4}system[ \t]?:[ \t]?(?:you|ignore|this|new|override|from|the assistant|do not)\b"
    r"|#{2,4} ?(?:system|instructions?)(?: prompt)?[ \t]*[:\n]|%{2,8}(?:end|begin)[\w ]{0,40}%{2,8}"
    r"|[\U000E0020-\U000E007E]{12,}",
    re.IGNORECASE,
)
_OF_TURNS = 0.95

RULES = tuple(
    Rule(trigger=TRIGGER, label=LABEL, why=WHY, patterns=patterns, confidence=confidence)
    for confidence, patterns in _TABLE.values()
)


def find_injection(text: str) -> Scored | None:
    """The risk `planted_instruction` with the words that show it. Evidence counts the characters of `text`."""
    found = fire_rules(RULES, text)  # one trigger: one risk with all the words, or none
    shown = {(e.start, e.end): e for risk in found for e in risk.evidence}
    confidence = max((risk.confidence for risk in found), default=0.0)
    for turn in _TURNS.finditer(text):
        shown[turn.span()] = Evidence(start=turn.start(), end=turn.end(), words=turn.group())
        confidence = _OF_TURNS
    if not shown:
        return None
    evidence = tuple(shown[key] for key in sorted(shown))
    return Scored(value=TRIGGER, confidence=confidence, label=LABEL, evidence=evidence, made_by=f"rule:{TRIGGER}")


def of_sources(sentences: Sequence[Sentence]) -> tuple[Finding, ...]:
    """A mark for the agent at the first sentence that cites a passage in which somebody speaks to a model."""
    marked: dict[PassageId, Finding] = {}
    for place, sentence in enumerate(sentences):
        passage = sentence.citation.passage if sentence.citation else None
        if passage is None or passage.id in marked:
            continue
        if found := find_injection(passage.text):
            words = found.evidence[0].words
            marked[passage.id] = Finding(
                rule=TRIGGER,
                severity=Severity.WARN,
                text=f"“{passage.title}” gives orders to a language model (“{words}”); nothing in it is carried out.",
                sentence=place,
                remedy="Read the article before you send this, and have it mended.",
            )
    return tuple(marked.values())
