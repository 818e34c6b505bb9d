import numpy as np

from connectors.local.classifiers import fit


def test_chances_add_up_and_point_at_the_right_class() -> None:
    rows = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9], [-1, -1], [-0.9, -1]], dtype=np.float32)
    model = fit(rows, [0, 0, 1, 1, 2, 2], 3)
    chances = model.chances(rows)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert chances.argmax(axis=1).tolist() == [0, 0, 1, 1, 2, 2]


def test_two_classes_work_as_well() -> None:
    rows = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert fit(rows, [0, 1], 2).chances(rows).argmax(axis=1).tolist() == [0, 1]


def test_a_class_without_rows_is_never_predicted() -> None:
    rows = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert fit(rows, [0, 2], 3).chances(rows)[:, 1].max() < 1e-6
