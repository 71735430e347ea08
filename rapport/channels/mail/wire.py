"""The wire to an IMAP server: bounded in size, in time and in what may be said on it."""

import imaplib
import select
import socket
import ssl
import threading
import time
from typing import Any

from rapport.channels.mail.parse import LARGEST

imaplib.Commands.setdefault("IDLE", ("SELECTED",))
PATIENCE, LONGEST_COMMAND = 30, 300
LONGEST_LINE, MOST_AT_ONCE = 4_000_000, 160 * 1024 * 1024


class ImapError(Exception):
    """It did not work; the text is a word for why, `said` what the server said about it."""

    def __init__(self, word: str, said: str = "") -> None:
        super().__init__(word)
        self.said = " ".join(said.split())[:300]


class Line(imaplib.IMAP4):
    """The wire: no line, no content and no answer is longer than it may be, nor takes for ever."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.began, self.came = time.monotonic(), 0
        super().__init__(host, port, timeout=PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        return self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def _command(self, name: str, *args: Any) -> bytes:
        self.began, self.came = time.monotonic(), 0
        return super()._command(name, *args)  # type: ignore[misc,no-any-return]

    def count(self, size: int) -> None:
        self.came += size
        if self.came > MOST_AT_ONCE:
            raise self.abort("more than anybody asked for")
        if time.monotonic() - self.began > LONGEST_COMMAND:
            raise self.abort("slower than anybody waits for")

    def read(self, size: int) -> bytes:
        if size > LARGEST + LONGEST_LINE:
            raise self.abort("a content larger than it said")
        pieces = []
        while size:
            piece = bytes(self.file.read(min(size, 1 << 20)))  # type: ignore[arg-type]
            if not piece:
                raise self.abort("cut off in the middle")
            self.count(len(piece))
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def readline(self) -> bytes:
        line = bytes(self.file.readline(LONGEST_LINE + 1))  # type: ignore[arg-type]
        if len(line) > LONGEST_LINE:
            raise self.abort("a line without end")
        self.count(len(line))
        return line

    def listen(self, seconds: float, woken: threading.Event) -> bool:
        """Whether the server told something within ``seconds`` (IDLE); sooner back when ``woken``."""
        tag = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands.get(tag):
                raise self.error("IDLE is refused")
        until = time.monotonic() + seconds
        news = self.has_news()
        while not news and time.monotonic() < until and not woken.is_set():
            news = self.has_news(0.5)
        self.began = time.monotonic()
        self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)
        return news

    def has_news(self, seconds: float = 0) -> bool:
        """Whether something was sent that was not read yet."""
        readable = select.poll()
        readable.register(self.sock.fileno(), select.POLLIN)
        came = bool(readable.poll(seconds * 1000)) if seconds else False
        self.sock.settimeout(0)
        try:
            if self.file.peek(1):  # type: ignore[union-attr]
                return True
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        finally:
            self.sock.settimeout(PATIENCE)
        if came:
            raise self.abort("the server hung up")
        return False
