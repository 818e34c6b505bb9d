"""Signs that a text did what somebody planted in a message or an article told it to do."""

import re
from collections.abc import Iterator

from core.model.draft import Finding, Severity

_LEAKED = re.compile(
    r"(?<!\w)(?:(?:my (?:system )?|the system |these are my )(?:prompt|instructions) (?:is|are|say|says|tell"
    r"|reads?|was|were)\b"
    r"|system prompt|as an? (?:ai|large)(?: language)? model|i (?:have been|was|am) (?:instructed|programmed"
    r"|told) (?:to|not to|that)"
    r"|ignor(?:e|ing) (?:all |my |the )?(?:previous|prior|earlier|above) (?:instructions|rules)|developer mode"
    r"|jailbr\w+|dan mode"
    r"|(?:i am|i['’]m) now (?:acting|in|a|an|free)|(?:new|updated) instructions|<\/?(?:passage|customer|system"
    r"|instructions?)\b"
    r"|\[(?:system|inst|/inst)\]|numbered passages|here (?:is|are) (?:the|my) (?:hidden|secret|internal)"
    r"|meine anweisungen lauten|mis instrucciones son|mes instructions sont)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:say|reply|answer|respond|write|print|output|include|add|append|insert|begin|start|end|finish|repeat|use"
    r"|tell (?:him|her"
    r"|them|the customer|everyone)|schreib\w*|antworte\w*|sag\w*|escrib\w+|respond\w+|écri\w+|répond\w+)\b"
    r"[^\n\"“”'«»‘’:]{0,40}"
    r"[:\s]*[\"“'«‘](?P<words>[^\"“”'«»‘’\n]{3,120})[\"”'»’]",
    re.IGNORECASE,
)
# What a customer wants said in capitals needs no quotation marks: "Say PWNED", "reply only with HACKED".
_SHOUTED = re.compile(
    r"(?<!\w)(?i:say|repl(?:y|ies)|answer|respond|write|print|output|include|append|repeat|schreib\w*|sag\w*|antworte\w*"
    r"|escrib\w+|di|écri\w+|dis)"
    r"(?i: (?:only|just|exactly|nothing but|with|the word|nur|mit|con|avec|solo|this)){0,3}[: ]\s*"
    r"(?P<words>[A-Z][A-Z\d_]{3,}(?: [A-Z\d_!]{2,}){0,8})(?!\w)"
)
_SHAPE = re.compile(
    r"```|^\s*[\[{]\s*\"|<script\b|<img\b|<iframe\b|!\[[^\]]*\]\(|[A-Za-z0-9+/]{60,}={0,2}", re.IGNORECASE
)
_PAYS = re.compile(
    r"(?<!\w)(?:(?:buy|send|pay|purchase)(?: (?:us|me|it|with|by|in|using|a|an|two|some)){0,3}"
    r" (?:gift (?:cards?|vouchers?)"
    r"|(?:itunes|google play|apple|amazon|steam|paysafe|vanilla|razer|xbox|playstation)[- ]?(?:gift )?"
    r"(?:cards?|vouchers?|codes?|credit)|bitcoin|crypto\w*)"
    r"|(?:install|download) (?:anydesk|teamviewer|quicksupport|remote[- ]control)|wire (?:the )?(?:money|funds)"
    r"|transfer (?:the )?(?:money|funds|amount) to)(?!\w)",
    re.IGNORECASE,
)


def find_obeyed_instructions(text: str, *, source: str = "", customer: str = "") -> Iterator[Finding]:
    """Our instructions told, words put into the draft's mouth, code for text, money sent astray."""
    for pattern, told in (
        (_LEAKED, "Speaks of its own instructions"),
        (_SHAPE, "Is no plain text"),
        (_PAYS, "Sends money or control astray"),
    ):
        for match in pattern.finditer(text):
            if match.group().casefold() not in source.casefold() and not _warns(text, match):
                yield _finding(match.start(), match.end(), told, text)
    for shouted in _SHOUTED.finditer(customer):
        place = text.find(shouted["words"])
        if place >= 0 and shouted["words"] not in source:
            yield _finding(place, place + len(shouted["words"]), "Says what a quoted text told it to say", text)
    said = text.casefold()
    for asked in _ASKED.finditer(f"{customer}\n{source}"):
        words = asked["words"].strip().casefold()
        place = said.find(words)
        if place >= 0 and not _is_label(source, asked, words):
            yield _finding(place, place + len(words), "Says what a quoted text told it to say", text)


def _warns(text: str, match: re.Match[str]) -> bool:
    return (
        re.search(r"\b(?:never|not|n['’]t|nobody|nie|nunca|jamais)\b[^.!?]{0,40}$", text[: match.start()], re.I)
        is not None
    )


def _is_label(source: str, asked: re.Match[str], words: str) -> bool:
    """An article may say: write "PERSON" to reach one of us."""
    return asked.start() > 0 and asked.group() in source and words in source.casefold()


def _finding(start: int, end: int, told: str, text: str) -> Finding:
    return Finding(
        rule="injected_instruction",
        severity=Severity.BLOCK,
        text=f"{told}: “{text[start:end][:80]}”.",
        span=(start, end),
        remedy="Take it out and answer the question itself.",
    )
