"""Speaking with the person who installs: what was found, what will be done, what is missing."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import click

from apps.install.plan import CHANGING, Kind, Step
from apps.setting_types import Setting

DONE = {
    Kind.CREATE: "created",
    Kind.CHANGE: "changed",
    Kind.KEEP: "kept",
    Kind.REMOVE: "removed",
    Kind.RESTORE: "restored",
    Kind.SAVE: "saved",
    Kind.PERSON: "you",
}
NOTHING = "(nothing)"
WIDTH = max(map(len, [*Kind, *DONE.values()]))


def _aside(line: str) -> None:
    click.echo(line, err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`asks`: whether there is a person to ask; `sure`: whether what is planned may be done without asking."""

    asks: bool
    sure: bool = False
    out: Callable[[str], None] = click.echo
    err: Callable[[str], None] = _aside

    def say(self, line: str) -> None:
        self.out(line)

    def warn(self, line: str) -> None:
        self.err(line)

    def step(self, step: Step, *, done: bool) -> None:
        word = DONE[step.kind] if done else step.kind.value
        self.say(f"  {word:<{WIDTH}}  {step.what}")
        for what, before, after in step.changes:
            change = after if step.kind is Kind.CREATE else f"{before or NOTHING} → {after or NOTHING}"
            if change:
                self.say(f"  {'':<{WIDTH}}    {what}: {change}")

    def ask_to_agree(self, steps: Iterable[Step]) -> bool:
        """Whether the plan may be carried out; asked only where something changes and somebody can answer."""
        if self.sure or not self.asks or not any(step.kind in CHANGING for step in steps):
            return True
        return click.confirm("Do this now?", default=True)

    def answer(self, setting: Setting, hint: str = "", default: str = "") -> str:
        """A setting, asked until it has the form that it must have; secrets are not shown."""
        words = hint or setting.help
        while True:
            text = click.prompt(
                f"{setting.key} – {words}\n>",
                hide_input=setting.secret,
                default=default or None,
                prompt_suffix=" ",
                err=setting.secret,
            ).strip()
            problem = setting.problem(text)
            if not problem:
                return str(text)
            self.warn(f"  That cannot be it: {problem}.")


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
