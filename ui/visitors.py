"""Who is there: a browser gets a secret in a cookie at its first visit; its hash is the owner of what it does."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.types import Language

COOKIE = "sayso"
_SECRET = re.compile(r"[\w-]{43}")
_YEAR = 365 * 24 * 3600


class Visitors:
    """ASGI middleware. HttpOnly and SameSite=Strict: no script reads it and no other site sends it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or _secret(_cookies(scope)):
            return await self.app(scope, receive, send)
        fresh = f"{COOKIE}={secrets.token_urlsafe(32)}; Max-Age={_YEAR}; Path=/; HttpOnly; SameSite=Strict"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"set-cookie", fresh.encode())]}
            await send(message)

        return await self.app(scope, receive, sent)


def owner(cookies: Mapping[str, str]) -> str:
    """Empty for a visitor without the cookie, who then owns nothing."""
    secret = _secret(cookies)
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else ""


def _secret(cookies: Mapping[str, str]) -> str:
    value = cookies.get(COOKIE, "")
    return value if _SECRET.fullmatch(value) else ""


def _cookies(scope: Scope) -> dict[str, str]:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def reader_language(request: Any) -> Language:
    """What the page speaks: as chosen there, else the first of Accept-Language. `request`: Gradio's or Starlette's."""
    chosen = request.cookies.get("sayso_language", "") if request else ""
    wanted = chosen or (request.headers.get("accept-language", "") if request else "")
    return "zh" if str(wanted).lower().startswith("zh") else "en"
