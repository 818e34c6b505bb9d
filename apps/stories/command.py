"""`handrail play`: stories, played on a stage in this process and told step by step."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from apps.stories.in_demo import open_in_demo
from apps.stories.in_process import open_in_process
from apps.stories.runner import PEOPLE_DO, WORLD_DOES, StepResult, StoryResult, play
from apps.stories.script import Story, next_beginning, read_story
from apps.stories.stage import Company, Stage, find_company
from core.errors import ConfigurationError

Opening = Callable[[Path, Company, datetime], AbstractContextManager[Stage]]
STORIES = Path("tests/scenarios/stories")
COMPANIES = "companies"  # beside the folder of the stories


def read_stories(files: Iterable[Path]) -> list[Story]:
    """Raises ConfigurationError where one cannot be read as a story."""
    return [read_story(path, PEOPLE_DO, WORLD_DOES) for path in files]


def files_in(folder: Path) -> list[Path]:
    """Raises ConfigurationError where there is none."""
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise ConfigurationError(f"there are no stories in {folder}: name the files")
    return found


def list_stories(files: Sequence[Path]) -> None:
    console = Console(highlight=False)
    for story in read_stories(files or files_in(STORIES)):
        mark = " [yellow](cannot pass yet)[/yellow]" if story.missing else ""
        console.print(f"[bold]{story.path}[/bold]{mark}\n  {escape(story.title)}", soft_wrap=True)


def play_files(files: Sequence[Path], folder: Path, *, in_demo: bool = False) -> int:
    """In this process, or `in_demo` in the demo's own. Exit code: 0 when every story went as it must."""
    console = Console(highlight=False)
    stories = read_stories(files or files_in(STORIES))
    opened: Opening = open_in_demo if in_demo else open_in_process
    played = [play_on_fresh_stage(opened, story, folder, console) for story in stories]
    wrong = [each for each in played if not each.passed]
    console.print(f"{len(played) - len(wrong)} of {len(played)} stories went as they must.")
    return 1 if wrong else 0


def play_on_fresh_stage(opened: Opening, story: Story, folder: Path, console: Console) -> StoryResult:
    """On a fresh stage, told while it is played."""
    where = find_company(story.company, story.path.parent.parent / COMPANIES)
    console.print(f"\n[bold]{escape(story.title)}[/bold]  ({story.path.name}, {where.name})", soft_wrap=True)
    with opened(folder, where, next_beginning(story.begins, datetime.now(UTC))) as stage:
        played = play(story, stage, lambda seen: _print_step(console, seen))
    _print_end(console, played)
    return played


def _print_step(console: Console, seen: StepResult) -> None:
    given = "" if seen.step.given is None else f": {seen.step.given}"
    line = " ".join(f"{seen.step}{given}".split())
    console.print(f"  [green]✓[/green] {escape(line)}  [dim]{seen.seconds:.1f} s[/dim]", soft_wrap=True)


def _print_end(console: Console, played: StoryResult) -> None:
    story = played.story
    if played.wrong:
        where = f"{played.at.number}. {played.at}" if played.at else "at the end"
        colour = "yellow" if story.missing else "red"
        console.print(f"  [{colour}]✗ {escape(where)}[/{colour}]: {escape(played.wrong)}", soft_wrap=True)
        console.print(f"    [dim]Decided last: {escape(played.last)}[/dim]", soft_wrap=True)
    if story.missing:
        told = "Cannot pass yet" if played.wrong else "It passes now: take its `missing` off"
        console.print(f"  {told}: {escape(story.missing)}", soft_wrap=True)
    elif not played.wrong:
        console.print(f"  All {len(played.seen)} steps were seen, and every check held after each.")
