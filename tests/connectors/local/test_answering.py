import json

import numpy as np
import pytest

from connectors.local.answering import fit
from core.answer.evidence import Evidence
from core.answer.head import AnswerHead, Labelled
from core.ports import Vector

NOTHING = Evidence(traits={}, met=np.zeros(0, dtype=np.float32))


def rows(count: int = 120, size: int = 8) -> list[Labelled]:
    """Where the answer is there the search went well, or what is shared points one way; else mostly neither."""
    luck = np.random.default_rng(1)
    made = []
    for place in range(count):
        answered = place % 2 == 0
        traits = {"nearest": float(luck.normal(0.6 if answered else 0.4, 0.1)), "noise": float(luck.normal())}
        met: Vector = luck.normal(0, 0.1, size).astype(np.float32)
        met[0] += 0.1 if answered else -0.1
        made.append(Labelled(evidence=Evidence(traits=traits, met=met), answered=answered, group=place // 2))
    return made


def test_it_tells_questions_apart_that_it_has_not_seen() -> None:
    made = rows(240)
    head = fit(made[:160])
    right = [(head.sure(row.evidence) > 0.5) == row.answered for row in made[160:]]
    assert sum(right) / len(right) > 0.8


def test_what_is_told_for_json_judges_the_same() -> None:
    made = rows()
    head = fit(made)
    again = AnswerHead.of(json.loads(json.dumps(head.as_json())))
    for row in made:
        assert again.sure(row.evidence) == pytest.approx(head.sure(row.evidence), abs=1e-3)


def test_the_same_questions_make_the_same_head() -> None:
    assert fit(rows()).as_json() == fit(rows()).as_json()


def test_its_trees_are_those_of_scikit_learn() -> None:
    from sklearn.ensemble import GradientBoostingClassifier

    made = rows()
    names = ("nearest", "noise")
    table = np.array([[row.evidence.traits[name] for name in names] for row in made], dtype=np.float32)
    model = GradientBoostingClassifier(
        n_estimators=150, learning_rate=0.05, max_features=0.2, subsample=0.7, min_samples_leaf=15, random_state=0
    ).fit(table, [row.answered for row in made])
    head = fit(made)
    ours = [head.forest.score(row) for row in table]
    theirs = model.decision_function(table)
    # The constant that all trees start from is left to the mix.
    assert np.ptp(np.array(ours) - theirs) < 1e-6


def test_nothing_found_is_never_sure_nor_are_vectors_of_another_encoder() -> None:
    made = rows()
    head = fit(made)
    assert head.sure(NOTHING) == 0.0
    assert head.sure(Evidence(traits=made[0].evidence.traits, met=np.zeros(3, dtype=np.float32))) == 0.0


def test_one_kind_of_question_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="without one"):
        fit([row for row in rows() if row.answered])


def test_trees_that_point_nowhere_are_refused() -> None:
    told = fit(rows()).as_json()
    told["nodes"]["left"][0][0] = 99
    with pytest.raises(ValueError, match="nothing"):
        AnswerHead.of(told)
