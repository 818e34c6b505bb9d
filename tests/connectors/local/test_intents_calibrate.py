import numpy as np

from apps.evaluate.intents import calibration_error
from connectors.local.intents_trained import Calibration, calibrate


def overconfident(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of three intents and "none": far apart where they are wrong too, as wrong labels make them."""
    chance = np.random.default_rng(seed)
    classes = chance.integers(0, 3, 3_000)
    shown = np.where(chance.random(3_000) < 0.1, chance.integers(0, 3, 3_000), classes)
    scores = chance.normal(size=(3_000, 4)) * 0.15
    scores[np.arange(3_000), shown] += 1
    scores[:, 3] = -1
    return scores.astype(np.float32), classes


def test_the_chances_are_how_often_the_best_is_right() -> None:
    found = calibrate(*overconfident(1), 3)
    scores, classes = overconfident(2)
    chances = found.chances(scores[:, :3])
    assert calibration_error(chances.max(axis=1), chances.argmax(axis=1) == classes) < 0.03


def test_however_it_is_bent_the_order_stays_and_each_row_adds_up_to_one() -> None:
    scores = np.random.default_rng(3).normal(size=(200, 5)).astype(np.float32)
    for slope, shift in ((0.2, -3.0), (0.5, 0.5), (3.0, 2.0)):
        chances = Calibration(sharpness=2.0, slope=slope, shift=shift).chances(scores)
        assert np.allclose(chances.sum(axis=1), 1, atol=1e-4)
        assert (chances.argmax(axis=1) == scores.argmax(axis=1)).all()


def test_a_handful_of_examples_bends_nothing() -> None:
    scores, classes = overconfident(4)
    found = calibrate(scores[:40], classes[:40], 3)
    assert (found.slope, found.shift) == (1.0, 0.0)


def test_one_intent_alone_is_certain() -> None:
    assert Calibration().chances(np.zeros((2, 1), dtype=np.float32)).tolist() == [[1.0], [1.0]]
