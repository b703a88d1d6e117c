"""What can go wrong with a model's server: an exception of any library in, one of a few typed faults out.

Each fault says in both languages what happened and what to do; none repeats a key.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.errors import ModelError
from rag.types import Language

Kind = Literal[
    "key", "address", "quota", "busy", "server", "slow", "stalled", "overtime", "cut", "nonsense",
    "filtered", "shortened", "context", "rejected", "unsupported", "paused", "language",
]  # fmt: skip
_TOLD: dict[Kind, tuple[str, str]] = {
    "key": ("密钥不被接受,请检查密钥变量", "the key is refused; look at the variable that holds it"),
    "address": ("连不上或没有这个模型,请检查 OPENAI_BASE_URL 和模型名", "no server or no such model there; look at OPENAI_BASE_URL and the model's name"),
    "quota": ("额度已用完,请充值或换模型", "the quota is used up; top it up or choose another model"),
    "busy": ("服务繁忙,请稍后再试", "the server is busy; try again in a while"),
    "server": ("服务出错,请稍后再试", "the server failed; try again later"),
    "slow": ("迟迟没有开始回答;可调大 SAYSO_MODEL_TIMEOUT", "no answer began in time; SAYSO_MODEL_TIMEOUT allows more"),
    "stalled": ("中途停住了", "it stalled on the way"),
    "overtime": ("没有在规定时间内答完;可调大 SAYSO_MODEL_TIMEOUT", "no whole answer in time; SAYSO_MODEL_TIMEOUT allows more"),
    "cut": ("连接中断,回答不完整", "the connection broke and the answer is cut off"),
    "nonsense": ("返回的不是可读的回答,请检查 OPENAI_BASE_URL", "what came back is no answer; look at OPENAI_BASE_URL"),
    "filtered": ("被服务商的内容过滤拦下", "the provider's content filter stopped it"),
    "shortened": ("达到长度上限,回答被截短", "it reached the limit of length and is shortened"),
    "context": ("问题和证据超出模型的上下文", "question and evidence do not fit into the model's context"),
    "rejected": ("请求被拒绝,请检查模型名", "the request was rejected; look at the model's name"),
    "unsupported": ("没有一句能得到所引原文的支持", "no claim of it is supported by what it cites"),
    "paused": ("连续失败,暂停半分钟不再请求", "it kept failing, so it is left alone for half a minute"),
    "language": ("没有用提问的语言回答", "it does not answer in the question's language"),
}  # fmt: skip
_KEYS = re.compile(r"(?:sk-|Bearer\s+)[\w.-]{6,}")
_CONTEXT = re.compile(r"context[_ ]length|maximum context|too many tokens|prompt is too long", re.IGNORECASE)


class Fault(ModelError):
    """`kind` tells what to do; `retry_after`: seconds that the server asks to wait."""

    def __init__(self, kind: Kind, detail: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(f"{_TOLD[kind][1]}{f' ({detail})' if detail else ''}")
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after

    def told(self, language: Language) -> str:
        """For people; the server's own words stay out, for a key or an order may be among them."""
        return _TOLD[self.kind][0 if language == "zh" else 1]


def redacted(text: str, secret: str = "") -> str:
    """One line of at most 160 characters without anything that looks like a key, and without the one we sent.

    >>> redacted("Incorrect API key provided: sk-abcdef123")
    'Incorrect API key provided: …'
    """
    line = (text.splitlines() or [""])[0]
    if len(secret) > 5:
        line = line.replace(secret, "…")
    return _KEYS.sub("…", line)[:160]


def fault_of(error: BaseException, *, began: bool, secret: str = "") -> Fault:
    """`began`: whether text had come before. Anything unforeseen is nonsense, or a cut when text had come."""
    import openai

    detail = redacted(f"{type(error).__name__}: {error}", secret)
    if isinstance(error, Fault):
        return error
    if isinstance(error, openai.APITimeoutError):
        return Fault("stalled" if began else "slow", detail)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, detail)
    if isinstance(error, openai.APIConnectionError):
        return Fault("cut" if began else "address", detail)
    if isinstance(error, openai.APIError) and not began:
        return Fault("server", detail)  # an error event inside the stream
    return Fault("cut" if began else "nonsense", detail)


def _of_status(error: object, detail: str) -> Fault:
    status = getattr(error, "status_code", 0)
    if status in (401, 403):
        return Fault("key", detail)
    if status == 404:
        return Fault("address", detail)
    if status == 429:
        quota = "insufficient_quota" in f"{getattr(error, 'code', '')} {getattr(error, 'body', '')}"
        return Fault("quota", detail) if quota else Fault("busy", detail, retry_after=_wait(error))
    if status >= 500:
        return Fault("server", detail, retry_after=_wait(error))
    if _CONTEXT.search(str(error)):
        return Fault("context", detail)
    return Fault("rejected", detail)


def _wait(error: object) -> float:
    """Seconds of the Retry-After header; 0 without one, and for a date."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
