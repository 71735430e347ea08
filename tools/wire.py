"""A wire to a server on this machine that can be cut in the middle of what it carries, and mended."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """Carries what both sides say. Once ``bears`` bytes came from the server it breaks, until it is mended."""

    def __init__(self, port: int, bears: int) -> None:
        self.to, self.bears = port, bears
        self.carried = 0
        self.broke = threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self.serve, daemon=True).start()

    def mend(self) -> None:
        self.bears = 1 << 60
        self.broke.clear()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _address = self.door.accept()
                if self.broke.is_set():
                    here.close()
                    continue
                there = socket.create_connection(("127.0.0.1", self.to))
                threading.Thread(target=self.carry, args=(here, there, False), daemon=True).start()
                threading.Thread(target=self.carry, args=(there, here, True), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, counted: bool) -> None:  # noqa: FBT001 - a thread's
        with suppress(OSError), source, target:
            while piece := source.recv(4_096):
                self.carried += len(piece) if counted else 0
                if self.carried > self.bears:
                    self.broke.set()
                if self.broke.is_set():
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(piece)


@contextmanager
def wired(port: int, *, bears: int = 1 << 60) -> Iterator[Wire]:
    """A wire to ``port`` that breaks after so many bytes from there."""
    wire = Wire(port, bears)
    try:
        yield wire
    finally:
        wire.door.close()
