"""Try it without customers: the demo, stories, training, a file of conversations."""

import sys
from pathlib import Path

import click


@click.command(short_help="Try it on this machine, the vendors played by a sandbox.")
@click.option("--check", is_flag=True, help="Play the story without a person; exit 0 only if every step is seen.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo(check: bool, port: int | None, web_port: int | None, folder: Path) -> None:
    """Everything on this machine, the vendors played by a sandbox: play all four roles in a browser."""
    from apps.demo.command import play

    sys.exit(play(folder, check=check, port=port, web_port=web_port))


@click.command(short_help="Play stories that a person can read, and check every step.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "listed", is_flag=True, help="Only say which stories there are.")
@click.option("--demo", "in_demo", is_flag=True, help="With real processes (queue, sandbox, web, workers) for each.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/stories"), show_default=True)
def play(files: tuple[Path, ...], listed: bool, in_demo: bool, folder: Path) -> None:
    """Play stories: people write and act at the vendors' side, and after each step everything is checked.

    Without FILES, those of tests/scenarios/stories. Exit code: 0 when every story went as it must."""
    from apps.stories.command import list_stories, play_files

    if listed:
        list_stories(files)
    else:
        sys.exit(play_files(files, folder, in_demo=in_demo))


@click.command(short_help="Practise on simulated tickets with the real sidebar.")
@click.option("--report", is_flag=True, help="Print how everybody did so far; starts nothing.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/train"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="With --report: one JSON object.")
def train(report: bool, port: int | None, web_port: int | None, folder: Path, as_json: bool) -> None:
    """Practise on simulated tickets with the real sidebar, the vendors played by a sandbox, and see how it went."""
    from apps.train.command import practise, report_results

    sys.exit(report_results(folder, as_json=as_json) if report else practise(folder, port=port, web_port=web_port))


@click.command(short_help="Run the loop over a file of conversations; nothing is sent.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--knowledge", type=click.Path(exists=True, path_type=Path), help="Articles: JSONL, or a folder.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where decisions go; default: stdout.")
@click.option(
    "--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Default: a starter policy."
)
@click.option("--intents", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Intents with examples.")
@click.option("--style", default="", help="The style card. Default: the one that comes along.")
@click.option(
    "--learned", type=click.Path(dir_okay=False, path_type=Path), help="What `eval answers --write` has written."
)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("var/cache"), show_default=True)
def run(
    file: Path,
    knowledge: Path | None,
    out: Path | None,
    policy: Path | None,
    intents: Path | None,
    style: str,
    learned: Path | None,
    cache: Path,
) -> None:
    """Run the loop over a file of conversations, without network; nothing is sent."""
    from apps.run.command import run_file

    sys.exit(
        run_file(
            file,
            knowledge=knowledge,
            out=out,
            policy=policy,
            intents=intents,
            style=style,
            learned=learned,
            cache=cache,
        )
    )
