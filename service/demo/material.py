"""What the scripted candidate says and shows, and the plan that fits it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from service.demo.stages import DemoError


@dataclass(frozen=True, slots=True)
class Material:
    """Either one `video` with sound, or a `sound` file beside a still `picture`."""

    description: str
    video: Path | None = None
    sound: Path | None = None
    picture: Path | None = None


def _inside(package: str, relative: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise DemoError(
            f"The package {package} is missing: pip install 'candor[demo]', or give --clip FILE."
        )
    path = Path(spec.origin).parent / relative
    if not path.is_file():
        raise DemoError(f"{package} no longer carries {relative}: give --clip FILE instead.")
    return path


def find_material(clip: Path | None) -> Material:
    """The user's clip, or the recording and the portrait inside installed packages."""
    if clip is not None:
        return Material(f"your clip {clip.name}", video=clip)
    return Material(
        "a public reading of a novel's opening (two_cities.wav from the package moonshine-voice, "
        "44 s, English) over a portrait photograph (grace_hopper.jpg from matplotlib, public "
        "domain): a real voice and a real face, but not an interview answer",
        sound=_inside("moonshine_voice", "assets/two_cities.wav"),
        picture=_inside("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    )


ENGLISH = {
    "title": "Audiobook narrator (sample)",
    "language": "en",
    "competencies": [
        {
            "key": "portrayal",
            "name": "Portrayal of a time",
            "description": "Makes listeners feel the contrasts of a time.",
            "anchors": {
                "1": "Names no contrast and no time; general remarks about books.",
                "3": "Names some contrasts of the time, such as the best and the worst of times.",
                "5": "Sets out the contrasts of the time one by one: the best and the worst of "
                "times, the age of wisdom and of foolishness, belief and incredulity, the season "
                "of light and of darkness, the spring of hope and the winter of despair.",
            },
        },
        {
            "key": "comparison",
            "name": "Comparing then and now",
            "description": "Relates a past period to the present one.",
            "anchors": {
                "1": "Does not compare anything.",
                "3": "Says that the period was like the present period.",
                "5": "Compares the period with the present period in detail: what lay before us, "
                "who was going to heaven, what noisy authorities said for good or for evil, and "
                "in which degree of comparison.",
            },
        },
    ],
    "questions": [
        {
            "text": "How does the opening of your favourite novel describe its time? Give the "
            "contrasts: best and worst times, wisdom and foolishness, light and darkness.",
            "seconds": 120,
            "competencies": ["portrayal"],
        },
        {
            "text": "What did people have before them, and how does that period compare with the "
            "present one?",
            "seconds": 120,
            "competencies": ["portrayal", "comparison"],
        },
    ],
}
GENERAL = {
    "title": "Any job (sample)",
    "language": "en",
    "competencies": [
        {
            "key": "experience",
            "name": "Concrete experience",
            "description": "Tells what happened, what they did themselves, and what came of it.",
            "anchors": {
                "1": "Speaks in general, without an example.",
                "3": "Gives one example and says what was done.",
                "5": "Gives the situation, their own actions and the result with figures, and says "
                "what was learned.",
            },
        }
    ],
    "questions": [
        {
            "text": "Tell us about something important that happened. What was the situation?",
            "seconds": 120,
            "competencies": ["experience"],
        },
        {
            "text": "What was done about it, and what came of it?",
            "seconds": 120,
            "competencies": ["experience"],
        },
    ],
}
CHINESE = {
    "title": "客服专员（示例）",
    "language": "zh",
    "competencies": [
        {
            "key": "service",
            "name": "客户服务",
            "description": "先弄清问题，再给出办法，并跟进结果。",
            "anchors": {
                "1": "没有具体事例，只说态度好。",
                "3": "讲了一件事，说明自己做了什么。",
                "5": "讲清背景、自己的做法和可衡量的结果，并说明学到了什么。",
            },
        }
    ],
    "questions": [
        {
            "text": "请讲一次你处理客户投诉的经历：当时的情况、你的做法和结果。",
            "seconds": 120,
            "competencies": ["service"],
        },
        {
            "text": "如果客户提出你无法满足的要求，你会怎么做？",
            "seconds": 120,
            "competencies": ["service"],
        },
    ],
}


def sample_plan(language: str, jurisdiction: str, *, clip: Path | None = None) -> dict[str, object]:
    """A plan as the HTTP API takes it; a `clip` of the user's may be about anything."""
    english = ENGLISH if clip is None else GENERAL
    chosen = CHINESE if language == "zh" else english
    return {**chosen, "jurisdiction": jurisdiction}
