"""A real mail server on this machine, and the customer and account that letters go between."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.channels.models import MailAccount, Security
from rapport.customers.models import Customer
from rapport.timeline.receive import receive


class Peer:
    """Keeps what comes; answers as it was told to."""

    def __init__(self):
        self.envelopes, self.answers, self.port = [], {}, 0
        self.sessions = []

    def answer(self, step, otherwise="250 OK"):
        answers = self.answers.get(step, otherwise)
        answer = answers.pop(0) if isinstance(answers, list) and answers else answers or otherwise
        return answer() if callable(answer) else answer

    async def handle_MAIL(self, _server, session, envelope, address, _options):  # noqa: N802
        if not any(one is session for one in self.sessions):
            self.sessions.append(session)
        envelope.mail_from = address
        return self.answer("MAIL")

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answer("RCPT")

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        answer = self.answer("DATA")
        if answer == "cut":
            self.envelopes.append(envelope)
            server.transport.abort()
            return ""
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer


class AnyPort(Controller):
    """On whatever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(**named) -> Iterator[Peer]:
    peer = Peer()
    controller = AnyPort(peer, hostname="127.0.0.1", port=0, **named)
    controller.start()
    peer.port = controller.port
    try:
        yield peer
    finally:
        controller.stop()


def account_for(user, port, **named):
    return MailAccount.objects.create(
        **{
            "name": "Ana Klein",
            "address": "ana@aurora.example",
            "user": user,
            "smtp_host": "127.0.0.1" if port else "",
            "smtp_port": port or 25,
            "smtp_security": Security.NONE,
        }
        | named
    )


def customer_at(address="ann.lee@x.example", name="Ann Lee"):
    now = timezone.now()
    arrival = Inbound(
        "shop",
        f"first:{address}",
        now,
        Channel.WEB,
        Direction.INBOUND,
        "visit",
        (Party((Clue("email", address),), name=name),),
    )
    return Customer.objects.get(pk=receive([arrival], by=None, at=now)[0].customer_id)
