"""What is being done: bars where somebody looks on, lines where the output goes elsewhere."""

from io import StringIO

from rich.console import Console

from apps.progress import watch_progress
from core.knowledge.library import Step


def test_without_a_terminal_a_line_tells_what_begins_and_every_ten_seconds_how_far_it_is() -> None:
    out, clock = StringIO(), iter([0.0, 3.0, 10.0, 12.0, 20.0, 31.0])
    with watch_progress(Console(file=out), lambda: next(clock)) as watch:
        for step in (
            Step(source="articles", done=0),
            Step(source="articles", done=1, expected=96),
            Step(source="articles", done=40, expected=96),
            Step(source="articles", done=41, expected=96),
            Step(source="web", done=0),
            Step(source="articles", done=97, expected=96),
        ):
            watch(step)
    assert out.getvalue().splitlines() == ["articles …", "articles: 40 of 96 …", "web …", "articles: 97 of 97 …"]


def test_on_a_terminal_each_has_a_bar_and_nothing_of_it_stays() -> None:
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with watch_progress(console) as watch:
        watch(Step(source="articles", done=40, expected=96))
        watch(Step(source="web", done=0))
    said = out.getvalue()
    assert "articles" in said
    assert "web" in said
    assert said.endswith("\x1b[2K")  # the last line is cleared
