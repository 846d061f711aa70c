"""The same figures as kept libraries give, to 1e-9.

Computed once with scikit-learn 1.9.1 (`cohen_kappa_score`), pingouin 0.9.0 (`intraclass_corr`,
ICC(A,1)) and krippendorff 0.7.0; a dot is a rating that is missing. The libraries are not
installed here: they would bring SciPy and pandas for three formulas, and none of them takes the
sums that the bootstrap works on.
"""

from __future__ import annotations

import numpy as np
import pytest

from service.agreement.alpha import Metric, alpha
from service.agreement.counts import coincidences, tables
from service.agreement.icc import icc_2_1, icc_of_tables
from service.agreement.kappa import weighted_kappa

FIRST = [int(one) for one in "5524343152133212221425511325244413323332"]
SECOND = [int(one) for one in "4515423142222321211523532335253512523532"]
THREE = (
    "55243431.213321.2.1.25.1132.244...323332",
    "451542314.......211523532335.535125..532",
    ".52552335.13.431121...2.4...1525245.35.1",
)
TABLE = tables(FIRST, SECOND, range(40)).sum(axis=0)


def test_kappa_is_that_of_scikit_learn() -> None:
    assert weighted_kappa(TABLE) == pytest.approx(0.7284122562674095, abs=1e-9)


def test_icc_is_that_of_pingouin() -> None:
    pairs = np.array([FIRST, SECOND], dtype=float).T
    assert icc_2_1(pairs) == pytest.approx(0.7333917616126202, abs=1e-9)
    assert icc_of_tables(TABLE) == pytest.approx(0.7333917616126202, abs=1e-9)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Metric.NOMINAL, 0.23237885462555063),
        (Metric.ORDINAL, 0.5834588905070833),
        (Metric.INTERVAL, 0.586100950987564),
    ],
)
def test_alpha_is_that_of_the_library(metric: Metric, expected: float) -> None:
    units = [
        [None if one == "." else int(one) for one in unit] for unit in zip(*THREE, strict=True)
    ]
    assert alpha(coincidences(units).sum(axis=0), metric) == pytest.approx(expected, abs=1e-9)
