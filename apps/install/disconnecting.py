"""Taking back what connecting made at a vendor, and nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.install.book import Book
from apps.install.connecting import booked, carry_out, container_of, show
from apps.install.place import BY_KEY, Place
from apps.install.plan import Kind, Step
from apps.install.talk import Talk
from apps.install.vendor import Connection
from apps.install.vendors import VENDORS, Vendor, Wish
from apps.toml_file import read_toml

if TYPE_CHECKING:
    from apps.bootstrap import Container


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
        with booked(container, name, dry_run=self.dry_run) as book:
            self._from(container, vendor, book)
        return 0

    def _from(self, container: "Container", vendor: Vendor, book: Book) -> None:
        connections = [vendor.build(container, book, self.place, self.wish)]
        if vendor.name == "slack" and self.wish.config_token:
            from apps.install.slack_app import SlackAppConnection

            connections.append(SlackAppConnection(container=container, book=book, config_token=self.wish.config_token))
        steps = self._steps(connections, vendor, book)
        self.talk.say(f"{connections[0].title}: {connections[0].tried()}")
        if self.dry_run or self.talk.asks:
            show(self.talk, steps)
        if vendor.name == "slack" and not self.wish.config_token and book.find("app", "Handrail"):
            self.talk.say("  The Slack app stays: give --config-token, or delete it on its page at api.slack.com/apps.")
        if not steps:
            self.talk.say("  Nothing is written down that Handrail made or changed here.")
        elif self.dry_run:
            self.talk.say("Nothing was changed (--dry-run).")
        elif self.talk.agreed(steps):
            carry_out(self.talk, steps, told=not self.talk.asks)

    def _steps(self, connections: list[Connection], vendor: Vendor, book: Book) -> list[Step]:
        steps = [step for connection in connections for step in connection.undo()]
        keys = {key for connection in connections for key in connection.told() if book.all()}
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
