"""`handrail intents propose TICKETS`: intents from what customers wrote, for a person to name and weed."""

from pathlib import Path

import click
import yaml

from apps.intents.groups import ALIKE, SEARCHED, Group, grouped
from apps.intents.tickets import texts_of

SHOWN = 15  # examples of an intent
LEFT_OVER = 10  # examples of what fits no group


@click.command()
@click.argument("tickets", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--alike", type=click.FloatRange(0.3, 0.95), default=ALIKE, show_default=True, help="Higher: finer groups."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
@click.option("--cache", type=click.Path(path_type=Path), default=Path("var/cache"), show_default=True)
def propose(tickets: Path, alike: float, out: Path | None, cache: Path) -> None:
    """Group a history of tickets (JSON Lines or CSV) into intents with examples, as the YAML that HANDRAIL_INTENTS
    names. The names are the words that set a group apart: change them. Personal data is taken
    out as far as its form tells it: a name that nothing marks as one may stay, so read before you share."""
    from apps.bootstrap.classifiers import encoder_of

    texts = texts_of(tickets)
    cache.mkdir(parents=True, exist_ok=True)
    if len(texts) > SEARCHED:
        click.echo(f"Groups are sought in {SEARCHED:,} of {len(texts):,} tickets; the others join them.", err=True)
    groups, left = grouped(texts, encoder_of(cache).encode(texts), alike)
    written = _written(groups, left, len(texts))
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_text(written, encoding="utf-8")
    inside = sum(len(group.texts) for group in groups)
    click.echo(
        f"{len(groups)} intents hold {inside:,} of {len(texts):,} tickets; {len(left):,} are left over", err=True
    )


def _written(groups: list[Group], left: list[str], total: int) -> str:
    parts = [f"# Proposed from {total:,} tickets. Rename, merge and weed before use.", "intents:"]
    if not groups:
        parts[-1] = "intents: []"
    for group in groups:
        row = {
            "name": group.name,
            "label": group.name.replace("_", " ").capitalize(),
            "examples": list(group.texts[:SHOWN]),
        }
        parts.append(f"# {len(group.texts):,} tickets")
        parts.append(yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=1_000).rstrip())
    parts.append(f"# {len(left):,} tickets fit no group, for example:")
    parts += [f"#   {' '.join(text.split())}" for text in left[:LEFT_OVER]]
    return "\n".join([*parts, ""])
