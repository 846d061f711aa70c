#!/usr/bin/env python3
"""Checks an evidence bundle of Candor without its server: python verify_bundle.py FILE

Standard library only, one file, Python 3.10 or newer. FILE is the bundle (.zip) or its
evidence.json. What is checked:

  form      every byte is where the one canonical form of the bundle has it
  seal      the receipt in the audit record names the SHA-256 of the evidence
  record    every event of the interview carries its own hash, and neighbours are linked
  words     each rating names the SHA-256 of the words, question and rubric that it was made from
  scores    every deterministic score is recomputed from the reported features by its published map
  quotes    each quote stands word for word in the transcript
  people    the reason of each override has the hash that the record names

What cannot be checked here: that the features were measured rightly (run the scorer on the words
again), what a language model or a person thought, and whether somebody forged the whole bundle; for
that, compare the receipt's hash with the organisation's own record (--head HASH).

Exit code 0: all agrees. 1: something does not. 2: FILE cannot be read as a bundle.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import json
import math
import sys
import zipfile
from typing import Any

Json = Any  # a value of a JSON document; nothing is taken for granted about it

FORMAT = "candor-evidence/1"
EVIDENCE = "evidence.json"
LARGEST = 200_000_000  # bytes; an interview of two hours takes about 3 MB
LLM = "llm:"
LOWEST, HIGHEST = 1.0, 5.0
SCORED, CLOSE = 6, 2e-6  # decimals of contributions and scores; what rounding them may cost
SHOWN_ONLY = ("pace", "pauses", "fillers")  # how it was said has no weight
UNKNOWN_CONFIDENCE = 0.6  # of text that came without words
FULL_WEIGHT_UNITS = 60.0  # an answer of this length counts fully for its competency
MISSHAPEN = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration,
    ZeroDivisionError, OverflowError, RecursionError,
)  # fmt: skip


class Unreadable(Exception):
    """FILE is no bundle."""


class Told:
    """What was checked, how often, and what does not agree."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.notes: list[str] = []
        self.counts: dict[str, int] = {}

    def holds(self, what: str, agrees: bool, sentence: str) -> bool:
        """Count a check; keep its sentence where it does not agree."""
        self.counts[what] = self.counts.get(what, 0) + 1
        if not agrees:
            self.wrong.append(f"{what}: {sentence}")
        return agrees


def canonical(value: Json) -> bytes:
    """Sorted keys, no spaces, ASCII only: the one form of a JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------------------------- form


def pack(members: dict[str, bytes]) -> bytes:
    """A ZIP of these files (name -> bytes), stored, undated: the same bytes on every machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return out.getvalue()


def unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > 10 or sum(info.file_size for info in infos) > LARGEST:
                raise Unreadable("the ZIP holds more than a bundle does")
            return {info.filename: archive.read(info) for info in infos}
    except Unreadable:
        raise
    except Exception as error:  # zipfile and zlib raise whatever they like at damaged bytes
        raise Unreadable(f"the ZIP is damaged ({error})") from None


