"""Everything that can be configured, read from the environment in this file (SAYSO_DEBUG alone by the command line)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen value, passed to the factory. An empty `model` means offline."""

    index: Path
    default_index: bool = True  # False when the command line names one: then a missing one is an error
    model: str = ""
    api_key: str = ""
    base_url: str = ""
    embedding: str = "hashing"
    # First byte and total time a model may take, seconds; then the offline answer is given with a notice.
    model_timeout: float = 60.0

    @property
    def offline(self) -> bool:
        return not self.model

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, index: str | Path | None = None) -> Settings:
        """`index` beats SAYSO_INDEX, which beats the user's data directory.

        A key or a base URL turns the model on; SAYSO_MODEL names it; SAYSO_OFFLINE=1 turns it off.
        """
        env = os.environ if env is None else env
        key, url = env.get("OPENAI_API_KEY", "").strip(), env.get("OPENAI_BASE_URL", "").strip()
        offline = env.get("SAYSO_OFFLINE", "").strip().lower() in {"1", "true", "yes"}
        model = "" if offline or not (key or url) else env.get("SAYSO_MODEL", "").strip() or "gpt-4o-mini"
        return cls(
            default_index=index is None,
            index=Path(index or env.get("SAYSO_INDEX") or _data_directory()),
            model=model,
            api_key=key or "none",
            base_url=url or "https://api.openai.com/v1",
            embedding=env.get("SAYSO_EMBEDDING", "").strip() or "hashing",
            model_timeout=_seconds(env.get("SAYSO_MODEL_TIMEOUT", "60")),
        )


def _data_directory() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sayso", appauthor=False) / "index"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 3600:
        raise UsageError(f"SAYSO_MODEL_TIMEOUT is {text!r}; give seconds between 0 and 3600")
    return seconds
