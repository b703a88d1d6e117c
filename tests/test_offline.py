"""The guard of the tests themselves: nothing here can reach the network, and trying fails a test."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from conftest import child_env, network


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("example.org", 80),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    ],
    ids=["connect", "look up", "send"],
)
def test_reaching_for_the_network_raises_and_is_remembered(reach):
    with pytest.raises(RuntimeError, match="reached for the network"):
        reach()
    assert network.attempts
    network.attempts.clear()


def test_a_process_that_a_test_starts_is_guarded_too():
    code = "import socket; socket.getaddrinfo('example.org', 80)"
    run = subprocess.run([sys.executable, "-c", code], env=child_env(), capture_output=True, text=True)
    assert "a test reached for the network" in run.stderr


def test_loopback_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
