"""What reaches a terminal: text made safe to print, and a progress bar where somebody watches."""

from __future__ import annotations

import json
import re
import sys
from types import TracebackType
from typing import Any

_UNSAFE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TERMINAL = re.compile("[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def term_safe(text: str) -> str:
    r"""Control and direction characters as visible escapes; line ends and tabs stay.

    >>> term_safe("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _UNSAFE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def say(text: str) -> None:
    """A result, on standard output."""
    print(term_safe(text), flush=True)


def dump(value: Any) -> None:
    """Print one line of JSON with readable Chinese; what a terminal would obey is escaped the JSON way."""
    text = json.dumps(value, ensure_ascii=False)
    print(_TERMINAL.sub(lambda found: f"\\u{ord(found.group()):04x}", text), flush=True)


class Progress:
    """A bar on standard error while it is a terminal, otherwise silence."""

    def __init__(self, title: str, unit: str) -> None:
        self.title, self.unit = title, unit
        self._bar: Any = None

    def of(self, total: int) -> None:
        """How many steps there will be."""
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=self.title, unit=f" {self.unit}", file=sys.stderr)

    def step(self, name: str) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(term_safe(name)[:40])
            self._bar.update()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
