"""Several workers' answers read like one server's."""

from __future__ import annotations

import json

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from service.front import merge


def test_sittings_stand_in_the_order_of_their_planning() -> None:
    one = json.dumps([{"session_id": "0002"}, {"session_id": "0003"}]).encode()
    two = json.dumps([{"session_id": "0001"}]).encode()
    merged = json.loads(merge.sittings([one, two]))
    assert [each["session_id"] for each in merged] == ["0001", "0002", "0003"]
    assert merge.sittings([b"[]", b"[]"]) == b"[]"


def test_what_is_divided_is_summed() -> None:
    def part(workers: int) -> bytes:
        pool = {"workers": workers, "alive": workers, "queued": 1, "restarts": 0}
        return json.dumps({"live_sessions": 4, "session_limit": 67, "pool": pool}).encode()

    assert json.loads(merge.status([part(2), part(1)])) == {
        "live_sessions": 4,
        "session_limit": 67,
        "pool": {"workers": 3, "alive": 3, "queued": 2, "restarts": 0},
    }


def process(offers: int) -> str:
    registry = CollectorRegistry()
    Gauge("sessions", "Live", registry=registry).set(offers)
    counter = Counter("offers", "By outcome", ["outcome"], registry=registry)
    counter.labels('odd "one", {b} c').inc(offers)
    Histogram("lag", "Of the loop", buckets=(1, 2), registry=registry).observe(1.5)
    return generate_latest(registry).decode()


def test_metrics_of_all_processes_are_one_valid_text() -> None:
    text = merge.metrics({"0": process(1), "1": process(2), "front": ""})
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert text.count("# TYPE sessions gauge") == 1
    assert {s.labels["worker"]: s.value for s in families["sessions"].samples} == {"0": 1, "1": 2}
    offers = [s for s in families["offers"].samples if s.name == "offers_total"]
    assert [s.labels for s in offers] == [
        {"outcome": 'odd "one", {b} c', "worker": index} for index in ("0", "1")
    ]
    assert len([s for s in families["lag"].samples if s.name == "lag_bucket"]) == 6
    lines = text.splitlines()
    begins = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(begins) == len(set(begins))  # a family's samples stand together
