"""`handrail style check`: every deviation of a text from the style card, by line and column."""

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from apps.style_file import read_style
from core.answer.guard import Setting, deviations
from core.answer.style import FALLBACK, StyleCard
from core.errors import ConfigurationError
from core.model.draft import Finding

LONGEST = 200_000  # characters of a text


@click.command()
@click.argument("text")
@click.option(
    "--card",
    default="",
    metavar="FILE",
    help="The style card. Default: the one that HANDRAIL_STYLE names, else the one that comes along.",
)
@click.option("--brand", default="", metavar="NAME", help="The brand whose part of the card counts. Default: none.")
@click.option("--language", default=FALLBACK, metavar="CODE", show_default=True, help="The language of the text.")
@click.option(
    "--intent", default="", metavar="INTENT", help="What the message is about: some lines are required for some."
)
@click.option("--part", is_flag=True, help="The text is part of a message: greeting and closing are not looked for.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def check(text: str, card: str, brand: str, language: str, intent: str, part: bool, as_json: bool) -> None:
    """Name every deviation of TEXT (a file, or the text itself) from the style card.

    Exit code 0 when there is none, 1 when there is one, 2 when something cannot be read."""
    style = _card(card, brand)
    said = _read(text)
    found = deviations(
        said, style=style, setting=Setting(language=language, intent=intent, brand=brand, rules=style.rules)
    )
    if part:
        found = tuple(finding for finding in found if finding.rule not in ("no_greeting", "no_closing"))
    click.echo(_json(found, style) if as_json else "\n".join(_as_lines(said, found)))
    sys.exit(1 if found else 0)


def _card(path: str, brand: str) -> StyleCard:
    card = read_style(path or os.environ.get("HANDRAIL_STYLE", ""), company=os.environ.get("HANDRAIL_COMPANY", "us"))
    if brand and brand not in card.brands:
        known = ", ".join(sorted(card.brands)) or "none"
        raise ConfigurationError(f"the style card has no brand {brand!r}; it has {known}")
    return card.of(brand)


def _read(text: str) -> str:
    """The file of that name, or the words themselves. Something that looks like a path must be there."""
    path = Path(text) if len(text) < 1000 and "\n" not in text else None
    if path is not None and path.is_file():
        said = path.read_text(encoding="utf-8", errors="replace")
    elif path is not None and " " not in text.strip() and ("/" in text or path.suffix in (".txt", ".md")):
        raise ConfigurationError(f"there is no file {text}")
    else:
        said = text
    if not said.strip():
        raise ConfigurationError("there is nothing to check: the text is empty")
    if len(said) > LONGEST:
        raise ConfigurationError(f"the text has {len(said):,} characters; {LONGEST:,} are read at most")
    return said


def _as_lines(text: str, found: Sequence[Finding]) -> list[str]:
    if not found:
        return ["The text is as the style card has it."]
    lines = [f"{_place(text, one):>9}  {one.rule}: {one.text} {one.remedy}".rstrip() for one in found]
    return [*lines, f"{len(found)} deviation{'s' if len(found) > 1 else ''}."]


def _place(text: str, finding: Finding) -> str:
    """`line:column` as editors count them; `message` for what concerns the whole."""
    if finding.span is None:
        return "message"
    before = text[: finding.span[0]]
    return f"{before.count(chr(10)) + 1}:{finding.span[0] - (before.rfind(chr(10)) + 1) + 1}"


def _json(found: Sequence[Finding], card: StyleCard) -> str:
    rows = [dataclasses.asdict(finding) for finding in found]
    return json.dumps({"card": card.version, "deviations": rows}, indent=2, ensure_ascii=False)
