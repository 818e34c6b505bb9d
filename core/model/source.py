"""What a source of articles tells at a sync."""

from dataclasses import dataclass

from core.errors import HandrailError
from core.model.knowledge import Article

# Labels that a source gives by itself, beside those that people give.
OUTDATED = "outdated"  # a translation that its editors marked as behind its source
SOURCELESS = "without source"  # a translation that is out although what it translates is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that could not be taken over, and why. What was stored of it stays, unless it is in `gone` too."""

    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A part of what changed.

    `cursor` is where to go on once this part is stored; none in the middle of what cannot be gone on with. `failed`
    says why the source could not be read to its end: what it did tell holds. `expected` is how many articles all parts
    together may have, for a progress bar."""

    articles: tuple[Article, ...] = ()
    gone: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    cursor: str | None = None
    failed: HandrailError | None = None
    expected: int | None = None
