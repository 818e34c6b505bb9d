"""One stage for all stories of a company, one after the other: setting it up takes longer than most stories.

Between two stories what is left of the first is closed, and the clock goes on to the hour at which the next begins.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from apps.demo.outside import Json
from apps.stories.begin import begin
from apps.stories.company import company
from apps.stories.indoors import Indoors, indoors
from apps.stories.player import Played, play
from apps.stories.script import Story


@dataclass(slots=True, kw_only=True)
class Troupe:
    """Plays in this process. A story that did not go as it must takes its stage down with it."""

    folder: Path
    companies: Path
    _stage: Indoors | None = None
    _company: str = ""
    _before: frozenset[str] = frozenset()  # tickets that came with the company
    _up: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Troupe":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._down()

    def played(self, story: Story) -> Played:
        played = play(story, self._for(story))
        if played.wrong:
            self._down()
        return played

    def _for(self, story: Story) -> Indoors:
        if self._stage is not None and self._company == story.company:
            self._closed(self._stage)
            ahead = begin(story.begins, self._stage.now()) - self._stage.now()
            self._stage.clock.forward(max(ahead, timedelta(0)))
            self._stage.settle()
            return self._stage
        self._down()
        where = company(story.company, self.companies)
        stage = self._up.enter_context(indoors(self.folder, where, begin(story.begins, datetime.now(UTC))))
        self._stage, self._company = stage, story.company
        self._before = frozenset(row["id"] for row in _tickets(stage))
        return stage

    def _down(self) -> None:
        self._up.close()
        self._stage, self._company = None, ""

    def _closed(self, stage: Indoors) -> None:
        """No ticket of the last story waits in anybody's queue."""
        agent = stage.outside.people("GET", "agents")["agents"][0]["id"]
        for row in _tickets(stage):
            if row["id"] not in self._before and row["status"] not in ("solved", "closed"):
                wish = {"agent_id": agent, "body": "The story is over.", "public": False, "status": "solved"}
                stage.outside.people("POST", f"tickets/{row['id']}/comments", **wish)
        stage.settle()


def _tickets(stage: Indoors) -> list[Json]:
    rows: list[Json] = stage.outside.people("GET", "tickets?done=1&limit=1000")["tickets"]
    return rows
