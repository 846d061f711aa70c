"""The notice in English."""

from __future__ import annotations

from collections.abc import Mapping

from service.access.notice_words.parts import PurposeWords

TITLES: Mapping[str, str] = {
    "recorded": "What is recorded",
    "models": "Which models see it",
    "never": "What is never scored",
    "decides": "Who decides",
    "kept": "How long it is kept",
    "rights": "Your rights",
}
COMMON: Mapping[str, tuple[str, ...]] = {
    "recorded": (
        "Your picture and your voice while the interview runs, and what you say as text. If you "
        "answer in writing: what you write. Nothing is recorded before you press Start.",
    ),
    "models": (),
    "never": (
        "Your face, looks, age, accent, tone of voice, feelings, clothes or room; nor how long "
        "you took, nor any accommodation you asked for. Only the content of your answers counts.",
    ),
    "decides": (
        "A person. A model's proposal is never final: a reviewer sees your answers, the text and "
        "the reasons, and can change every rating.",
    ),
    "kept": ("Counted from the end of the interview; then it is erased by itself.",),
    "rights": (
        "On this page, with your link, at any time: see your receipt, get a copy of your data, "
        "withdraw a consent, contest a result or have a person judge alone, and have everything "
        "erased. None of it counts against you.",
    ),
}
MODELS: Mapping[str, str] = {
    "speech": "A speech recogniser ({engine}) turns your words into text.",
    "speech_fallback": "A simple substitute recogniser ({engine}) writes down your words. It makes "
    "many mistakes; your recording counts, not its text.",
    "speech_none": "No speech recogniser for your language is installed at the moment. Your voice "
    "is kept and turned into text later.",
    "scoring": "If you allow it, a scoring model ({engine}) compares that text with the "
    "requirements of the job and proposes a level from 1 to 5, with quotes.",
    "llm": "If you allow it, a language model ({engine}) reads that text as well, to propose "
    "levels with quotes; its proposal is marked as such.",
    "face": "If you allow it, models ({engine}) note what can be seen: whether a face is in the "
    "picture, where it looks, smiles. It is shown to the reviewer and carries no weight.",
    "face_none": "No model for faces is installed here: your face is not analysed.",
    "face_never": "Your face is not analysed: the law or the rules at this place exclude it.",
}
EXTRA: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "EU": {
        "recorded": ("The legal basis is your consent, which you may refuse or take back.",),
        "models": (
            "This is a high-risk use of AI in recruitment; that is why people oversee it and "
            "every step is logged.",
        ),
        "never": ("Reading emotions from faces or voices is forbidden at work, and not done.",),
        "decides": (
            "You are not subject to a decision based on automated processing alone, and you may "
            "ask what part the model had in it.",
        ),
        "rights": (
            "Requests are answered within one month. You may also complain to your "
            "data-protection authority.",
        ),
    },
    "CN": {
        "recorded": (
            "Consent is voluntary and given for each purpose by itself; refusing it does not keep "
            "you from being interviewed.",
        ),
        "models": ("Whoever uses it has to assess its impact on personal information first.",),
        "never": ("Face measurements are sensitive: they are asked about separately.",),
        "decides": (
            "You may ask for the automated rating to be explained, and refuse a decision that "
            "was made by it alone.",
        ),
        "rights": ("You may consult, copy, transfer, correct, complete and delete your data.",),
    },
    "US-IL": {
        "recorded": (
            "Artificial intelligence may be used to analyse this interview; it is used only with "
            "your consent, given before it begins.",
        ),
        "models": (
            "It evaluates what you say: relevance to the question, coverage of the job's "
            "requirements, concrete examples, structure. It works by comparing texts.",
        ),
        "never": ("No ZIP code or other stand-in for a protected class is used.",),
        "decides": ("The recording is shared only with people needed to judge your fitness.",),
        "kept": (
            "If you ask for it, the recording and every copy of it are erased within 30 days.",
        ),
    },
    "STRICT": {
        "recorded": (
            "Consent is given for each purpose by itself, and you may refuse or take it back.",
        ),
        "never": ("Emotions are not read from faces or voices.",),
        "decides": (
            "You may ask what part the model had in a decision, and refuse one that was made by "
            "it alone.",
        ),
        "rights": ("Requests are answered within 30 days.",),
    },
}
PURPOSES: Mapping[str, PurposeWords] = {
    "recording": PurposeWords(
        "Record my picture and voice",
        "So that reviewers can see and hear my answers.",
        "If not: you answer the same questions in writing, or talk with a person.",
    ),
    "ai_scoring": PurposeWords(
        "Let a model propose ratings",
        "From the text of my answers only.",
        "If not: a person rates your answers alone, by the same questions and rubric.",
    ),
    "facial_analysis": PurposeWords(
        "Let a model note face movements",
        "Shown to the reviewer, never scored.",
        "If not: nothing about your face is computed.",
    ),
}