def read(data: bytes, told: Told) -> Json:
    """The evidence in the bytes of a bundle or of its evidence.json. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("it is too large")
    is_zip = data[:2] == b"PK"
    members = unzip(data) if is_zip else {EVIDENCE: data}
    if EVIDENCE not in members:
        raise Unreadable(f"there is no {EVIDENCE} in it")
    try:
        found = json.loads(members[EVIDENCE].decode("ascii"))
        form = canonical(found) + b"\n"
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{EVIDENCE} is no JSON ({error})") from None
    if not isinstance(found, dict) or not isinstance(found.get("core"), dict):
        raise Unreadable(f"{EVIDENCE} is no evidence")
    if found["core"].get("format") != FORMAT:
        raise Unreadable(f"its format is not {FORMAT}")
    told.holds("form", form == members[EVIDENCE], f"{EVIDENCE} is not in its one form")
    if is_zip:
        told.holds("form", pack(members) == data, "the ZIP is not in its one form")
        own = {name: sha256(data) for name, data in members.items() if name != EVIDENCE}
        same = own == found["core"].get("files")
        told.holds("form", same, "a file in the ZIP is not the one that the evidence names")
    return found


# -------------------------------------------------------------------------------- seal, record


def event_hash(event: Json) -> str:
    """The hash of an audit event, over everything but itself."""
    names = ("seq", "at", "tag", "actor", "subject", "session_id", "detail")
    body = {name: event[name] for name in names} | {"prev": event["prev_hash"]}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode())


def check_seal(found: Json, head: str | None, told: Told) -> None:
    core, receipt = found["core"], found["receipt"]
    is_sealed = receipt["detail"]["sha256"] == sha256(canonical(core))
    told.holds("seal", is_sealed, "the evidence is not what the receipt was given for")
    told.holds("seal", event_hash(receipt) == receipt["hash"], "the receipt was changed")
    is_own = receipt["session_id"] == core["session"]["id"]
    told.holds("seal", is_own, "the receipt is for another interview")
    if head:
        is_it = receipt["hash"] == head.strip().lower()
        told.holds("seal", is_it, "the receipt's hash is not the one given with --head")


def check_record(found: Json, told: Told) -> None:
    """Hashes and links; events of others lie between, so only neighbours can be linked."""
    events = [*found["core"]["audit"]["events"], found["receipt"]]
    for event in events:
        name = f"event {event['seq']}"
        told.holds("record", event_hash(event) == event["hash"], f"{name} was changed")
        is_own = event["session_id"] == found["core"]["session"]["id"]
        told.holds("record", is_own, f"{name} belongs to another interview")
    for before, event in itertools.pairwise(events):
        gap = event["seq"] - before["seq"]
        follows = gap > 1 or (gap == 1 and event["prev_hash"] == before["hash"])
        told.holds("record", follows, f"event {event['seq']} does not follow the one before it")


def is_scored(rating: Json) -> bool:
    """Whether the deterministic scorer made it."""
    return bool(rating["rater"] == "model" and not rating["rater_version"].startswith(LLM))


def check_made(core: Json, told: Told) -> None:
    """Each of the scorer's ratings is on record as it stands here."""
    events = core["audit"]["events"]
    made = {e["subject"]: e["detail"] for e in events if e["tag"] == "model:rating:create"}
    for rating in filter(is_scored, core["ratings"]):
        name = f"rating {rating['id']}"
        detail = made.get(f"rating:{rating['id']}", {})
        if told.holds("record", bool(detail), f"{name} is not on record"):
            own = {key: rating[key] for key in ("input_digest", "level", "abstained")}
            same = all(own[key] == detail[key] for key in own if key in detail)
            told.holds("record", same, f"{name} is not what the record says")


def check_people(core: Json, told: Told) -> None:
    """What people gave as reasons, and the levels they set, are what the record says."""
    ratings = {f"rating:{rating['id']}": rating for rating in core["ratings"]}
    for event in core["audit"]["events"]:
        detail, rating = event["detail"], ratings.get(event["subject"])
        if "reason_sha256" not in detail or rating is None:
            continue
        same = sha256((rating["reason"] or "").encode()) == detail["reason_sha256"]
        told.holds("people", same, f"the reason of {event['subject']} is not the one on record")
        same = rating["level"] == detail.get("to", rating["level"])
        told.holds("people", same, f"the level of {event['subject']} is not the one on record")


# --------------------------------------------------------------------------------------- words


def input_digest(core: Json, rating: Json) -> str:
    """The SHA-256 of what a rating is made from.

    Beside words, question and rubric: the map where it was fitted to people's ratings, and what a
    sentence encoder said of each answer, where one was asked.
    """
    rubric, competency_id, detail = core["rubric"], rating["competency_id"], rating["detail"]
    competency = next(each for each in rubric["competencies"] if each["id"] == competency_id)
    asked = [
        answer
        for answer in core["answers"]
        if competency_id in (answer["question"]["competencies"] or [competency_id])
    ]
    basis, meanings = detail.get("basis"), [a.get("meaning") for a in detail["answers"]]
    fitted = basis["sha256"] if basis and not basis["assumed"] else ""
    beside = [[fitted, meanings]] if fitted or any(meanings) else []
    return sha256(canonical([asked, competency, rubric, *beside]))


def newest(core: Json, competency_id: str) -> Json:
    """The scorer's newest rating of a competency (they come oldest first), or None."""
    own = [r for r in core["ratings"] if r["competency_id"] == competency_id and is_scored(r)]
    return own[-1] if own else None


def check_words(core: Json, told: Told) -> None:
    """The newest ratings were made from these very words; their quotes stand in them."""
    said = {u["id"]: u["text"] for answer in core["answers"] for u in answer["utterances"]}
    for competency in core["rubric"]["competencies"]:
        rating, name = newest(core, competency["id"]), competency["name"]
        if rating is None:
            continue
        if rating["id"] in core["earlier"]:
            told.notes.append(f"{name}: rated from words or anchors as they stood before")
            continue
        same = rating["input_digest"] == input_digest(core, rating)
        told.holds("words", same, f"{name} was rated from other words, questions or anchors")
        for one in rating["evidence"]:
            stands = one["quote"] in said.get(one["utterance_id"], "")
            told.holds("quotes", stands, f"{one['quote'][:40]!r} is not in the transcript")


