"""What a plan says in a call: short and speakable, and what the call does after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.consent.opt_outs import withdrawn
from core.execute.planning import Planning
from core.knowledge.sentences import sentence_spans
from core.model.customer import Channel
from core.model.decision import Action
from core.model.draft import Draft, SentenceKind
from core.model.outbound import Effect, EffectKind
from core.procedure.verify_identity import COMPOSER as PROVING
from core.text.call_verification import said_aloud
from core.text.call_words import LINES, line
from core.text.speech import brief, links

RULE = "call"  # the standing approval of the fixed words
NOTICE = "handoff_notice"
THROUGH, END, LINK, CODE = "through", "end", "link", "code"
MOST_OF_NOTICE = 4  # sentences: what cannot be done, who takes over, when
MOST_OF_PROCEDURE = 5


def spoken_plan(plan: Planning, effects: Sequence[Effect]) -> list[Effect]:
    """The plan for a caller; any other plan as it is. A caller hears something after every turn of theirs, unless a
    person has the conversation, or gets it with this turn: where nothing is said of that, the call is put through
    without a word. What waits for the calendar is heard when the calendar has answered."""
    if plan.latest.channel is not Channel.VOICE:
        return list(effects)
    made = [_on_the_call(plan, effect) for effect in effects]
    over = plan.case.conversation.owner.is_human or plan.decision.disposition.action is Action.HANDOFF
    silent = not over and not any(map(_speaks, made))
    return [*made, *(_fixed(plan) if silent else ())]


def _speaks(effect: Effect) -> bool:
    return effect.kind is EffectKind.APPOINTMENT or _to_the_call(effect.kind, effect.payload)


def _to_the_call(kind: str, payload: Mapping[str, Any]) -> bool:
    return kind == EffectKind.MESSAGE and payload["channel"] == Channel.VOICE


def _on_the_call(plan: Planning, effect: Effect) -> Effect:
    payload = effect.payload
    if effect.kind is EffectKind.APPOINTMENT:
        rows = [
            {**row, "payload": _said(plan, row["payload"])} if _to_the_call(row["kind"], row["payload"]) else row
            for row in payload["said"]
        ]
        gone = str(payload["gone"]).partition("\n\n")[0]  # below it stands what to write for a person
        return replace(effect, payload={**payload, "said": rows, "gone": brief(_sentences(gone))})
    if _to_the_call(effect.kind, payload):
        return replace(effect, payload=_said(plan, payload, effect.authority.rule))
    return effect


def _said(plan: Planning, written: Mapping[str, Any], rule: str = "") -> dict[str, Any]:
    payload, body = dict(written), str(written["body"])
    payload.pop("choices", None)
    draft = plan.decision.draft
    if rule == NOTICE and plan.decision.disposition.action is Action.HANDOFF:
        text, on_call = brief(_sentences(body), MOST_OF_NOTICE), THROUGH
    elif draft is not None and draft.composer == PROVING:
        text, on_call = said_aloud(_answer(draft), _language(plan)), CODE
    elif draft is not None:
        text, on_call = _answer(draft), LINK if _texted(plan, draft) else ""
    else:
        text, on_call = brief(_sentences(body)), ""
    payload |= {"body": text, "on_call": on_call, "language": _language(plan)}
    if "then" in payload and "note" in payload["then"]:
        payload["then"] = {**payload["then"], "note": str(payload["then"]["note"]).replace(body, text)}
    payload |= {"links": list(_links(draft))} if on_call == LINK and draft is not None else {}
    return payload


def _answer(draft: Draft) -> str:
    sentences = [s.text for s in draft.sentences if s.kind is not SentenceKind.COURTESY]
    return brief(sentences or [draft.body], MOST_OF_PROCEDURE if draft.composer == "procedure" else 3)


def _links(draft: Draft) -> tuple[str, ...]:
    return links([citation.passage.url or "" for citation in draft.cited])


def _texted(plan: Planning, draft: Draft) -> bool:
    """Whether there is a page to send, a number to send it to, and nobody there who wants no texts."""
    customer = plan.case.customer
    return bool(_links(draft)) and customer.phone is not None and not withdrawn(customer, Channel.SMS)


def _fixed(plan: Planning) -> Iterator[Effect]:
    """Nobody asked anything yet, or nobody asks anything more."""
    language, address = _language(plan), plan.case.reply_to or plan.latest.address
    if not address:
        return
    done = plan.decision.disposition.action is Action.SILENT
    payload: dict[str, Any] = {
        "channel": Channel.VOICE,
        "body": line("goodbye" if done else "offered", language),
        "ai_generated": True,
        "language": language,
        "on_call": END if done else "",
    }
    yield plan.effect(EffectKind.MESSAGE, RULE, address, payload, RULE)


def _language(plan: Planning) -> str:
    """As the call is heard: a text in another language would be read aloud as if it were this one."""
    draft = plan.decision.draft
    spoken = draft.language if draft is not None else plan.language
    return spoken if spoken in LINES else "en"


def _sentences(text: str) -> list[str]:
    flat = " ".join(text.split())
    return [flat[start:end] for start, end in sentence_spans(flat, 0, len(flat))]
