"""E-mail addresses, links and network addresses."""

import ipaddress
import re
from collections.abc import Iterator

from core.privacy.personal import Kind, Span

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-])|\[[0-9A-Fa-f.:]{7,45}\]")
_LONGEST_LOCAL = 64
_OPENING = "'`{|*/=.!?&"

_ENDINGS = (
    "com|org|net|edu|gov|mil|info|biz|app|dev|shop|store|online|site|cloud|tech|example|eu|uk|fr|nl|ch|pl|cz|dk|pt|ie"
    "|ca|au|nz|jp|cn|br|mx|ru|hu|gr|ro|lu|sk|si|hr|lt|lv|ee|bg|tr|il|za|kr|sg|hk|tw|ar|cl|cy|ua|co|io|ai|tv|mt|rs|by"
)
# These are also words: "Thanks.It works" is two sentences without a blank between.
_WORDS = ("at", "be", "de", "es", "fi", "in", "is", "it", "me", "my", "no", "se", "so", "to", "us")
_SITE = re.compile(
    r"(?:visit|site|website|page|domain|url|link|see|shop|open|browse|go to|on|at)[ :]{1,3}\Z", re.IGNORECASE
)
_LINK = re.compile(
    r"(?<![\w@])(?:https?|ftps?|sftp)://[^\s<>|\"“”»]{1,2048}"
    r"|(?<![\w@.])www\.[^\s<>|\"“”»]{1,2048}"
    r"|(?<![\w@.-])(?P<name>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,4})"
    rf"\.(?P<ending>{_ENDINGS}|{'|'.join(_WORDS)})(?![\w@-])(?P<path>/[^\s<>|\"“”»]{{0,2048}})?",
    re.IGNORECASE,
)
_CLOSING = ".,;:!?)]}'’*_"
_IP_4 = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)")
_IP_6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])")
_VERSION = re.compile(
    r"(?:\b(?:version|firmware|release|build|update|software|fw|ver)\b\W{0,2}|\bv\W?)(?:\w{1,6}\W)?\Z", re.IGNORECASE
)


def emails(text: str) -> Iterator[Span]:
    """Found from the @ outwards, so that a long run of letters costs nothing."""
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text, max(0, at - _LONGEST_LOCAL), at)
        host = _HOST.match(text, at + 1, at + 256)
        if local and host:
            start = local.start() + len(local.group()) - len(local.group().lstrip(_OPENING))
            if start < at:
                yield Kind.EMAIL, start, host.end()
        at = text.find("@", host.end() if host else at + 1)


def links(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        if match["name"] and not _is_site(text, match):
            continue
        end = match.start() + len(match.group().rstrip(_CLOSING))
        yield Kind.LINK, match.start(), end


def _is_site(text: str, match: re.Match[str]) -> bool:
    ending, name = match["ending"], match["name"]
    if ending.lower() not in _WORDS or match["path"]:
        return True
    if not ending.islower():
        return False
    before = text[max(0, match.start() - 12) : match.start()]
    return "." in name or "-" in name or _SITE.search(before) is not None


def addresses(text: str) -> Iterator[Span]:
    """IP v4 and v6; four numbers behind "version" are a version."""
    for match in _IP_4.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if _is_ip(match.group()) and not _VERSION.search(before):
            yield Kind.IP, match.start(), match.end()
    for match in _IP_6.finditer(text):
        if _is_ip(match.group()) and len(match.group()) > 3:
            yield Kind.IP, match.start(), match.end()


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