# -------------------------------------------------------------------------------------- scores


def height(curve: Json, value: float) -> float:
    """A piecewise linear curve at `value`, flat outside its knots; six decimals."""
    knots, heights = curve["knots"], curve["heights"]
    if value <= knots[0]:
        return float(round(heights[0], SCORED))
    for i in range(1, len(knots)):
        if value <= knots[i]:
            share = (value - knots[i - 1]) / (knots[i] - knots[i - 1])
            return float(round(heights[i - 1] + share * (heights[i] - heights[i - 1]), SCORED))
    return float(round(heights[-1], SCORED))


def near(one: float | None, other: float | None) -> bool:
    """Equal to six decimals, or both missing."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= CLOSE


def inside(value: float) -> float:
    return min(HIGHEST, max(LOWEST, value))


def level_of(score: float, score_map: Json) -> int:
    return 1 + sum(bool(threshold <= score) for threshold in score_map["thresholds"])


def check_scores(core: Json, told: Told) -> None:
    """Every deterministic rating: its answers, its mean of them, its level, its interval."""
    maps = {}
    for each in core["score_maps"]:
        body = {key: value for key, value in each.items() if key != "sha256"}
        same = each["sha256"] == sha256(canonical(body))
        told.holds("scores", same, f"the score map {each['id']} was changed")
        maps[each["sha256"]] = each
    said = {answer["question"]["id"]: answer for answer in core["answers"]}
    for rating in filter(is_scored, core["ratings"]):
        name, basis = f"rating {rating['id']}", rating["detail"].get("basis")
        if basis is None and rating["score"] is None:
            told.holds("scores", rating["level"] is None, f"{name} has a level and no score")
            continue
        if basis is None or basis["sha256"] not in maps:
            told.notes.append(f"{name}: the map of {rating['rater_version']} is not in the bundle")
            continue
        is_newest = newest(core, rating["competency_id"]) is rating
        is_newest = is_newest and rating["id"] not in core["earlier"]
        for answer in rating["detail"]["answers"]:
            score_map = maps[(answer["basis"] or basis)["sha256"]]
            faults = answer_faults(answer, score_map)
            if is_newest and answer["score"] is not None:
                faults += width_faults(answer, said[answer["question_id"]], score_map)
            told.holds("scores", not faults, f"{name}, an answer: {'; '.join(faults)}")
        faults = rating_faults(rating, maps[basis["sha256"]])
        told.holds("scores", not faults, f"{name}: {'; '.join(faults)}")


def answer_faults(answer: Json, score_map: Json) -> list[str]:
    """The contributions of one answer by its features, their sum, and the level."""
    parts, curves = answer["contributions"], {c["feature"]: c for c in score_map["curves"]}
    if answer["score"] is None:
        is_bare = not parts and answer["level"] is None and bool(answer["abstained"])
        return [] if is_bare else ["it was not rated, and yet there are numbers"]
    faults = [] if set(curves) <= {part["feature"] for part in parts} else ["a feature is missing"]
    whole = 0.0
    for part in parts:
        feature = part["feature"]
        if feature in curves:
            wanted = height(curves[feature], answer["features"].get(feature, 0.0))
            shown = part["value"] * part["weight"]
            if not near(shown, wanted):
                faults.append(f"{feature} is shown as {shown:.6f}, recomputed {wanted:.6f}")
        elif feature == "intercept":
            wanted = score_map["intercept"]
        elif feature in SHOWN_ONLY:
            wanted = 0.0
        else:
            wanted = inside(whole) - whole  # floor or ceiling: what the sum lacks
        if not near(part["contribution"], wanted):
            faults.append(f"{feature} gives {part['contribution']}, recomputed {wanted:.6f}")
        whole += wanted
    if not near(answer["score"], inside(whole)):
        faults.append(f"the score is {answer['score']}, recomputed {inside(whole):.6f}")
    if answer["level"] != level_of(answer["score"], score_map):
        faults.append(f"{answer['level']} is not the level of {answer['score']}")
    return faults


def width_faults(answer: Json, spoken: Json, score_map: Json) -> list[str]:
    """The interval and the weight of one answer, by word confidences and length."""
    known, sure = score_map["interval"], confidence(spoken)
    params = [p["params"] for p in answer["contributions"] if "units" in p["params"]]
    units = params[0]["units"] if params else 0
    extra = known["short"] * math.exp(-units / 40) + known["fallback"] * fallback(spoken)
    low = answer["score"] - known["below"] - known["doubt_below"] * (1 - sure) - extra
    high = answer["score"] + known["above"] + known["doubt_above"] * (1 - sure) + extra
    weight = min(1.0, units / FULL_WEIGHT_UNITS) * max(0.1, sure)
    faults = []
    if not near(answer["low"], inside(low)) or not near(answer["high"], inside(high)):
        faults.append(f"the interval should be {inside(low):.6f} to {inside(high):.6f}")
    if not near(answer["weight"], weight):
        faults.append(f"it counts {answer['weight']}, recomputed {weight:.6f}")
    return faults


def confidence(spoken: Json) -> float:
    """Mean word confidence of an answer; text without words counts as 0.6 each."""
    values: list[float] = []
    for utterance in spoken["utterances"]:
        if utterance["text"].strip():
            own = [min(1.0, max(0.0, word["confidence"])) for word in utterance["words"]]
            values.extend(own or [UNKNOWN_CONFIDENCE])
    return math.fsum(values) / len(values) if values else 0.0


def fallback(spoken: Json) -> float:
    """Share of the speaking time that a fallback engine wrote."""
    spans = [(max(0.0, u["end"] - u["start"]) or 1e-3, u) for u in spoken["utterances"]]
    those = [s for s, u in spans if u["is_fallback"] and u["text"].strip()]
    return math.fsum(those) / math.fsum(s for s, _ in spans) if spans else 0.0


def rating_faults(rating: Json, score_map: Json) -> list[str]:
    """A competency's score and interval: the weighted means of its answers."""
    detail = rating["detail"]
    faults = []
    for key in ("level", "score", "low", "high", "abstained", "input_digest"):
        same = near if isinstance(rating[key], float) else lambda one, other: one == other
        if not same(rating[key], detail[key]):
            faults.append(f"its {key} is not the one in its detail")
    rated = [answer for answer in detail["answers"] if answer["score"] is not None]
    if not rated:
        return faults + ([] if rating["score"] is None else ["no answer was rated, yet it is"])
    whole = math.fsum(answer["weight"] for answer in rated)
    score = math.fsum(answer["weight"] * answer["score"] for answer in rated) / whole
    if not near(rating["score"], score):
        faults.append(f"the score is {rating['score']}, recomputed {score:.6f}")
    if rating["level"] != level_of(rating["score"], score_map):
        faults.append(f"{rating['level']} is not the level of {rating['score']}")
    low = math.fsum(answer["weight"] * answer["low"] for answer in rated) / whole
    high = math.fsum(answer["weight"] * answer["high"] for answer in rated) / whole
    if not near(rating["low"], inside(low)) or not near(rating["high"], inside(high)):
        faults.append(f"the interval should be {inside(low):.6f} to {inside(high):.6f}")
    pooled = math.fsum(part["contribution"] for part in detail["contributions"])
    return faults if near(inside(pooled), score) else [*faults, "the parts do not add up"]


