"""One stage for all stories of a company, one after the other: setting it up takes longer than most stories.

Between two stories what is left of the first is closed, and the clock goes on to the hour at which the next begins.
A story whose customer was in an earlier one gets a stage of its own: who wrote before is treated otherwise.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from apps.demo.outside import Json
from apps.stories.in_process import ProcessStage, open_in_process
from apps.stories.runner import StoryResult, play
from apps.stories.script import Story, next_beginning
from apps.stories.stage import find_company


@dataclass(slots=True, kw_only=True)
class SharedStage:
    """Plays in this process. A story that did not go as it must takes its stage down with it."""

    folder: Path
    companies: Path
    _stage: ProcessStage | None = None
    _company: str = ""
    _before: frozenset[str] = frozenset()  # tickets that came with the company
    _met: set[str] = field(default_factory=set)  # who was in the stories on this stage
    _up: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "SharedStage":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._down()

    def play(self, story: Story) -> StoryResult:
        result = play(story, self._stage_for(story))
        if result.wrong:
            self._down()
        return result

    def _stage_for(self, story: Story) -> ProcessStage:
        if self._stage is not None and self._company == story.company and not self._customers_again(story, self._stage):
            self._close_tickets(self._stage)
            ahead = next_beginning(story.begins, self._stage.now()) - self._stage.now()
            self._stage.clock.forward(max(ahead, timedelta(0)))
            self._stage.settle()
            self._met.update(story.people.values())
            return self._stage
        self._down()
        where = find_company(story.company, self.companies)
        stage = self._up.enter_context(
            open_in_process(self.folder, where, next_beginning(story.begins, datetime.now(UTC)))
        )
        self._stage, self._company = stage, story.company
        self._before = frozenset(row["id"] for row in _tickets(stage))
        self._met = set(story.people.values())
        return stage

    def _customers_again(self, story: Story, stage: ProcessStage) -> bool:
        agents = {row["name"] for row in stage.outside.people("GET", "agents")["agents"]}
        return bool(self._met.intersection(story.people.values()) - agents)

    def _down(self) -> None:
        self._up.close()
        self._stage, self._company = None, ""

    def _close_tickets(self, stage: ProcessStage) -> None:
        """No ticket of the last story waits in anybody's queue."""
        agent = stage.outside.people("GET", "agents")["agents"][0]["id"]
        for row in _tickets(stage):
            if row["id"] not in self._before and row["status"] not in ("solved", "closed"):
                wish = {"agent_id": agent, "body": "The story is over.", "public": False, "status": "solved"}
                stage.outside.people("POST", f"tickets/{row['id']}/comments", **wish)
        stage.settle()


def _tickets(stage: ProcessStage) -> list[Json]:
    rows: list[Json] = stage.outside.people("GET", "tickets?done=1&limit=1000")["tickets"]
    return rows
