"""A model that looks at pictures, paid from the same purse as those that write."""

from dataclasses import dataclass

from core.model.action import SeenPicture
from core.model.cost import MICRO
from core.ports import ImageReader
from core.prompting.budget import ModelBudget

PER = 1_000_000  # tokens that a price is for
# Vendors count a picture as tokens in ways of their own, from below a hundred to some thousands for one that is looked
# at from afar; the question and the answer are short. More than any of them is taken.
READ, WRITTEN = 3_500, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredVision:
    """Implements `core.ports.ImageReader`. A picture is read before its conversation is known, so the budget of the day
    pays for it. `tier` names the price: light or strong."""

    eyes: ImageReader
    tier: str
    purse: ModelBudget

    @property
    def name(self) -> str:
        return self.eyes.name

    def describe(self, content: bytes, media_type: str) -> str:
        """What the picture shows. The most that it can cost is what it counts as: what the vendor bills is not known.

        Raises:
            RejectedError: with the code `budget`, where it goes past the limit of the day; nobody looks then.
        """
        self._reserve()
        return self.eyes.describe(content, media_type)

    def examine(self, content: bytes, media_type: str, shows: str, of: str) -> SeenPicture:
        """Whether it shows what is claimed, under the same limit."""
        self._reserve()
        return self.eyes.examine(content, media_type, shows, of)

    def _reserve(self) -> None:
        models = self.purse.models()
        price = models.strong if self.tier == "strong" else models.light
        self.purse.reserve(round((READ * price.read + WRITTEN * price.written) * MICRO / PER), None)
