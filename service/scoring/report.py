"""A rating as bytes to be kept and as a dictionary to be sent."""

from __future__ import annotations

from service.scoring.digest import Json, canonical, plain
from service.scoring.ratings import CompetencyRating


def detail(rating: CompetencyRating) -> dict[str, Json]:
    """The whole rating as JSON values: contributions, evidence, every answer's breakdown."""
    found = _named(plain(rating))
    if not isinstance(found, dict):
        raise TypeError("a rating is an object")
    return found


def to_json(rating: CompetencyRating) -> bytes:
    """Canonical JSON of `detail`: the same input gives the same bytes in every process."""
    return canonical(detail(rating))


def _named(value: Json) -> Json:
    """`params` and `features` as objects instead of lists of pairs, at any depth."""
    if isinstance(value, list):
        return [_named(item) for item in value]
    if isinstance(value, dict):
        return {
            k: _pairs(v) if k in {"params", "features"} else _named(v) for k, v in value.items()
        }
    return value


def _pairs(value: Json) -> Json:
    pairs = value if isinstance(value, list) else []
    return {str(pair[0]): pair[1] for pair in pairs if isinstance(pair, list)}
