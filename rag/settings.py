"""Everything that can be configured, read from the environment in this file (SAYSO_DEBUG alone by the command line)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen value, passed to the factory. An empty `model` means offline."""

    index: Path
    default_index: bool = True  # False when the command line names one: then a missing one is an error
    model: str = ""
    api_key: str = ""
    base_url: str = ""
    # "auto": the semantic one while the corpus is small enough, else words alone; "semantic", "hashing" or "words"; or the
    # name of a served model.
    embedding: str = "auto"
    embedding_url: str = ""
    chroma_url: str = ""  # of the Chroma server that holds the vectors; empty: they are in the index directory
    model_key: str = ""  # of the model's own server; else `api_key`
    unsupported: str = "drop"  # what becomes of a model's claims that fail: "drop", or "show" them with the reason
    judge: bool = False  # whether the model is asked for a second opinion on each claim
    # Where the page keeps conversations, thumbs and uploads; None: below the index.
    state: Path | None = None
    # All the time a model may take, seconds; then the offline answer is given with a notice.
    model_timeout: float = 60.0

    @property
    def offline(self) -> bool:
        return not self.model

    @property
    def state_directory(self) -> Path:
        return self.state or self.index / "chat"

    @classmethod
    def from_env(
        cls, env: Mapping[str, str] | None = None, *, index: str | Path | None = None, model: str | None = None
    ) -> Settings:
        """`index` beats SAYSO_INDEX, which beats the user's data directory; `model` beats SAYSO_MODEL.

        A key or a base URL turns the model on, and so does `model` or a SAYSO_MODEL of the table whose server has its key;
        SAYSO_OFFLINE=1 turns it off. Raises UsageError when `model` is named and its key is missing.
        """
        env = os.environ if env is None else env
        key, url = env.get("OPENAI_API_KEY", "").strip(), env.get("OPENAI_BASE_URL", "").strip()
        offline = env.get("SAYSO_OFFLINE", "").strip().lower() in {"1", "true", "yes"}
        wanted = model or env.get("SAYSO_MODEL", "").strip()
        address, model_key = ("", "") if offline or url else _asked(wanted, env, named=bool(model))
        chosen = "" if offline or not (key or url or address) else wanted or "gpt-4o-mini"
        return cls(
            default_index=index is None,
            index=Path(index or env.get("SAYSO_INDEX") or _data_directory()),
            model=chosen,
            api_key=key or "none",
            base_url=url or address or "https://api.openai.com/v1",
            model_key=model_key,
            unsupported=_either(
                "SAYSO_UNSUPPORTED", env.get("SAYSO_UNSUPPORTED", "").strip() or "drop", ("drop", "show")
            ),
            judge=env.get("SAYSO_JUDGE", "").strip().lower() in {"1", "true", "yes"},
            state=Path(env["SAYSO_STATE"]) if env.get("SAYSO_STATE", "").strip() else None,
            embedding=env.get("SAYSO_EMBEDDING", "").strip() or "auto",
            embedding_url=env.get("SAYSO_EMBEDDING_URL", "").strip() or url or "https://api.openai.com/v1",
            chroma_url=_server(env.get("SAYSO_CHROMA_URL", "").strip()),
            model_timeout=_seconds(env.get("SAYSO_MODEL_TIMEOUT", "60")),
        )


def choices(settings: Settings, env: Mapping[str, str] | None = None) -> dict[str, Settings]:
    """What a reader may choose instead, by name: "offline", and the table's models whose server has its key here.

    A server named by OPENAI_BASE_URL offers its one configured model.
    """
    from rag.models import models, servers

    env = os.environ if env is None else env
    offered = {"offline": replace(settings, model="")}
    if (settings.offline and env.get("SAYSO_OFFLINE", "").strip()) or env.get("OPENAI_BASE_URL", "").strip():
        return offered
    for name, row in models().items():
        server = servers().get(row.server)
        key = env.get(server.key, "").strip() if server and server.key else ""
        if server and key:
            offered[name] = replace(settings, model=name, base_url=server.base_url, model_key=key)
    return offered


def _data_directory() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sayso", appauthor=False) / "index"


def _asked(model: str, env: Mapping[str, str], *, named: bool) -> tuple[str, str]:
    """(address, key) of the table's server for a model; empty where the table or the environment has none."""
    from rag.models import server_of, servers

    server = server_of(model)[0] if model else None
    if server is None:
        if named and not env.get("OPENAI_API_KEY", "").strip():
            known = ", ".join(servers())
            raise UsageError(
                f"no server is known for {model}; set OPENAI_BASE_URL, or say SERVER/{model} with one of {known}"
            )
        return "", ""
    key = env.get(server.key, "").strip() if server.key else "none"
    if not key and named:
        raise UsageError(f"{model} is asked at {server.base_url}; set {server.key} to its key")
    return (server.base_url, key) if key else ("", "")


def _server(url: str) -> str:
    """http://HOST:PORT and nothing more, in one spelling."""
    if "@" in url:  # not shown: a password may stand before it
        raise UsageError(
            "SAYSO_CHROMA_URL holds a user name or a password, which Chroma does not take; give http://HOST:PORT"
        )
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if url and (not whole or url.rstrip("/").lower() != f"{parts.scheme}://{parts.netloc}".lower()):
        raise UsageError(f"SAYSO_CHROMA_URL is {url!r}; give http://HOST:PORT")
    return url.rstrip("/").lower()


def _either(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UsageError(f"{name} is {value!r}; give {' or '.join(allowed)}")
    return value


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 3600:
        raise UsageError(f"SAYSO_MODEL_TIMEOUT is {text!r}; give seconds between 0 and 3600")
    return seconds
