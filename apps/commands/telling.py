"""Read what came of it."""

import click


@click.command(short_help="What agents answer to the weekly question.")
@click.option("--weeks", type=click.IntRange(1, 104), default=8, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def pulse(weeks: int, as_json: bool) -> None:
    """What agents answered to “Did the suggestions help you this week?”, newest week first.

    Nobody can see who answered what; of weeks with few answers only their number is told."""
    from apps.pulse.command import tell

    tell(weeks, as_json=as_json)


@click.command(short_help="What the offers of help on the company's pages did.")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def journey(days: int, as_json: bool) -> None:
    """What the offers of help on the company's pages did, by rule, against the visitors who were held out."""
    from apps.journey.command import tell

    tell(days, as_json=as_json)
