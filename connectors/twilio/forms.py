"""WhatsApp's approved forms (Twilio: content templates): which one a text goes in when free words are not taken."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import RejectedError
from core.model.outbound import Occasion, Outgoing

# No codes of Twilio's: we did not even ask.
NO_FORM = "no_template"
TOO_LONG = "too_long"
APPROVED = "approved"
ASKED_FOR = 600.0  # seconds for which a template's approval is believed
LONGEST = 900  # characters of the text in a template: WhatsApp takes 1,024 with what stands around it
SID = re.compile(r"HX[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A template whose only variable is the text. `occasion` and `language` say what it is for."""

    sid: str
    occasion: Occasion
    language: str


def read_forms(text: str) -> tuple[Form, ...]:
    """`reply.en=HX…, notice.de=HX…, follow_up.en=HX…`; empty for none.

    Raises:
        ValueError: an entry is not of this form, or names one thing twice.
    """
    forms = [_form(entry.strip()) for entry in text.split(",") if entry.strip()]
    if len({(form.occasion, form.language) for form in forms}) < len(forms):
        raise ValueError("an occasion and language may have one template")
    return tuple(forms)


def _form(entry: str) -> Form:
    name, _, sid = entry.partition("=")
    occasion, _, language = name.strip().partition(".")
    known = {each.value for each in Occasion}
    if occasion not in known or not re.fullmatch(r"[a-z]{2}", language) or not SID.fullmatch(sid.strip()):
        raise ValueError(f"{entry!r} is not like reply.en=HX… with one of {', '.join(sorted(known))}")
    return Form(sid=sid.strip(), occasion=Occasion(occasion), language=language)


class Forms:
    """Chooses the form of a message. `approval` asks what WhatsApp says of a template by its sid."""

    def __init__(
        self, forms: tuple[Form, ...], approval: Callable[[str], str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._forms = forms
        self._approval = approval
        self._clock = clock
        self._known: dict[str, tuple[float, str]] = {}

    def content(self, outgoing: Outgoing) -> Mapping[str, str]:
        """What fills the form for this message.

        Raises:
            RejectedError: there is none for its occasion and language, or WhatsApp has not approved it (`no_template`);
                or it does not hold the whole text (`too_long`).
        """
        found = [form for form in self._forms if form.language == outgoing.language]
        ordered = sorted(found, key=lambda form: form.occasion is not outgoing.occasion)
        usable = [form for form in ordered if form.occasion in (outgoing.occasion, Occasion.REPLY)]
        for form in usable:
            if self._state(form.sid) == APPROVED:
                return {"content_sid": form.sid, "content_variables": fill(outgoing.body)}
        why = "is not approved" if usable else f"in {outgoing.language!r} is set up"
        raise RejectedError(
            f"WhatsApp takes no free words any more, and {'the' if usable else 'no'} template for a "
            f"{outgoing.occasion.replace('_', ' ')} {why}",
            code=NO_FORM,
        )

    def _state(self, sid: str) -> str:
        asked, state = self._known.get(sid, (0.0, ""))
        if state and self._clock() - asked < ASKED_FOR:
            return state
        state = self._approval(sid) or "unsubmitted"
        self._known[sid] = (self._clock(), state)
        return state


def fill(body: str) -> str:
    """The variables of a form as JSON."""
    text = flat(body)
    if len(text) > LONGEST:
        raise RejectedError(f"a template holds {LONGEST} characters, and this is {len(text)}", code=TOO_LONG)
    return json.dumps({"1": text}, ensure_ascii=False)


def flat(body: str) -> str:
    """The text as it stands in a form, whose variable holds neither line breaks nor runs of blanks."""
    return " ".join(body.split())
