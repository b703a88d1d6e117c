"""Thumbs: what a reader thought of an answer in, one JSON line for the evals out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ui.conversation import Conversation

REASONS = ("wrong", "source", "missing", "refused")
_NOTE = 2000


class Feedback:
    """Appends to one file; a line holds the question, those before it and the whole answer object."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def keep(self, conversation: Conversation, turn: int, *, good: bool, reasons: Sequence[str], note: str) -> bool:
        """False where the conversation has no such answer."""
        if not 1 <= turn <= len(conversation.turns) or conversation.turns[turn - 1].answer is None:
            return False
        judged = conversation.turns[turn - 1]
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "conversation": conversation.id,
            "turn": turn,
            "good": good,
            "reasons": [reason for reason in REASONS if reason in reasons],
            "note": note[:_NOTE],
            "question": judged.question,
            "history": [*conversation.before(turn).questions],
            "answer": judged.answer.to_dict() if judged.answer else None,
        }
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return True