# ----------------------------------------------------------------------------------------- all


def verify(data: bytes, head: str | None = None) -> Told:
    """Every check on the bytes of a bundle. Raises Unreadable."""
    told = Told()
    found = read(data, told)
    try:
        check_seal(found, head, told)
        check_record(found, told)
        for check in (check_made, check_people, check_words, check_scores):
            check(found["core"], told)
    except MISSHAPEN as error:
        told.holds("form", False, f"a part is missing or of the wrong kind ({error!r})")
    if not told.wrong:
        receipt = found["receipt"]
        told.notes.append(f"receipt: event {receipt['seq']}, {receipt['at']}")
        told.notes.append(f"receipt: {receipt['hash']}")
    return told


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks an evidence bundle of Candor.")
    parser.add_argument("file", help="the bundle (.zip) or its evidence.json")
    parser.add_argument("--head", help="the receipt's hash as the organisation's record has it")
    chosen = parser.parse_args(argv)
    try:
        with open(chosen.file, "rb") as opened:
            told = verify(opened.read(LARGEST + 1), chosen.head)
    except OSError as error:
        sys.stderr.write(f"{chosen.file} cannot be read: {error.strerror}.\n")
        return 2
    except Unreadable as error:
        sys.stderr.write(f"{chosen.file} is no bundle, or a damaged one: {error}.\n")
        return 2
    lines = [f"{what:8} {count} checked" for what, count in told.counts.items()]
    lines += [f"note     {note}" for note in told.notes]
    lines += [f"WRONG    {sentence}" for sentence in told.wrong]
    lines.append(
        f"{len(told.wrong)} of the checks do not agree."
        if told.wrong
        else "Everything agrees. Compare the receipt's hash with the organisation's own record."
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if told.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
