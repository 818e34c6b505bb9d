"""The stand-in for a model that sees, asked by our own client: it sees what is written into a picture, and no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.sandbox.openai.vision import VISION_MODEL
from apps.sandbox.settings import SandboxSettings
from connectors.openai.vision import OpenAIImageReader
from tests.apps.sandbox.running import serving

STORIES = Path("tests/scenarios/stories")
PACK, DAMAGE = "Larkfield Door battery pack", "damage to the item"


@pytest.fixture(scope="module")
def eyes() -> Iterator[OpenAIImageReader]:
    with serving(seed=SandboxSettings().seed) as sandbox:
        key = sandbox.world.settings.openai_key
        made = OpenAIImageReader(api_key=key, model=VISION_MODEL, base_url=f"{sandbox.url}/openai/v1")
        yield made
        made.close()


@pytest.mark.parametrize(
    ("picture", "shows", "fits", "sure"),
    [
        ("cracked-pack.png", True, True, 0.93),
        ("other-thing.png", True, False, 0.95),
        ("broken-plate.png", False, False, 0.2),  # nothing is written into it
    ],
)
def test_what_is_seen_is_held_against_what_is_claimed(
    eyes: OpenAIImageReader, picture: str, shows: bool, fits: bool, sure: float
) -> None:
    seen = eyes.examine((STORIES / picture).read_bytes(), "image/png", DAMAGE, PACK)
    assert (seen.shows, seen.fits, seen.sure, seen.made_by) == (shows, fits, sure, VISION_MODEL)


def test_another_claim_is_not_seen(eyes: OpenAIImageReader) -> None:
    seen = eyes.examine((STORIES / "cracked-pack.png").read_bytes(), "image/png", "a missing label", "")
    assert (seen.shows, seen.fits) == (False, True)


def test_a_picture_is_put_into_words(eyes: OpenAIImageReader) -> None:
    told = eyes.describe((STORIES / "cracked-pack.png").read_bytes(), "image/png")
    assert told == "A battery pack of a doorbell with a cracked case."


def test_what_is_no_png_is_seen_badly(eyes: OpenAIImageReader) -> None:
    assert eyes.examine(b"\xff\xd8 a photo", "image/jpeg", DAMAGE, PACK).sure < 0.5
