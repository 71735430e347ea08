"""An account that signs in at a real mail server by a token of a large provider."""

from base64 import b64decode
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.utils import timezone

from rapport.channels.models import MailAccount, Proof, Security
from rapport.channels.outbound.build import Letter
from rapport.channels.outbound.outcome import Failure, NotSent, Sent
from rapport.channels.outbound.smtp import Lines, send

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
PROOF = b"user=ana@aurora.example\x01auth=Bearer the token\x01\x01"


class Server:
    """Takes mail from whoever has the token, which comes with the command as the providers speak it."""

    def __init__(self):
        self.got = []

    async def auth_XOAUTH2(self, server, words):  # noqa: N802
        if b64decode(words[1]) == PROOF:
            return AuthResult(success=True, handled=False)
        await server.push("535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.got.append(envelope)
        return "250 OK"


class AnyPort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server():
    controller = AnyPort(Server(), hostname="127.0.0.1", port=0, auth_required=True, auth_require_tls=False)
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.parametrize(("token", "well"), [("the token", True), ("another", False)])
def test_a_token_of_a_provider_signs_in_over_smtp_and_one_that_is_refused_is_told(token, well, server):
    account = MailAccount(name="Ana", address="ana@aurora.example", proof=Proof.GOOGLE, smtp_host="127.0.0.1")
    account.smtp_port, account.smtp_security = server.port, Security.NONE
    until = timezone.now() + timedelta(hours=1)
    account.secrets = {"access_token": token, "refresh_token": "r", "expires_at": until.isoformat()}
    account.save()
    letter = Letter("1@x", timezone.now(), account.address, "Ana", ("marta@x.example",), text="Hello")
    with Lines() as lines:
        outcome = send(letter, account, lines, at=timezone.now())
    assert isinstance(outcome, Sent if well else NotSent)
    assert well or outcome.failure == Failure.SIGN_IN
    assert len(server.handler.got) == well
