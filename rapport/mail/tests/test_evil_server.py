"""A server that lies: about sizes, numbers and ends. What it holds back is named, the rest comes in."""

import socketserver
import threading
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.models import Proof
from rapport.mail.models import LedgerLine
from rapport.mail.tests.letters import letter
from rapport.mail.tests.live import mailbox_at
from rapport.mail.visit import sync

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]


class Evil(socketserver.ThreadingTCPServer):
    """Speaks enough IMAP to be believed; `trick` decides what becomes of the message with UID 2."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, trick):
        self.trick = trick
        self.mails = {uid: bytes(letter(uid, sender="Marta Leal <marta@x.example>")) for uid in (1, 2, 3)}
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def port(self):
        return self.server_address[1]


class Talk(socketserver.StreamRequestHandler):
    def say(self, *lines):
        for line in lines:
            self.wfile.write((line if isinstance(line, bytes) else line.encode()) + b"\r\n")

    def handle(self):
        self.say("* OK [CAPABILITY IMAP4rev1] evil")
        try:
            while line := self.rfile.readline(10_000):
                tag, _, asked = line.decode().strip().partition(" ")
                if not self.answer(tag, asked):
                    return
        except OSError:
            return

    def answer(self, tag, asked):
        words = asked.upper()
        if words.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif words.startswith("LIST"):
            self.say('* LIST (\\HasNoChildren) "/" INBOX')
        elif words.startswith(("SELECT", "EXAMINE")):
            self.say("* 3 EXISTS", "* OK [UIDVALIDITY 1] x", "* OK [UIDNEXT 4] x")
        elif words.startswith("UID SEARCH"):
            self.say(f"* SEARCH {self.server.trick.get('search', '1 2 3')}")
        elif words.startswith("UID FETCH"):
            return self.fetch(tag, words)
        elif words.startswith("AUTHENTICATE XOAUTH2"):
            return self.prove(tag)
        elif words.startswith("LOGOUT"):
            self.say("* BYE", f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def prove(self, tag):
        """As the large providers do: what is wrong with a token is told in a challenge, and refused once that is answered."""
        self.say("+ ")
        good = b64decode(self.rfile.readline()) == self.server.trick["proof"]
        if not good:
            self.say(b"+ " + b64encode(b'{"status":"400"}'))
            self.rfile.readline()
        self.say(f"{tag} OK in" if good else f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")
        return True

    def fetch(self, tag, words):
        uids = [uid for part in words.split()[2].split(",") for uid in spread(part) if uid in self.server.mails]
        for uid in uids:
            content = self.server.mails[uid]
            if "RFC822.SIZE" in words:
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(content)})")
            elif uid == 2 and "break" in self.server.trick:
                self.wfile.write(self.server.trick["break"])
                return False
            else:
                self.wfile.write(
                    f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
                )
        self.say(f"{tag} OK done")
        return True


def spread(part):
    first, _, last = part.partition(":")
    return range(int(first), int(last or first) + 1)


@pytest.fixture
def evil():
    servers = []

    def start(**trick):
        server = Evil(trick)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()


def results():
    return dict(LedgerLine.objects.values_list("number", "outcome"))


@pytest.mark.parametrize(
    "trick",
    [
        b"* 2 FETCH (UID 2 BODY[] {500}\r\nFrom: half a",
        b"* 2 FETCH (UID 2 BODY[] {99999999999}\r\nFrom: ",
        b"* 2 FETCH (UID 2 BODY[] " + b"x" * 4_100_000,
        b"\x00\xff nonsense\r\n",
        b"",
    ],
    ids=["cut off in a literal", "a huge literal", "a line without end", "nonsense", "hangs up"],
)
def test_a_message_over_which_the_server_stumbles_is_named_and_the_rest_comes_in(trick, evil):
    mailbox = sync(mailbox_at(evil(**{"break": trick}).port))
    assert results() == {1: "taken", 2: "refused", 3: "taken"}
    assert not mailbox.trouble


def test_numbers_that_are_none_are_not_believed(evil):
    sync(mailbox_at(evil(search="1 1 2 3 0 -5 99999999999999 4294967295 x").port))
    assert results() == {1: "taken", 2: "taken", 3: "taken"}


def test_what_is_no_mail_server_is_told_as_such(evil):
    server = evil(**{"break": b""})
    server.mails = {}
    mailbox = sync(mailbox_at(server.port))
    assert not mailbox.trouble
    assert results() == {}


def allowed(mailbox, token):
    """Its account signs in by a token of the provider's, good for an hour."""
    account = mailbox.account
    account.proof = Proof.GOOGLE
    until = timezone.now() + timedelta(hours=1)
    account.secrets = {"access_token": token, "refresh_token": "r", "expires_at": until.isoformat()}
    account.save()
    return mailbox


PROOF = b"user=ana@aurora.example\x01auth=Bearer the token\x01\x01"


def test_a_token_of_a_provider_signs_in_over_imap_and_one_that_is_refused_is_told(evil):
    server = evil(proof=PROOF)
    assert not sync(allowed(mailbox_at(server.port), "the token")).trouble
    assert results() == {1: "taken", 2: "taken", 3: "taken"}
    assert sync(allowed(mailbox_at(server.port, "other@aurora.example"), "another")).trouble == "sign-in"
