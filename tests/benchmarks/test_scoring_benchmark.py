"""The scoring benchmark: files read in one form, folds that keep groups, one line of the shape."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks import scoring, scoring_fit
from benchmarks.scoring_noise import corrupt
from benchmarks.scoring_sets import SOURCES, load
from benchmarks.scoring_statistics import compared, kappa, pearson
from service.scoring import fit
from service.scoring.fit import Labels
from service.scoring.priors import REFERENCE

MIT, IMPRESSIONS, MOHLER, CHINESE = SOURCES
SENTENCE = "a queue keeps its items in the order in which they came and gives the first one out"
WORDS = SENTENCE.split()


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def graded(count: int) -> list[dict[str, str]]:
    """Answers that hold more and more of the model answer, with grades that follow."""
    return [
        {
            "id": str(i % 6),
            "question": f"What does structure {i % 6} do?",
            "desired_answer": " ".join(WORDS),
            "student_answer": " ".join(WORDS[: 2 + i % 5 * 3]) + f" number {i}",
            "score_me": str(i % 5),
            "score_other": str(min(5, i % 5 + i % 2)),
            "score_avg": str(i % 5 + 0.5),
        }
        for i in range(count)
    ]


def test_backchannels_do_not_cut_an_answer_in_two(tmp_path: Path) -> None:
    said = "Interviewer: Tell me about yourself?|Interviewee: I study.|Interviewer: Mm-hmm.|"
    row = {"participant": "7", "Overall": "5.5", "Total": "90", "transcript": said}
    row["transcript"] += "Interviewee: And I row.|Interviewer: Why?|Interviewee: For fun."
    write(tmp_path, MIT.name, [row])
    (item,) = load(MIT, tmp_path)
    assert [(q.text.strip(), said.split()) for q, said in item.turns] == [
        ("Tell me about yourself?", ["I", "study.", "And", "I", "row."]),
        ("Why?", ["For", "fun."]),
    ]
    assert (item.group, MIT.level(item.label), item.others) == ("7", 4.0, (("Total", 90.0),))


def test_rows_that_cannot_be_read_are_left_out_and_missing_files_are_no_sets(
    tmp_path: Path,
) -> None:
    rows = graded(3)
    rows[1]["score_avg"] = "?"
    write(tmp_path, MOHLER.name, rows)
    assert [item.label for item in load(MOHLER, tmp_path)] == [0.5, 2.5]
    assert load(CHINESE, tmp_path) == []


def test_a_video_is_the_group_of_its_clips(tmp_path: Path) -> None:
    clips = [{"clip": f"a.b.00{i}.mp4", "transcript": "hello", "interview": ".5"} for i in (1, 2)]
    write(tmp_path, IMPRESSIONS.name, clips)
    assert {item.group for item in load(IMPRESSIONS, tmp_path)} == {"a.b"}


@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_errors_come_at_the_rate_asked_for_and_the_same_every_time(rate: float) -> None:
    said = " ".join(f"word{i}" for i in range(4000))
    spoiled = corrupt(said, rate, words=["other"], language="en")
    left = set(spoiled.split())
    kept = sum(word in left for word in said.split())
    extra = 0.15 * rate  # words that stay beside an extra one
    assert 1 - kept / 4000 == pytest.approx(rate - extra, abs=0.03)
    assert corrupt(said, rate, words=["other"], language="en") == spoiled


def test_groups_stay_whole_and_folds_are_alike() -> None:
    levels = np.repeat(np.linspace(1, 5, 40), 3)
    groups = [str(i // 3) for i in range(120)]
    for turn in range(3):
        fold = fit.folds(levels, groups, count=10, turn=turn)
        assert all(len({fold[3 * g + i] for i in range(3)}) == 1 for g in range(40))
        means = [levels[np.array(fold) == each].mean() for each in range(10)]
        assert np.ptp(means) < 0.75  # dealt at random: about 1.8


def test_kappa_and_correlation_of_worked_examples() -> None:
    one, other = np.array([0.0, 1, 2, 2, 1]), np.array([0.0, 1, 2, 1, 1])
    assert kappa(one, one) == 1.0
    assert kappa(one, other) == pytest.approx(1 - 0.2)  # one of five apart; by chance 1.0
    assert pearson(one, np.ones(5)) == 0.0


def test_the_margin_is_over_the_best_baseline() -> None:
    truth = np.arange(30.0)
    groups = [str(i // 2) for i in range(30)]
    rivals = {"weak": -truth, "strong": truth + 5 * (truth % 3), "none": None}
    found = compared("pearson", [truth], rivals, truth=truth, groups=groups)
    assert found["agreement"] == 1.0
    assert found["margin"]["over"] == "strong"  # type: ignore[index]
    assert found["baselines"]["none"] is None  # type: ignore[index]


def test_held_out_intervals_cover_people() -> None:
    rng = np.random.default_rng(3)
    names = tuple(curve.feature for curve in REFERENCE.curves)
    rows = rng.random((300, len(names))).round(4)
    levels = np.clip(1 + 4 * rows[:, 0] + rng.normal(0, 0.4, 300), 1, 5)
    labels = Labels(names, rows, levels, tuple(str(i // 5) for i in range(300)))
    spoiled = {0.0: rows, 0.4: np.clip(rows - 0.3 * rng.random(rows.shape), 0, 1)}
    found = scoring_fit.evaluate(labels, spoiled, prior=REFERENCE)
    assert pearson(found.scores, levels) > 0.85
    for rate in spoiled:
        inside = (found.low[rate] <= levels) & (levels <= found.high[rate])
        assert 0.88 <= inside.mean() < 1.0


def test_the_result_has_the_shape_that_was_asked_for(tmp_path: Path) -> None:
    write(tmp_path, MOHLER.name, graded(48))
    found = scoring.run(tmp_path, None)
    (name,) = found["sets"]  # type: ignore[misc]
    entry = found["sets"][name]  # type: ignore[index]
    assert name == "short_answer_cs_en_mohler"
    assert (entry["n"], entry["metric"]) == (48, "qwk")
    assert set(entry["baselines"]) == {"length", "tfidf_ridge", "embedding"}
    assert entry["low"] <= entry["agreement"] <= entry["high"]
    assert set(found["coverage"]) == {"0", "10", "20", "40"}  # type: ignore[call-overload]
    assert entry["human_human"]["pearson"] > 0.9
