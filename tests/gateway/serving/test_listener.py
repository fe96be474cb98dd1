"""Binding: one port for all workers, and one clear error where there is none."""

from __future__ import annotations

import socket

import pytest

from gateway.errors import StartupError
from gateway.serving import listener
from gateway.serving.listener import bound_listeners, url_of


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "RELEASE_SECONDS", 0.0)


@pytest.mark.parametrize("count", [1, 3])
def test_every_worker_listens_on_the_same_port(count: int) -> None:
    with bound_listeners("127.0.0.1", 0, count) as listeners:
        assert len(listeners) == count
        assert len({each.getsockname() for each in listeners}) == 1
        assert url_of(listeners[0]).startswith("http://127.0.0.1:")
        for _ in range(8):
            socket.create_connection(listeners[0].getsockname()).close()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("other", [1, 2])
def test_a_port_in_use_is_one_error_that_names_the_setting(count: int, other: int) -> None:
    with bound_listeners("127.0.0.1", 0, other) as listeners:
        port = listeners[0].getsockname()[1]
        with pytest.raises(StartupError, match=f"port {port} .*in use.*LETHE_PORT"):
            with bound_listeners("127.0.0.1", port, count):
                pass


@pytest.mark.parametrize(
    ("host", "reason"), [("no.such.host.invalid", "no address"), ("192.0.2.1", "cannot listen")]
)
def test_a_host_that_is_elsewhere(host: str, reason: str) -> None:
    with pytest.raises(StartupError, match=reason):
        with bound_listeners(host, 0, 1):
            pass


@pytest.mark.parametrize(
    ("host", "url"), [("0.0.0.0", "http://127.0.0.1:"), ("127.0.0.1", "http://127.0.0.1:")]
)
def test_the_url_is_one_that_this_host_reaches(host: str, url: str) -> None:
    with bound_listeners(host, 0, 1) as listeners:
        assert url_of(listeners[0]) == f"{url}{listeners[0].getsockname()[1]}"


def test_an_ipv6_url_has_brackets() -> None:
    class Listener(socket.socket):
        def getsockname(self) -> tuple[str, int, int, int]:
            return ("::", 8080, 0, 0)

    with Listener() as six:
        assert url_of(six) == "http://[::1]:8080"
