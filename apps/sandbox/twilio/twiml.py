"""The little of TwiML that answers a text."""

from xml.etree import ElementTree


def twiml_messages(answer: str) -> list[str]:
    """The texts of the `<Message>` verbs in a TwiML answer; none when it is not TwiML."""
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314 - the answer is Handrail's own
    except ElementTree.ParseError:
        return []
    return [" ".join("".join(verb.itertext()).split()) for verb in root.iter("Message")]
