"""Plays one story on a stage: each step done or seen, then everything that must always hold."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from apps.demo.outside import NotSeenError
from apps.stories.checks import Checks
from apps.stories.crew import FaultError
from apps.stories.doing import BY_PEOPLE, BY_WORLD
from apps.stories.people import cast
from apps.stories.scene import CHANNELS_OF_PHONE, CHATS, Scene
from apps.stories.script import Step, Story
from apps.stories.seeing import IN_WORLD, TO_PEOPLE
from apps.stories.stage import Stage

PEOPLE_DO = {**BY_PEOPLE, **TO_PEOPLE}
WORLD_DOES = {**BY_WORLD, **IN_WORLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One step that went as it is written."""

    step: Step
    seconds: float


@dataclass(slots=True, kw_only=True)
class Played:
    """How far the story came. `wrong` is empty where all of it was seen."""

    story: Story
    seen: list[Seen] = field(default_factory=list)
    wrong: str = ""
    at: Step | None = None
    broken: bool = False  # by a fault of ours, which no story may expect
    last: str = ""  # the newest decision, where it went wrong

    @property
    def passed(self) -> bool:
        """As it should: to the end, or not to the end where it says what is missing."""
        return not self.broken and bool(self.wrong) == bool(self.story.missing)


def play(story: Story, stage: Stage, told: Callable[[Seen], None] = lambda _: None) -> Played:
    """Raises ConfigurationError where the story names people whom nobody knows."""
    scene = begun(story, stage)
    checks = Checks(scene=scene, began=stage.now(), matters=dict(story.matters))
    played = Played(story=story)
    for step in story.steps:
        began = time.monotonic()
        try:
            _one(scene, checks, step)
        except FaultError as error:
            played.wrong, played.at, played.broken = str(error), step, True
            return played
        except (NotSeenError, ValueError, KeyError, TypeError) as error:
            # The last three: what stands behind the sentence is not what the sentence takes.
            played.wrong = str(error) if isinstance(error, NotSeenError) else f"{type(error).__name__}: {error}"
            played.at, played.last = step, newest(scene)
            return played
        seen = Seen(step=step, seconds=time.monotonic() - began)
        played.seen.append(seen)
        told(seen)
    played.wrong = "; ".join([*untold(scene), *checks.wrong(ended=True)])
    return played


def newest(scene: Scene) -> str:
    """What was decided last, for whoever looks for the cause."""
    rows = scene.decisions()
    if not rows:
        return "nothing was decided yet"
    row = rows[-1]
    return f"{row['disposition']} by {row['rule']}, intent {row['intent']}: {row['reason']}"


def begun(story: Story, stage: Stage) -> Scene:
    """What is there before the story is not the story's."""
    scene = Scene(stage=stage, people=cast(stage.outside, dict(story.people)), folder=story.path.parent)
    rows = stage.outside.people("GET", "tickets?done=1&limit=1000")["tickets"]
    scene.before = frozenset(row["id"] for row in rows)
    scene.serial = max((row["serial"] for row in scene.decisions()), default=0)
    for name, person in scene.people.items():
        if person.kind == "customer":
            for channel in (*CHANNELS_OF_PHONE, "mail"):
                scene.read[name, channel] = len(scene.screen(name, channel))
    for channel in ("care-alerts", "care-approvals"):
        scene.read["Slack", channel] = len(stage.outside.slack(channel))
    return scene


def _one(scene: Scene, checks: Checks, step: Step) -> None:
    table = PEOPLE_DO if step.who else WORLD_DOES
    acts = step.does in (BY_PEOPLE if step.who else BY_WORLD)
    if acts and (unread := list(untold(scene))):
        raise NotSeenError("; ".join(unread))
    table[step.does](scene, step.who, step.given)
    if acts:
        scene.stage.settle()
    if wrong := checks.wrong():
        raise NotSeenError("; ".join(wrong))


def untold(scene: Scene) -> Iterator[str]:
    """What came to somebody's phone and no step speaks of: a story tells all that a customer gets."""
    for name, person in scene.people.items():
        for channel in CHANNELS_OF_PHONE if person.kind == "customer" else ():
            for text in scene.unread(name, channel):
                yield f"{name} got on {channel} what the story does not tell: “{' '.join(text.split())}”"
        for channel in CHATS if person.kind == "customer" else ():
            for row in scene.bubbles(name, channel)[scene.read.get((name, channel), 0) :]:
                said = " ".join(str(row["body"]).split())
                yield f"{name} got in the {channel} what the story does not tell: “{said}”"
