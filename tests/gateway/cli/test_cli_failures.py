"""Exit codes and messages of a client command when something is in the way.

`target show` stands for all of them, since they share one client.
"""

from __future__ import annotations

import socket
import threading

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.gateway.cli.conftest import Lethe
from tests.gateway.cli.fake_gateway import FakeGateway


def _error(message: str, param: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": "any", "param": param, "code": "any"}}


@pytest.mark.parametrize(
    ("status", "exit_code"), [(400, 4), (401, 4), (403, 4), (404, 1), (409, 4), (500, 3), (503, 3)]
)
def test_each_refusal_has_its_exit_code_and_one_line(
    lethe: Lethe, fake: FakeGateway, status: int, exit_code: int
) -> None:
    fake.on("GET /targets/t1", _error("Because so.", "name"), status=status)
    result = lethe("target", "show", "t1")
    assert result.exit_code == exit_code
    assert "name: Because so." in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_refused_key_is_traced_to_its_setting_and_not_shown(
    lethe: Lethe, fake: FakeGateway
) -> None:
    fake.on("GET /targets/t1", _error("Unknown key."), status=401)
    result = lethe("target", "show", "t1")
    assert "LETHE_ADMIN_KEY" in result.stderr
    assert "secret-key" not in result.output


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = CliRunner().invoke(main, ["target", "show", "t1", "--url", f"http://127.0.0.1:{port}"])
    assert result.exit_code == 3
    assert "lethe serve" in result.stderr


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, {"detail": "Not Found"}), (200, b"<html>"), (200, []), (302, b""), (404, {"error": 1})],
)
def test_something_else_answers(
    lethe: Lethe, fake: FakeGateway, status: int, answer: object
) -> None:
    fake.on("GET /targets/t1", answer, status=status)
    result = lethe("target", "show", "t1")
    assert result.exit_code == 3
    assert "not as the admin API" in result.stderr


def test_a_gateway_that_hangs_up_is_unreachable(lethe: Lethe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        hang_up = threading.Thread(target=lambda: listener.accept()[0].close())
        hang_up.start()
        result = lethe("key", "list", url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        hang_up.join()
    assert result.exit_code == 3
    assert "broke off" in result.stderr


def test_without_a_key_nothing_is_asked(
    lethe: Lethe, fake: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LETHE_ADMIN_KEY")
    result = lethe("target", "list")
    assert result.exit_code == 2
    assert "LETHE_ADMIN_KEY" in result.stderr
    assert fake.asked == []


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_a_key_that_no_header_carries(
    lethe: Lethe, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("LETHE_ADMIN_KEY", key)
    result = lethe("target", "list")
    assert result.exit_code == 2
    assert key not in result.output


def test_an_unknown_setting_is_named(lethe: Lethe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETHE_PROT", "1")
    result = lethe("target", "list")
    assert result.exit_code == 2
    assert "LETHE_PORT" in result.stderr


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://host", "http://", "http://[::1"])
def test_a_url_that_is_none(lethe: Lethe, url: str) -> None:
    result = lethe("target", "list", url=url)
    assert result.exit_code == 2
    assert "--url" in result.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_address_comes_from_the_settings_of_the_gateway(
    fake: FakeGateway, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("LETHE_HOST", host)
    monkeypatch.setenv("LETHE_PORT", fake.url.rpartition(":")[2])
    fake.on("GET /keys", {"data": [], "next_cursor": None})
    assert CliRunner().invoke(main, ["key", "list"]).exit_code == 0


@pytest.mark.parametrize("identifier", ["", ".", ".."])
def test_an_identifier_that_leads_to_another_path_is_wrong_usage(
    lethe: Lethe, fake: FakeGateway, identifier: str
) -> None:
    assert lethe("key", "revoke", identifier).exit_code == 2
    assert fake.asked == []


def test_an_identifier_is_one_segment_of_the_path(lethe: Lethe, fake: FakeGateway) -> None:
    lethe("key", "revoke", "a/b?c")
    assert [asked.path for asked in fake.asked] == ["/admin/v1/keys/a%2Fb%3Fc"]
