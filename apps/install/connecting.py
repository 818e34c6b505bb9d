"""Connecting a vendor: ask for what is missing, try it, keep it, plan, carry the plan out, keep what was found. And
disconnecting it: take back what connecting made, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.install.place import BY_KEY, Place
from apps.install.plan import CHANGING, Book, Kind, Step
from apps.install.talk import Talk
from apps.install.vendors import HINTS, SLACK_APP, USUAL, VENDORS, Connection, Vendor, Wish
from apps.settings import Settings
from apps.toml_file import read_toml
from core.errors import ConfigurationError, HandrailError

if TYPE_CHECKING:
    from apps.bootstrap import Container
    from apps.install.slack import SlackAppConnection


LAST = "handrail sync, then handrail up; while it runs, handrail doctor"
LATER = "(known once it is there)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    place: Place
    talk: Talk
    wish: Wish
    dry_run: bool = False

    def all(self, names: Sequence[str]) -> int:
        """Connect these vendors; what fails at one does not hold up the others. The exit code.

        Raises ConfigurationError, before anything is done, for what is missing where nobody can be asked."""
        if not self.talk.asks:
            self.place.settings({key for name in names for key in self._needs(VENDORS[name])})
        failed = [name for name in names if not self._one(VENDORS[name])]
        if self.dry_run:
            self.talk.say("Nothing was changed (--dry-run).")
        elif failed:
            self.talk.warn(f"Not finished: {', '.join(failed)}. Do it again with: handrail connect {failed[0]}")
        else:
            self.talk.say(f"Next: {self._next(names)}")
        return 2 if failed else 0

    def _one(self, vendor: Vendor) -> bool:
        try:
            if vendor.name == "slack":
                self.slack(vendor)
            else:
                self.vendor(vendor)
        except HandrailError as error:
            self.talk.warn(f"{vendor.name}: {error}")
            return False
        return True

    def vendor(self, vendor: Vendor) -> None:
        """Raises the errors of `core.errors`; what was done until then is written down."""
        place, answers = self._asked(vendor.needs, vendor.hints)
        container = container_of(place.settings(vendor.needs))
        with open_book(container, vendor.name, dry_run=self.dry_run) as book:
            self._carry(vendor.build(container, book, place, self.wish), place, answers)

    def slack(self, vendor: Vendor) -> None:
        """The app first, where there is a token to make it with; its bot lives in the workspace only after that."""
        settings = self.place.settings()
        if self.wish.config_token:
            made = self._slack_app()
            if made.unclear and not settings.slack.bot_token:
                return
            if made.install_at and not settings.slack.bot_token:
                self.talk.say(f"Install the app to your workspace: {made.install_at}")
            if not self.talk.asks and not settings.slack.bot_token:
                where = self.place.secrets / "slack.bot_token"
                self.talk.say(f"Once it is installed, write its bot token into {where}.")
                return
        elif self.talk.asks and not settings.slack.bot_token:
            from apps.install.slack import STEPS

            self.talk.say(STEPS)
        if not (self.dry_run and not settings.slack.bot_token):
            self.vendor(vendor)

    def _slack_app(self) -> "SlackAppConnection":
        from apps.install.slack import SlackAppConnection

        place, answers = self._asked(SLACK_APP, HINTS)
        container = container_of(place.settings(SLACK_APP))
        with open_book(container, "slack", dry_run=self.dry_run) as book:
            connection = SlackAppConnection(container=container, book=book, config_token=self.wish.config_token)
            self._carry(connection, place, answers)
        return connection

    def _needs(self, vendor: Vendor) -> tuple[str, ...]:
        return SLACK_APP if vendor.name == "slack" and self.wish.config_token else vendor.needs

    def _asked(self, keys: Iterable[str], hints: Mapping[str, str]) -> tuple[Place, dict[str, str]]:
        """The place with what a person said, and that alone."""
        if not self.talk.asks:
            return self.place, {}
        missing = missing_of(self.place.settings(), keys)
        answers = {key: self.talk.answer(BY_KEY[key], hints.get(key, "")) for key in missing}
        return self.place.answered(answers), answers

    def _carry(self, connection: Connection, place: Place, answers: Mapping[str, str]) -> None:
        self.talk.say(f"{connection.title}: {connection.try_credentials()}")
        if answers and not self.dry_run:
            place.keep(answers)
        kept: dict[str, str] = {}
        steps = [*connection.plan(), saving_step(connection, place, kept)]
        if self.dry_run or self.talk.asks:
            show(self.talk, steps)
        if not self.dry_run:
            if not self.talk.ask_to_agree(steps):
                told = "; the credentials work and are kept" if answers else ""
                raise ConfigurationError(f"nothing was changed, as you wish{told}")
            carry_out(self.talk, steps, told=not self.talk.asks)
        for note in connection.notes():
            self.talk.say(f"  {note}")
        for variable in place.overridden(kept):
            self.talk.warn(f"  {variable} is set in the environment and comes before what was just saved: take it out.")

    def _next(self, names: Sequence[str]) -> str:
        settings = self.place.settings()
        left = [name for name in [*names, *USUAL] if missing_of(settings, VENDORS[name].needs)]
        return f"handrail connect {left[0]}" if left else LAST


def missing_of(settings: Settings, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if not settings.texts[key]]


def container_of(settings: Settings) -> "Container":
    from apps.bootstrap import Container

    return Container(settings)


@contextmanager
def open_book(container: "Container", vendor: str, *, dry_run: bool) -> Iterator[Book]:
    """The vendor's book in the store, at this version's tables. A dry run makes no store and brings none to this
    version: the book is the same in all of them."""
    if dry_run and not container.store_begun():
        yield Book(None, vendor)
        return
    if not dry_run:
        container.open_store()
    try:
        yield Book(container.store, vendor)
    finally:
        container.store.close()


def saving_step(connection: Connection, place: Place, kept: dict[str, str]) -> Step:
    """The step that keeps what the account tells, and puts it into `kept`."""
    settings = place.settings()
    known = settings.texts
    new = {key: value for key, value in connection.found().items() if value is None or value != known[key]}
    changes = [(key, known[key], value or LATER) for key, value in new.items() if known[key] and not BY_KEY[key].secret]

    def act() -> None:
        connection.finish()
        kept.update({key: value for key, value in connection.found().items() if value is not None})
        place.keep(kept)

    if not new:
        return Step(kind=Kind.KEEP, what="settings", act=act)
    return Step(kind=Kind.SAVE, what=place.kept(new), changes=tuple(changes), act=act)


def show(talk: Talk, steps: Sequence[Step]) -> None:
    for step in steps:
        talk.step(step, done=False)


def carry_out(talk: Talk, steps: Sequence[Step], *, told: bool) -> None:
    """Step by step. `told`: with the particulars, which otherwise stood in the plan."""
    for step in steps:
        try:
            if step.act is not None:
                step.act()
        except HandrailError:
            talk.warn(f"  Stopped at: {step.what}. What was done before is written down; run it again to go on.")
            raise
        if told:
            talk.step(step, done=True)
    left = sum(step.kind is Kind.PERSON for step in steps)
    changed = any(step.kind in CHANGING for step in steps)
    if left:
        talk.say("  What stands beside “you” is left for you; then run it again to see that nothing is missing.")
    elif not changed:
        talk.say("  Everything was as it should be.")
    if changed and not told:
        talk.say("  Done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnecting:
    """`forget`: delete the credentials too that are kept in the secrets folder."""

    place: Place
    talk: Talk
    wish: Wish
    dry_run: bool = False
    forget: bool = False

    def vendor(self, name: str) -> int:
        """The exit code. Raises the errors of `core.errors`; what was taken back until then is written down."""
        vendor = VENDORS[name]
        container = container_of(self.place.settings(vendor.needs))
        # Where there is no store nothing is written down: none is made to find that out.
        with open_book(container, name, dry_run=self.dry_run or not container.store_begun()) as book:
            self._from(container, vendor, book)
        return 0

    def _from(self, container: "Container", vendor: Vendor, book: Book) -> None:
        connections = [vendor.build(container, book, self.place, self.wish)]
        if vendor.name == "slack" and self.wish.config_token:
            from apps.install.slack import SlackAppConnection

            connections.append(SlackAppConnection(container=container, book=book, config_token=self.wish.config_token))
        steps = self._steps(connections, vendor, book)
        self.talk.say(f"{connections[0].title}: {connections[0].try_credentials()}")
        if self.dry_run or self.talk.asks:
            show(self.talk, steps)
        if vendor.name == "slack" and not self.wish.config_token and book.find("app", "Handrail"):
            self.talk.say("  The Slack app stays: give --config-token, or delete it on its page at api.slack.com/apps.")
        if not steps:
            self.talk.say("  Nothing is written down that Handrail made or changed here.")
        elif self.dry_run:
            self.talk.say("Nothing was changed (--dry-run).")
        elif self.talk.ask_to_agree(steps):
            carry_out(self.talk, steps, told=not self.talk.asks)

    def _steps(self, connections: list[Connection], vendor: Vendor, book: Book) -> list[Step]:
        steps = [step for connection in connections for step in connection.undo()]
        keys = {key for connection in connections for key in connection.written_settings() if book.all()}
        if self.forget:
            keys |= {key for key in vendor.needs if BY_KEY[key].secret}
        there = sorted(key for key in keys if self._kept(key))
        if there:
            steps.append(Step(kind=Kind.REMOVE, what=self.place.kept(there), act=lambda: self.place.forget(there)))
        return steps

    def _kept(self, key: str) -> bool:
        if BY_KEY[key].secret:
            return (self.place.secrets / key).exists()
        return key in read_toml(self.place.toml, [])
