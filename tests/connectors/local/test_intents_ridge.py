import numpy as np

from connectors.local.encoder import SIZE
from connectors.local.intents_trained import EVENNESS, LEAST, WIDTHS, fit, gaussian

TEXTS = [
    "where is my parcel", "my parcel is late", "parcel not here", "track the parcel", "give me my money back",
    "refund the money", "i want a refund", "money back please", "no refund yet",
]  # fmt: skip
CLASSES = [0, 0, 0, 0, 1, 1, 1, 1, 1]


def vectors() -> np.ndarray:
    rows = np.random.default_rng(1).normal(size=(len(TEXTS), 8)).astype(np.float32)
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def test_leaving_one_out_is_what_a_model_without_it_would_say() -> None:
    found = fit(vectors(), TEXTS, CLASSES, 2).left_out
    # The rarity of runs and the mean are of all texts: the formula is exact for the kernel, the refit nearly so.
    without = fit(vectors()[1:], TEXTS[1:], CLASSES[1:], 2).ridge.scores(vectors()[:1], TEXTS[:1])
    assert np.allclose(found[0], without[0], atol=0.15)
    assert found[0].argmax() == without[0].argmax()


def test_the_kept_weights_of_runs_score_as_the_kernel_did() -> None:
    fitted = fit(vectors(), TEXTS, CLASSES, 2)
    scores = fitted.ridge.scores(vectors(), TEXTS)
    targets, sizes = np.eye(2)[CLASSES], np.bincount(CLASSES)
    surplus = EVENNESS * np.log(sizes / sizes.mean())
    # Ridge regression leaves the penalty times the dual weight between score and target.
    assert np.allclose(scores, targets - 0.1 * fitted.ridge.meaning - surplus, atol=5e-3)


def test_words_never_seen_say_next_to_nothing() -> None:
    ridge = fit(vectors(), TEXTS, CLASSES, 2).ridge
    known, unknown = ridge.scores(np.repeat(vectors()[:1], 2, axis=0), ["where is my parcel", "zzz qqq"])
    without = ridge.offset + gaussian(ridge.centre(vectors()[:1]), ridge.vectors) @ ridge.meaning
    assert np.allclose(unknown, without[0], atol=0.01)
    assert not np.allclose(known, without[0], atol=0.01)


def test_only_the_judged_are_scored_without_themselves_and_as_if_all_were() -> None:
    every = fit(vectors(), TEXTS, CLASSES, 2)
    some = fit(vectors(), TEXTS, CLASSES, 2, np.array([2, 5]))
    assert np.allclose(some.left_out, every.left_out[[2, 5]], atol=1e-4)
    assert np.allclose(some.ridge.scores(vectors(), TEXTS), every.ridge.scores(vectors(), TEXTS), atol=1e-3)


def test_a_further_depth_of_the_encoder_tells_apart_what_the_first_does_not() -> None:
    first = np.zeros((40, SIZE), dtype=np.float32)
    first[:, 0] = 1
    classes = np.arange(40) % 2
    second = np.random.default_rng(2).normal(size=(40, SIZE)).astype(np.float32) * 0.02
    second[np.arange(40), classes] += 1
    texts = ["the same words"] * 40
    found = fit(np.hstack([first, second]), texts, classes, 2)
    assert (found.left_out.argmax(axis=1) == classes).all()
    assert (fit(np.hstack([first, first]), texts, classes, 2).left_out.argmax(axis=1) != classes).any()


def test_many_examples_are_kept_along_the_axes_on_which_they_differ_most() -> None:
    few_axes = np.random.default_rng(3).normal(size=(LEAST, 20)).astype(np.float32)
    few_axes[:, 0] *= 4
    turned = few_axes @ np.random.default_rng(4).normal(size=(20, SIZE)).astype(np.float32)
    classes = (few_axes[:, 0] > 0).astype(int)
    found = fit(turned, ["word"] * LEAST, classes, 2, np.arange(200))
    assert found.ridge.vectors.shape == (LEAST, WIDTHS[0])
    assert (found.left_out.argmax(axis=1) == classes[:200]).mean() > 0.9
