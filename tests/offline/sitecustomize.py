"""In every Python that the tests start: a look-up or connection off loopback raises, and is remembered."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

LOOPBACK = {None, "", "localhost", b"localhost", "::1"}
attempts: list[str] = []


def _is_local(host: Any) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a Unix socket, None is connected already
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not _is_local(host):
        attempts.append(f"{event} {host!r}")
        raise RuntimeError(f"a test reached for the network: {event} {host!r}")


sys.addaudithook(_guard)
