"""A call's TwiML, read into the few verbs that the stand-in knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

VERBS = frozenset({"Say", "Gather", "Pause", "Redirect", "Start", "Stop", "Dial", "Hangup", "Reject"})


class TwimlError(ValueError):
    """What Twilio would end a call over: no XML, or a verb in it that is none (error 12100, 12200)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb with its attributes; `lines` are the (language, text) that it says, `target` the text or the nested
    address that it leads to."""

    name: str
    given: dict[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()
    target: str = ""
    noun: dict[str, str] = field(default_factory=dict)


def verbs_of(twiml: str) -> list[Verb]:
    """Raises TwimlError."""
    if not twiml.strip():
        return []
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314 - the answer is Handrail's own
    except ElementTree.ParseError as error:
        raise TwimlError(f"12100: no document ({error})") from error
    if root.tag != "Response":
        raise TwimlError(f"12100: the document begins with {root.tag}")
    return list(_verbs(root))


def _verbs(root: ElementTree.Element) -> Iterator[Verb]:
    for each in root:
        if each.tag not in VERBS:
            raise TwimlError(f"12200: {each.tag} is no verb of a call")
        noun = next((child for child in each if child.tag in ("Number", "Transcription")), None)
        said = [each] if each.tag == "Say" else [child for child in each if child.tag == "Say"]
        yield Verb(
            name=each.tag,
            given=dict(each.attrib),
            lines=tuple((line.get("language", "en-US"), " ".join((line.text or "").split())) for line in said),
            target=((noun.text if noun is not None else each.text) or "").strip(),
            noun=dict(noun.attrib) if noun is not None else {},
        )
