"""What becomes of something that is handed over, the same for every channel."""

from dataclasses import dataclass
from enum import StrEnum

from rapport.channels.mail.headers import one_line


class Failure(StrEnum):
    """Why a letter did not leave, or may not have left."""

    NO_SERVER = "no server"
    AWAY = "away"
    CERTIFICATE = "certificate"
    NO_TLS = "no tls"
    SIGN_IN = "sign in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    LARGE = "large"
    INTERNATIONAL = "international"
    ADDRESS = "address"
    DOUBT = "doubt"
    NO_DRIVER = "no driver"
    NO_ROOM = "no room"
    DRIVER = "driver"


@dataclass(frozen=True)
class Sent:
    """The server took it over. ``left_out`` are those whom it does not write to all the same, each with its words."""

    answer: str = ""
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Laid:
    """It lies in the spool, where a driver fetches it; what became of it is told later."""


@dataclass(frozen=True)
class NotSent:
    """It did not leave; with a permanent failure trying again is of no use. `said` are the server's own words."""

    failure: Failure
    permanent: bool
    said: str = ""


class StopError(Exception):
    """Carries why a letter stopped on its way."""

    def __init__(self, failure: Failure, said: object = "", *, permanent: bool) -> None:
        super().__init__(failure)
        self.outcome = NotSent(failure, permanent, words(said))


def words(said: object) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return one_line(text, 400)


Outcome = Sent | Laid | NotSent
