"""The sentence that the policy wants in every answer about an intent."""

from dataclasses import replace

from core.model.draft import Draft, Finding, Sentence, SentenceKind, Severity
from core.model.signals import Signals
from core.policy.values import Policy

RULE = "policy_disclaimer"


def disclaimed(draft: Draft, signals: Signals, policy: Policy) -> Draft:
    """The draft with the policy's sentences for its sure intents, before everything that it states.

    They are in the policy's one language. A draft in another does not get them but a finding that blocks it: a person
    says it in the customer's language."""
    wanted = {
        intent.value: policy.disclaimers[intent.value]
        for intent in signals.intents
        if intent.value in policy.disclaimers and intent.confidence >= policy.confidence_intent
    }
    missing = {intent: text for intent, text in wanted.items() if text not in draft.body}
    if not missing or not draft.states:
        return draft
    if draft.language != policy.language:
        return replace(draft, findings=(*draft.findings, *(_missing(text) for text in missing.values())))
    return replace(draft, sentences=_with(draft.sentences, missing, policy.version))


def _with(sentences: tuple[Sentence, ...], missing: dict[str, str], version: str) -> tuple[Sentence, ...]:
    place = next(at for at, sentence in enumerate(sentences) if sentence.kind is not SentenceKind.COURTESY)
    paragraph = sentences[place].paragraph
    added = [
        Sentence(
            text=text,
            kind=SentenceKind.RECORD,
            paragraph=paragraph + at,
            record=f"policy {version}: said in every answer about {intent.replace('_', ' ')}",
        )
        for at, (intent, text) in enumerate(missing.items())
    ]
    after = [replace(s, paragraph=s.paragraph + len(added)) for s in sentences[place:]]
    return (*sentences[:place], *added, *after)


def _missing(text: str) -> Finding:
    return Finding(
        rule=RULE,
        severity=Severity.BLOCK,
        text=f"The policy wants this said, and has it in no other language: “{text}”",
        remedy="Say it in the customer's language.",
    )
