"""An agent's reply as it is carried to the customer's own channel: in parts where it is long, its files named."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from core.model.conversation import Message
from core.model.customer import Channel, Customer
from core.text.hidden import hidden_email

# The length of one part; it bears its number besides.
LONGEST: Mapping[Channel, int] = {
    Channel.SMS: 1_400,  # characters; Twilio refuses more than 1,600
    Channel.WHATSAPP: 880,  # a template holds 900, and a later part may have to go in one
    Channel.CHAT: 3_500,  # the API takes 4,096
    Channel.MESSENGER: 1_900,  # it takes 2,000
    Channel.INSTAGRAM: 950,  # bytes; it takes 1,000
}
Size = Callable[[str], int]
_ENDS = re.compile(r"(?<=\n)\n*|(?<=[.!?。！？])\s+")
FILE: Mapping[str, str] = {
    "en": "With a file: {files}. You will find it in the e-mail to {email}.",
    "de": "Mit einer Datei: {files}. Sie finden sie in der E-Mail an {email}.",
    "es": "Con un archivo: {files}. Lo encontrará en el correo a {email}.",
    "fr": "Avec un fichier : {files}. Vous le trouverez dans l'e-mail à {email}.",
    "pt": "Com um ficheiro: {files}. Irá encontrá-lo no e-mail para {email}.",
    "ja": "添付ファイル: {files}（{email} 宛てのメールをご確認ください）",
}
LEFT_BEHIND = "Files are not carried to {channel}, and no e-mail address is known: {files}. Send a link instead."


def parts(text: str, channel: Channel) -> tuple[str, ...]:
    """The text in pieces that the channel takes, cut between sentences, else between words; numbered where there are
    several, so that whoever reads them knows their order. Nothing of it is lost."""
    limit = LONGEST[channel]
    size: Size = _bytes if channel is Channel.INSTAGRAM else len
    if size(text) <= limit:
        return (text,)
    pieces = _packed(_pieces(text, limit, size), limit, size)
    return tuple(f"({place}/{len(pieces)}) {piece}" for place, piece in enumerate(pieces, 1))


def _bytes(text: str) -> int:
    return len(text.encode())


def _pieces(text: str, limit: int, size: Size) -> list[str]:
    """Sentences with the space after them; what is too long even so is cut at a word."""
    cuts = [0, *(found.end() for found in _ENDS.finditer(text)), len(text)]
    sentences = [text[start:end] for start, end in pairwise(cuts) if end > start]
    return [piece for sentence in sentences for piece in _cut(sentence, limit, size)]


def _cut(sentence: str, limit: int, size: Size) -> list[str]:
    found: list[str] = []
    while size(sentence) > limit:
        most = limit
        while size(sentence[:most]) > limit:
            most -= 1
        at = sentence.rfind(" ", 1, most) + 1 or most
        found.append(sentence[:at])
        sentence = sentence[at:]
    return [*found, sentence]


def _packed(pieces: Sequence[str], limit: int, size: Size) -> list[str]:
    packed: list[str] = []
    for piece in pieces:
        if packed and size(packed[-1]) + size(piece) <= limit:
            packed[-1] += piece
        else:
            packed.append(piece)
    return [each.strip() for each in packed if each.strip()]


def with_files(comment: Message, customer: Customer, language: str) -> str:
    """The agent's words, and which files came with them: those go by the helpdesk's e-mail, where one is known. The
    phone may be in other hands than the mailbox."""
    if not comment.attachments or customer.email is None:
        return comment.text
    said = FILE.get(language, FILE["en"]).format(files=_named(comment), email=hidden_email(customer.email))
    return f"{comment.text.rstrip()}\n\n{said}"


def note_files_left(comment: Message, customer: Customer, channel: str) -> str:
    """What the agent is told where files reach nobody; empty where none do not."""
    if not comment.attachments or customer.email is not None:
        return ""
    return LEFT_BEHIND.format(channel=channel, files=_named(comment))


def _named(comment: Message) -> str:
    return ", ".join(each.name for each in comment.attachments)
