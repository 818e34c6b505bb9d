import numpy as np
import pytest

from connectors.local.classifiers import ARRAYS, KernelHead, Views, grams, train


def views(count: int, seed: int = 1) -> tuple[Views, list[int]]:
    chance = np.random.default_rng(seed)
    classes = [place % 3 for place in range(count)]
    vectors = chance.normal(size=(count, 8)) * 0.4 + np.eye(8)[classes]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    figures = chance.normal(size=(count, 4))
    wording = tuple(grams(("bad", "plain", "good")[name]) for name in classes)
    return Views(dense=(vectors.astype(np.float32), figures.astype(np.float32)), wording=wording), classes


def test_classes_that_can_be_told_apart_are_told_apart() -> None:
    seen, classes = views(120)
    head = train(seen, classes, 3)
    asked, truth = views(30, seed=2)
    chances = head.chances(asked)
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert np.mean(head.classify(chances) == np.array(truth)) > 0.9


def test_a_recall_that_is_asked_for_leans_towards_the_class() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(size=(200, 4)).astype(np.float32)
    seen = Views(dense=(noise,), wording=tuple(grams("same") for _ in range(200)))
    classes = [int(value > -0.8) for value in noise[:, 0] + chance.normal(size=200)]
    plain, leaning = train(seen, classes, 2), train(seen, classes, 2, least=0.95)
    assert leaning.leaning[0] > plain.leaning[0]


def test_finer_scores_are_taken_in_and_a_head_is_the_same_after_it_was_kept() -> None:
    seen, classes = views(60)
    head = train(seen, classes, 3, scores=[float(name) - 1 for name in classes])
    arrays = head.arrays()
    assert arrays.keys() >= ARRAYS
    asked, _ = views(6, seed=4)
    assert KernelHead.of(arrays).chances(asked) == pytest.approx(head.chances(asked))
