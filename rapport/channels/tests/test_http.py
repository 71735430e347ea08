"""The way out: who may be asked, and where a server's answer is cut off."""

import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rapport.channels.http import HttpError, fetch, is_public, post

PIECE = b"x" * 1024


class Served(BaseHTTPRequestHandler):
    """A server with a few habits, good and bad."""

    def do_GET(self):
        path = self.path
        self.server.asked.append((path, dict(self.headers)))
        if path.startswith("/to/"):
            return self.answer(302, headers={"Location": path.removeprefix("/to/")})
        if path == "/round":
            return self.answer(302, headers={"Location": "/round"})
        if path in {"/endless", "/slow"}:
            return self.endless(pause=0.1 if path == "/slow" else 0)
        if path == "/packed":
            return self.answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"})
        known = self.headers.get("If-None-Match") == '"7"'
        return self.answer(304 if known else 200, b"" if known else b"here", {"ETag": '"7"'})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/moved":
            return self.answer(307, headers={"Location": "/taken"})
        return self.answer(302, sent, {"Location": "/"}) if self.path == "/asks" else self.answer(201, sent)

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self, pause):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(PIECE)
                time.sleep(pause)
        except OSError:
            return

    def log_message(self, *said):
        """Say nothing."""


@pytest.fixture
def server():
    served = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    served.daemon_threads, served.asked = True, []
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def address(server, settings):
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    return f"http://127.0.0.1:{server.server_port}"


def refusal(ask):
    with pytest.raises(HttpError) as refused:
        ask()
    return refused.value.code


@pytest.mark.parametrize(
    "closed",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1"),
        *("224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1"),
        *("ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1"),
    ],
)
def test_what_is_not_on_the_open_internet_is_not_public(closed):
    assert not is_public(ipaddress.ip_address(closed))


@pytest.mark.parametrize("open_one", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_what_is_on_the_open_internet_is_public(open_one):
    assert is_public(ipaddress.ip_address(open_one))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_our_own_machine_is_never_asked_however_it_is_written(host, server):
    assert refusal(lambda: fetch(f"https://{host}:{server.server_port}/")) == "not_public"
    assert server.asked == []


@pytest.mark.parametrize(
    "wrong", ["", "calendar", "ftp://a.example/x", "file:///etc/passwd", "https://", "https://a.example:0/"]
)
def test_an_address_that_is_none_is_refused(wrong):
    assert refusal(lambda: fetch(wrong)) == "address"


def test_an_allowed_host_answers_with_status_headers_and_body(address):
    answer = fetch(address + "/")
    assert (answer.status, answer.headers["etag"], answer.body, answer.ok) == (200, '"7"', b"here", True)
    assert fetch(address + "/known", headers={"If-None-Match": '"7"'}).status == 304
    assert post(address + "/hook", b"{}").body == b"{}"


def test_a_redirect_is_followed_a_few_times_and_checked_each_time(address, server):
    assert fetch(address + "/to//there").body == b"here"
    assert refusal(lambda: fetch(address + "/round")) == "redirects"
    server.asked.clear()
    assert refusal(lambda: fetch(f"{address}/to/https://[::1]:{server.server_port}/inside")) == "not_public"
    assert [path for path, _headers in server.asked] == [f"/to/https://[::1]:{server.server_port}/inside"]


def test_a_secret_is_not_carried_to_another_server(address, server, settings):
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8", "localhost"]
    other = f"http://localhost:{server.server_port}/there"
    fetch(f"{address}/to/{other}", headers={"Authorization": "Bearer x", "If-None-Match": "y"})
    _first, (_path, told) = server.asked
    assert "Authorization" not in told
    assert told["If-None-Match"] == "y"


def test_what_was_posted_is_posted_on_but_never_turned_into_a_question(address):
    assert post(address + "/moved", b"kept").body == b"kept"
    assert post(address + "/asks", b"said").status == 302


def test_an_answer_without_an_end_is_cut_off_by_size_and_by_time(address):
    assert refusal(lambda: fetch(address + "/endless", largest=100_000)) == "too_large"
    begun = time.monotonic()
    assert refusal(lambda: fetch(address + "/slow", seconds=0.5)) == "timeout"
    assert time.monotonic() - begun < 3


def test_a_packed_answer_is_refused(address):
    assert refusal(lambda: fetch(address + "/packed")) == "encoded"


def test_nobody_listening_is_unreachable(address, server):
    server.shutdown()
    server.server_close()
    assert refusal(lambda: fetch(address + "/")) == "unreachable"


def test_a_name_is_resolved_once_and_the_checked_address_is_asked(server, settings, monkeypatch):
    """A name that is public when checked and ours when connected to would be asked twice; it is not."""
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    answers = iter(["127.0.0.1", "10.0.0.1"])
    real = socket.getaddrinfo

    def fickle(host, port, *rest, **more):
        return real(next(answers) if host in {"calendar.example", b"calendar.example"} else host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", fickle)
    assert fetch(f"http://calendar.example:{server.server_port}/").body == b"here"
    [(_path, told)] = server.asked
    assert told["Host"] == f"calendar.example:{server.server_port}"
    assert list(answers) == ["10.0.0.1"]


def test_plain_http_is_for_allowed_hosts_only():
    assert refusal(lambda: fetch("http://93.184.216.34/")) == "address"
