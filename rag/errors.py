"""What can go wrong, and the exit status that says so.

SaysoError (1)
├── UsageError (2)       a question, path, option or file that can't be used
│   └── DocumentError    one refused document, named with its reason
├── IndexProblem (3)     index missing, damaged or built with another embedding
├── BusyError (4)        another process is ingesting
├── EmbeddingError (1)   the embedding server failed; a question is then answered by words alone
└── ModelError (1)       the model server failed; says which setting to look at
"""

from __future__ import annotations


class SaysoError(Exception):
    """Something failed that the user can understand: one or two lines, with what to do."""

    exit_status = 1


class UsageError(SaysoError):
    """Bad usage or input."""

    exit_status = 2


class DocumentError(UsageError):
    """A document that can't be taken in."""

    def __init__(self, name: str, reason: str) -> None:
        one_line = name.replace("\n", "\\n")  # a file's name may hold a line end, and forge a line of ours
        super().__init__(f"{one_line}: {reason}")
        self.name = name
        self.reason = reason


class IndexProblem(SaysoError):
    """The index is missing, damaged or built with another embedding."""

    exit_status = 3


class BusyError(SaysoError):
    """Another process holds the writer's lock."""

    exit_status = 4


class EmbeddingError(SaysoError):
    """No vectors: the embedding server failed or sent nonsense, or the index lost its own."""


class ModelError(SaysoError):
    """The model server failed or answered nonsense."""
