import socket

import pytest

from tools import port


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind((port.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "8000.0", "٨٠٠٠"])
def test_a_wrong_port_is_named(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(port.PortError, match="PORT must be a number"):
        port.from_environment()


@pytest.mark.parametrize(("text", "number"), [("", 8000), ("8001", 8001)])
def test_the_port_comes_from_the_environment(monkeypatch, text, number):
    monkeypatch.setenv("PORT", text)
    assert port.from_environment() == number


def test_a_port_in_use_is_said_in_one_line(monkeypatch, capsys, taken_port):
    monkeypatch.setenv("PORT", str(taken_port))

    assert port.main() == 1

    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert f"Port {taken_port} on 127.0.0.1 cannot be used" in message
    assert "make run PORT=" in message


def test_accepts_tells_a_listener_from_silence(taken_port):
    assert port.accepts(taken_port)
    with socket.socket() as free:
        free.bind((port.HOST, 0))
        assert not port.accepts(free.getsockname()[1])
