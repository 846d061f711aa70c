"""Statistics against the worked examples of the papers that they come from."""

from __future__ import annotations

import numpy as np
import pytest

from service.agreement.alpha import Metric, alpha
from service.agreement.counts import coincidences
from service.agreement.differences import bland_altman
from service.agreement.drift import psi
from service.agreement.icc import icc_2_1
from service.agreement.kappa import weighted_kappa

# Cohen (1968), table 1: 200 diagnoses by two psychiatrists as personality disorder, neurosis and
# psychosis, and how grave he held each confusion to be.
DIAGNOSES = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]], dtype=float)
GRAVITY = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]], dtype=float)

# Shrout & Fleiss (1979), table 2: six targets rated by four judges.
TARGETS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)

# Krippendorff (2011), section C: twelve units, four observers, ratings missing (None).
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]

# Bland & Altman (1986), table 1: peak flow (l/min) of 17 subjects, first readings.
WRIGHT = "494 395 516 434 476 557 413 442 650 433 417 656 267 478 178 423 427"
MINI = "512 430 520 428 500 600 364 380 658 445 432 626 260 477 259 350 451"


def test_weighted_kappa_of_cohens_diagnoses() -> None:
    # q_o = .90, q_c = 1.38 in the paper, so that kappa_w = 1 - .90 / 1.38
    assert weighted_kappa(DIAGNOSES, GRAVITY) == pytest.approx(1 - 0.90 / 1.38, abs=1e-12)
    assert round(float(weighted_kappa(DIAGNOSES, GRAVITY)), 3) == 0.348


def test_unweighted_kappa_of_the_same_diagnoses() -> None:
    plain = 1 - np.eye(3)
    assert weighted_kappa(DIAGNOSES, plain) == pytest.approx((0.70 - 0.41) / (1 - 0.41), abs=1e-12)
    assert round(float(weighted_kappa(DIAGNOSES, plain)), 3) == 0.492


def test_icc_of_shrout_and_fleiss_judges() -> None:
    # BMS 11.24, JMS 32.49, EMS 1.02 in their table 3; in full 11.241667, 32.486111, 1.019444
    bms, jms, ems = 1349 / 120, 1169.5 / 36, 36.7 / 36
    expected = (bms - ems) / (bms + 3 * ems + 4 * (jms - ems) / 6)
    assert icc_2_1(TARGETS) == pytest.approx(expected, abs=1e-9)
    assert round(icc_2_1(TARGETS), 2) == 0.29


@pytest.mark.parametrize(
    ("metric", "published"),
    [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849)],
)
def test_alpha_of_krippendorffs_observers(metric: Metric, published: float) -> None:
    units = list(zip(*OBSERVERS, strict=True))
    found = float(alpha(coincidences(units).sum(axis=0), metric))
    assert round(found, 3) == published


def test_the_coincidences_are_those_that_krippendorff_prints() -> None:
    found = coincidences(list(zip(*OBSERVERS, strict=True))).sum(axis=0)
    assert found.sum(axis=1) == pytest.approx([9, 13, 10, 5, 3])
    assert np.diag(found) == pytest.approx([7, 10, 8, 4, 3])
    assert found[0, 1] == pytest.approx(4 / 3)
    assert found.sum() == pytest.approx(40)


def test_limits_of_agreement_of_the_peak_flow_meters() -> None:
    first, second = (np.array(line.split(), dtype=float) for line in (WRIGHT, MINI))
    found = bland_altman(first, second)
    assert found.n == 17
    assert (round(found.bias, 1), round(found.deviation, 1)) == (-2.1, 38.8)
    # the paper works with twice the deviation, from its rounded figures
    bias, deviation = round(found.bias, 1), round(found.deviation, 1)
    limits = (round(bias - 2 * deviation, 1), round(bias + 2 * deviation, 1))
    assert limits == (-79.7, 75.5)
    assert found.high - found.low == pytest.approx(2 * 1.96 * found.deviation)


def test_the_stability_index_is_jeffreys_divergence() -> None:
    # Kullback & Leibler (1951): J(1, 2) = I(1:2) + I(2:1)
    e, a = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    forward, backward = (a * np.log(a / e)).sum(), (e * np.log(e / a)).sum()
    assert psi(e, a) == pytest.approx(forward + backward, abs=1e-12)
    assert psi(e, a) == pytest.approx(0.6 * np.log(2.5), abs=1e-12)
