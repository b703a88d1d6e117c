"""Conversations on disk: whose it is and its id in, the conversation out, as it was when the server last lived.

One SQLite file. An owner is the hash of a browser's cookie; nobody reads, changes or learns of another's conversations.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types import Answer, Citation, Statement, Timings, Usage
from ui.conversation import Conversation, Turn

# The oldest goes when there are more; a conversation of twenty answers takes about 60 kB.
MOST = 300
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT, touched REAL);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, touched);
CREATE TABLE IF NOT EXISTS turns (conversation TEXT REFERENCES conversations ON DELETE CASCADE, n INTEGER, question TEXT,
    ending TEXT, told TEXT, answer TEXT, PRIMARY KEY (conversation, n)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history; `touched` in seconds since 1970."""

    id: str
    title: str
    touched: float


class History:
    """Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; {_TABLES}")

    def keep(self, owner: str, conversation: Conversation) -> None:
        """The last turn as it is now; turns after it are forgotten. Somebody else's conversation is left alone."""
        turns = conversation.turns
        if not turns:
            return
        last = turns[-1]
        answer = json.dumps(last.answer.to_dict(), ensure_ascii=False) if last.answer else None
        with self._lock, self._connection as db:
            if self._owner(conversation.id) not in (None, owner):
                return
            db.execute(
                "INSERT INTO conversations VALUES (?,?,?,?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
                "touched = excluded.touched",
                (conversation.id, owner, turns[0].question[:200], time.time()),
            )
            db.execute("DELETE FROM turns WHERE conversation = ? AND n >= ?", (conversation.id, len(turns)))
            row = (conversation.id, len(turns), last.question, last.ending, last.told, answer)
            db.execute("INSERT INTO turns VALUES (?,?,?,?,?,?)", row)
            db.execute(
                "DELETE FROM conversations WHERE owner = ? AND id NOT IN "
                "(SELECT id FROM conversations WHERE owner = ? ORDER BY touched DESC LIMIT ?)",
                (owner, owner, MOST),
            )

    def conversation(self, owner: str, id_: str) -> Conversation | None:
        """None where there is none, or where it is another's. A turn that was never ended was cut."""
        with self._lock:
            if self._owner(id_) != owner:
                return None
            query = "SELECT question, ending, told, answer FROM turns WHERE conversation = ? ORDER BY n"
            rows = self._connection.execute(query, (id_,)).fetchall()
        turns = (Turn(q, answer_from(json.loads(answer)) if answer else None, e, told) for q, e, told, answer in rows)
        return Conversation(id_, tuple(turns)).ended("cut")

    def entries(self, owner: str) -> list[Entry]:
        """Newest first."""
        query = "SELECT id, title, touched FROM conversations WHERE owner = ? ORDER BY touched DESC"
        with self._lock:
            return [Entry(*row) for row in self._connection.execute(query, (owner,))]

    def forget(self, owner: str, id_: str) -> None:
        with self._lock, self._connection as db:
            db.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (id_, owner))

    def close(self) -> None:
        self._connection.close()

    def _owner(self, id_: str) -> str | None:
        row = self._connection.execute("SELECT owner FROM conversations WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else None


def answer_from(fields: Mapping[str, Any]) -> Answer:
    """The reverse of `Answer.to_dict`."""
    parts = {
        "statements": tuple(Statement(**s | {"citations": tuple(s["citations"])}) for s in fields["statements"]),
        "citations": tuple(Citation(**c | {"gloss": tuple(map(tuple, c["gloss"]))}) for c in fields["citations"]),
        "usage": Usage(**fields["usage"]),
        "timings": Timings(**fields["timings"]),
        "also_searched": tuple(fields["also_searched"]),
    }
    return Answer(**{**fields, **parts})
