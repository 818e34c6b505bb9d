"""Turning round in a procedure: back to the question before, and the word afterwards that it did not help."""

import re
from dataclasses import replace

from core.model.progress import Outcome, Progress, Taken
from core.policy.procedures import Procedure, StepKind

BACK = "back"
_BACK = re.compile(
    r"\W*(?:(?:please )?(?:go )?back(?: please| one step)?|previous(?: question| step)?|zurück|einen schritt zurück"
    r"|atrás|volver|retour|revenir|voltar|戻る)\W*",
    re.IGNORECASE,
)
_NO_HELP = re.compile(
    r"(?<!\w)(?:(?:that|this|it) (?:did not|didn't|does not|doesn't|has not|hasn't) (?:help|work|fix)\w*"
    r"|no (?:luck|change)"
    r"|still (?:not|does|offline|the same|broken)|(?:happens|happening|offline|broken|same) again|it is back"
    r"|hat (?:leider )?nicht (?:geholfen|funktioniert)|geht (?:immer )?(?:noch )?nicht"
    r"|no (?:ha )?(?:servido|funcion\w+|ayud\w+)"
    r"|(?:cela|ça) n'a pas (?:aidé|marché|fonctionné)|(?:ça )?ne (?:marche|fonctionne) (?:toujours )?pas"
    r"|não (?:ajudou|funciono\w*|resolveu))(?!\w)|解決し(?:ません|ていません)|直りません",
    re.IGNORECASE,
)


def went_back(procedure: Procedure, progress: Progress, words: str) -> Progress | None:
    """The question before once more, with what was answered since forgotten. None where the words ask for no such
    thing; the first question stays where it is."""
    if not _BACK.fullmatch(words.replace("’", "'")):
        return None
    names = {step.id: step for step in procedure.steps if step.kind is StepKind.ASK}
    asked = [taken.step for taken in progress.taken if taken.kind == StepKind.ASK and taken.step in names]
    path = _without_returns(progress, asked)
    here = names.get(path[-2] if len(path) > 1 and path[-1] == progress.at else path[-1]) if path else None
    if here is None:
        return replace(progress, say=progress.say[-1:], booking=None)
    later = set(path[path.index(here.id) :])
    forgotten = {names[step].into or step for step in later} | {progress.at}
    known = {k: v for k, v in progress.known.items() if k not in forgotten and k.partition(".")[0] not in forgotten}
    noted = Taken(step=here.id, kind=BACK, what=here.text, result="asked again: the customer went back")
    return replace(
        progress,
        at=here.id,
        known=known,
        taken=(*progress.taken, noted),
        say=(here.text,),
        choices=(),
        wants=(),
        asked_twice=False,
        booking=None,
    )


def _without_returns(progress: Progress, asked: list[str]) -> list[str]:
    """The questions up to the open one, each once: whoever went back twice goes on from there."""
    path = list(dict.fromkeys(asked))
    return path[: path.index(progress.at) + 1] if progress.at in path else path


def did_not_help(progress: Progress, words: str) -> Progress | None:
    """The procedure in a person's hands, with everything that was done, where it had come to its good end and the
    customer says afterwards that it did not help."""
    if progress.outcome is not Outcome.DONE or not _NO_HELP.search(words.replace("’", "'")):
        return None
    reason = "The procedure came to its end, and the customer says that it did not help after all."
    return replace(progress, outcome=Outcome.PERSON, at="", say=(), choices=(), booking=None, reason=reason)
