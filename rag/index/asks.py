"""Questions that claims answer, and those that nothing answers, in; how near another question is to them out.

    asks.npz    vectors and words of every ask, and what was learnt from them, in one file beside the other parts of a generation

A question is more like another question than like its answer (document expansion by queries: Nogueira and Lin 2019).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rag.embeddings import SEMANTIC, meant, unit
from rag.index.learnt import Learnt, rounded, words_of
from rag.index.nearness import Nearness, Owned
from rag.index.postings import Postings
from rag.index.scan import Scan
from rag.index.store import Store
from rag.names import finder_of
from rag.people import People
from rag.spelling import Vocabulary, vocabulary_of
from rag.types import Gap, Proposition, Together

FILE = "asks.npz"
READY = Path(__file__).resolve().parent.parent.parent / "seeds" / FILE  # made by `python -m evals.make_asks`
_VERSION = 7
_WORDS = (
    0.3  # of an ask's likeness, beside its vector's 1; what was learnt knows words, but none of documents added later
)
_PART = "words."  # before the names of the postings' arrays
Learn = Callable[[np.ndarray, Sequence[str], Sequence[frozenset[int]]], Learnt]


class Ask(NamedTuple):
    """`owner`: the id of a claim that answers it, or of the gap that leaves it open. Several may own one text."""

    owner: str
    text: str


def asks_of(claims: Iterable[Proposition], together: Iterable[Together], gaps: Iterable[Gap]) -> list[Ask]:
    """A claim without any is asked for by its own words; a gap by its name as well. What claims answer together asks for
    each of them.
    """
    own = {claim.id: claim.asks or (claim.zh, claim.en) for claim in claims}
    asks = [Ask(id_, text) for id_, texts in own.items() for text in texts]
    asks += [Ask(id_, text) for shared in together for id_ in shared.claims if id_ in own for text in shared.asks]
    asks += [Ask(gap.id, text) for gap in gaps for text in (*gap.asks, gap.zh, gap.en) if text]
    return [*dict.fromkeys(asks)]


def digest(asks: Sequence[Ask]) -> str:
    """Of all that decides what the file holds, but for other names of people: those hardly change it."""
    parts = (_VERSION, SEMANTIC.model_name, [*map(tuple, asks)])
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def write_asks(path: Path, store: Store, people: People) -> None:
    """The file for what the store holds now. What stands ready for the built-in articles, or what the generation that was
    copied has, is taken over: to make all of theirs takes a minute.
    """
    asks = asks_of(store.propositions(), store.together(), store.gaps())
    if not asks:
        path.unlink(missing_ok=True)
        return
    # What stands ready is taken first: an older generation's directions were learnt from older asks.
    wanted = digest(asks)
    base = READY if not path.is_file() or built_digest(READY) == wanted else path
    if built_digest(base) != wanted:
        build(path, asks, people, base=base)
    elif base != path:
        shutil.copyfile(base, path)


def build(
    path: Path, asks: Sequence[Ask], people: People, *, base: Path | None = READY, learn: Learn | None = None
) -> None:
    """Write the file that `AskIndex` opens. `base`: another such file; what it has learnt is kept, and its asks need not be made
    anew. `learn`: learns from all vectors, texts and the owners of each.
    """
    known = _Known(base if base and base.is_file() and not learn else None)
    texts = [*dict.fromkeys(ask.text for ask in asks)]
    keys = [_key(text) for text in texts]
    missing = [n for n, key in enumerate(keys) if key not in known.rows]
    finder = finder_of(people)
    canonical = {n: finder.canonical(texts[n]) for n in missing}
    made = SEMANTIC.encode([*canonical.values()])
    owners = [*dict.fromkeys(ask.owner for ask in asks)]
    rows, numbers = ({item: n for n, item in enumerate(items)} for items in (texts, owners))
    asked = np.array([rows[ask.text] for ask in asks], np.int32)
    owned = np.array([numbers[ask.owner] for ask in asks], np.int32)
    spelt = [*canonical.values()]
    learnt = learn(made, spelt, _owners_of(asked, owned, len(texts))) if learn else known.learnt
    projected = learnt.vectors(made, spelt)
    vectors = np.zeros((len(texts), projected.shape[1]), np.int8)
    vectors[missing] = rounded(projected)[0]
    kept = [n for n, key in enumerate(keys) if key in known.rows]
    if kept:
        vectors[kept] = known.vectors[[known.rows[keys[n]] for n in kept]]
    arrays: dict[str, Any] = {
        **learnt.arrays(),
        "version": np.array(_VERSION),
        "digest": _bytes([digest(asks)]),
        "owners": _bytes(owners),
        "keys": np.array(keys, np.uint64),
        "asked": asked,
        "owned": owned,
        "vectors": vectors,
    }
    old = known.words()
    words = [words_of(canonical[n]) if n in canonical else old[known.rows[key]] for n, key in enumerate(keys)]
    arrays |= {f"{_PART}{name}": array for name, array in Postings.arrays_of(words).items()}
    spoken = vocabulary_of(texts)
    arrays["counts"] = _bytes(f"{word} {count}" for word, count in spoken.counts.items())
    arrays["heard"] = _bytes(f"{sound} {word}" for sound, word in spoken.heard.items())
    np.savez_compressed(path, **arrays)


def _bytes(lines: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _pairs(lines: np.ndarray) -> Iterator[tuple[str, str]]:
    for line in bytes(lines).decode().splitlines():
        one, _, other = line.partition(" ")
        yield one, other


class _Known:
    """What a file holds, by key of ask; nothing without a file, or where another version wrote it."""

    def __init__(self, path: Path | None) -> None:
        self._arrays: dict[str, np.ndarray] = {}
        if path:
            with np.load(path) as file:
                if int(file["version"] if "version" in file.files else 0) == _VERSION:
                    self._arrays = {name: file[name] for name in file.files}
        self.rows = {int(key): row for row, key in enumerate(self._arrays.get("keys", ()))}
        self.learnt = Learnt.load(self._arrays) if self._arrays else Learnt.nothing()
        self.vectors = self._arrays.get("vectors", np.empty((0, self.learnt.matrix.shape[1]), np.int8))

    def words(self) -> list[list[str]]:
        """Of each ask."""
        return Postings.sets_of(_postings(self._arrays)) if self._arrays else []


def _postings(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {key.removeprefix(_PART): array for key, array in arrays.items() if key.startswith(_PART)}


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def built_digest(path: Path) -> str:
    """Which asks a file was built of; "" where there is none."""
    if not path.is_file():
        return ""
    with np.load(path) as arrays:
        return bytes(arrays["digest"]).decode()


class AskIndex:
    """Opened once, read by any thread. Empty where the file is missing: no claim, no ask."""

    def __init__(self, path: Path, people: People) -> None:
        self.owners: tuple[str, ...] = ()
        self.rows: dict[str, int] = {}
        self.vocabulary = Vocabulary({}, {})
        # The parts of a message share what it tells, and a question is asked for several times.
        self._remembered = lru_cache(maxsize=8)(self._alike)
        self._likeness_to = lru_cache(maxsize=8)(self._likeness)
        if not path.is_file():
            return
        self._finder = finder_of(people)
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        self.owners = tuple(bytes(arrays["owners"]).decode().split("\n"))
        self._learnt = Learnt.load(arrays)
        self._scan = Scan(unit(arrays["vectors"].astype(np.float32)))
        self._words = Postings(_postings(arrays))
        self.rows = {owner: n for n, owner in enumerate(self.owners)}
        self._owned, self._asked = arrays["owned"], arrays["asked"]
        self._of = Owned(self._owned, self._asked)
        counts = {word: int(count) for word, count in _pairs(arrays["counts"])}
        self.vocabulary = Vocabulary(counts, dict(_pairs(arrays["heard"])))

    def only_of(self, owners: Collection[str]) -> frozenset[str]:
        """Terms that no ask of anybody else has."""
        if not self.owners:
            return frozenset()
        others = np.array([owner not in owners for owner in self.owners])
        theirs = np.zeros(len(self._scan), bool)
        theirs[self._asked[others[self._owned]]] = True
        return frozenset(self._words.only_outside(theirs))

    def alike(self, *texts: str, last: float = 1.0) -> Nearness:
        """Of one text, or the mean of two, of which the last one counts for `last`. There must be asks."""
        return self._remembered(texts, (1 - last, last)[-len(texts) :])

    def _alike(self, texts: tuple[str, ...], shares: tuple[float, ...]) -> Nearness:
        # One after the other: two at once take numpy four times as long.
        return Nearness(self._of, [self._likeness_to(text) for text in texts], shares)

    def _likeness(self, text: str) -> np.ndarray:
        """Of each ask, as `Owned` orders them."""
        spelt = self._finder.canonical(text)
        (vector,) = self._learnt.vectors(meant(spelt)[np.newaxis], [spelt])
        of_asks = self._scan.likeness(vector, _WORDS * self._words.agreement(words_of(spelt)))
        return self._of.likeness(of_asks)


def _owners_of(asked: np.ndarray, owned: np.ndarray, count: int) -> list[frozenset[int]]:
    """Who owns each text."""
    owners: list[set[int]] = [set() for _ in range(count)]
    for text, owner in zip(asked.tolist(), owned.tolist(), strict=True):
        owners[text].add(owner)
    return [*map(frozenset, owners)]
