"""Inputs made odd: a genuine one in which a few places hold something that its sender never writes there."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

WORDS = (
    *(
        "",
        " ",
        "\x00",
        "\n",
        "\u2028",
        "\ud83d",
        "\ufeff",
        "²",
        "١",
        "ﬀ",
        "😀",
        "\u202eabc",
        "a" * 3_000,
        "-",
        "-1",
        "0",
    ),
    *("1e400", "-1e400", "nan", "Infinity", "9" * 400, "9" * 5_000, "0x10", "1_000", "null", "true", "[]", "{}", "[1]"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z", "2026-11-21", "24:00", "١٢:٠٠"),
    *(
        "../../etc/passwd",
        "http://[",
        "http://127.0.0.1:9/",
        "javascript:alert(1)",
        "%",
        "%ff",
        "{0}",
        "{a.b}",
        "\\",
        '"',
    ),
    *(
        "<script>",
        "<!--",
        "]]>",
        "&amp;#0;",
        "&#xd800;",
        "*" * 200,
        "[" * 200,
        "{" * 200,
        "- " * 50,
        "&a [*a]",
        "!!x y",
    ),
)
NUMBERS = (0, -1, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.5, -0.0, 1e308, 5e-324)


def deep(depth: int, within: Any = None) -> Any:
    found = within
    for level in range(depth):
        found = [found] if level % 2 else {"a": found}
    return found


def odd_value(random: Random) -> Any:
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: random.choice((True, False)),
        lambda: random.choice(NUMBERS),
        lambda: random.choice(WORDS),
        lambda: random.choice(([], {}, [[]], [{}], {"": ""}, [None], {"id": None}, {"type": []})),
        lambda: [random.choice(WORDS), random.choice(NUMBERS)],
        lambda: deep(random.choice((3, 70, 900))),
    )
    return random.choice(kinds)()


def mutate(data: bytes, random: Random) -> bytes:
    """Another input near this one, of the same grammar where it has one."""
    if random.random() < 0.1:
        return _bytes(data, random)
    for changed in (_json, _first_line, _form):
        found = changed(data, random)
        if found is not None:
            return found
    return _text(data, random)


def _json(data: bytes, random: Random) -> bytes | None:
    if data[:1] not in (b"{", b"["):
        return None
    try:
        value = json.loads(data)
        for _ in range(random.choice((1, 1, 2, 4))):
            value = _changed(value, random)
        return json.dumps(value).encode()
    except (ValueError, RecursionError):
        return None


def _changed(value: Any, random: Random) -> Any:
    places = list(_places(value))
    if not places:
        return odd_value(random)
    holder, key = random.choice(places)
    wish = random.random()
    if wish < 0.15:
        del holder[key]
    elif wish < 0.25 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif wish < 0.25:
        holder[random.choice(WORDS)] = holder[key]
    elif wish < 0.35:  # from another place
        other, name = random.choice(places)
        holder[key] = json.loads(json.dumps(other[name]))
    else:
        holder[key] = odd_value(random)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list):
            for key, inner in each.items() if isinstance(each, dict) else enumerate(each):
                yield each, key
                waiting.append(inner)


def _first_line(data: bytes, random: Random) -> bytes | None:
    """`WORD address` on a line of its own, and what it carries below: a request to the sidebar."""
    head, line, body = data.partition(b"\n")
    if not line or not head.startswith((b"GET ", b"POST ")):
        return None
    if random.random() < 0.7:
        return head + line + mutate(body or b"{}", random)
    method, _, address = head.partition(b" ")
    path, _, query = address.partition(b"?")
    parts = path.split(b"/")
    if random.random() < 0.5:
        parts[random.randrange(len(parts))] = quote(_word(random), errors="replace").encode()
    else:
        query = _form(query or b"a=b", random) or b""
    return method + b" " + b"/".join(parts) + (b"?" + query if query else b"") + line + body


def _form(data: bytes, random: Random) -> bytes | None:
    if b"=" not in data[:60] or b"\n" in data:
        return None
    try:
        pairs = parse_qsl(data.decode(), keep_blank_values=True)
    except ValueError:
        return None
    if not pairs:
        return None
    place = random.randrange(len(pairs))
    name, value = pairs[place]
    wish = random.random()
    if wish < 0.1:
        del pairs[place]
    elif wish < 0.2:
        pairs.append((name, value))
    elif value[:1] in ("{", "[") and wish < 0.9:
        pairs[place] = name, (_json(value.encode(), random) or b"").decode()
    else:
        pairs[place] = name, _word(random)
    return urlencode(pairs, errors="replace").encode()


def _word(random: Random) -> str:
    return str(random.choice(WORDS if random.random() < 0.8 else NUMBERS[:6]))


def _text(data: bytes, random: Random) -> bytes:
    """A line or a word of a text."""
    text = data.decode("utf-8", "replace")
    lines = text.split("\n")
    place = random.randrange(len(lines))
    wish = random.random()
    if wish < 0.1:
        del lines[place]
    elif wish < 0.2:
        lines.insert(place, random.choice(lines))
    elif wish < 0.6 and ":" in lines[place]:
        lines[place] = f"{lines[place].partition(':')[0]}: {_word(random)}"
    elif wish < 0.7:
        lines[place] = "  " + lines[place]
    else:
        cut = random.randrange(len(lines[place]) + 1)
        lines[place] = lines[place][:cut] + _word(random) + lines[place][cut + random.choice((0, 1, 5)) :]
    return "\n".join(lines).encode("utf-8", "replace")


def _bytes(data: bytes, random: Random) -> bytes:
    cut = random.randrange(len(data) + 1)
    wish = random.random()
    if wish < 0.3:
        return data[:cut]
    if wish < 0.6:
        return data[:cut] + bytes([random.randrange(256)]) + data[cut + 1 :]
    return data[:cut] + random.randbytes(random.randrange(1, 9)) + data[cut:]
