"""A mail provider on this machine: a real HTTP server that answers as Postmark does, and what it posts to us later."""

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

SECRET = "hook:not-guessed"


class Provider:
    """Keeps what it is given; answers as it was told to, *cut* by hanging up."""

    def __init__(self):
        self.letters, self.answers, self.port, self.lines = [], [], 0, 0

    def answer_to(self, letter):
        if self.answers:
            answer = self.answers.pop(0)
            return answer() if callable(answer) else answer
        return 200, {"ErrorCode": 0, "Message": "OK", "MessageID": str(uuid4()), "To": letter["To"]}


@contextmanager
def providing(settings):
    """It takes mail for this installation."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            provider.lines += 1
            super().setup()

        def do_POST(self):
            letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            provider.letters.append(letter | {"token": self.headers["X-Postmark-Server-Token"]})
            answer = provider.answer_to(letter)
            if answer == "cut":
                self.connection.close()
                self.close_connection = True
                return
            status, told = answer
            content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_port
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token-1",
        "POSTMARK_API_URL": f"http://127.0.0.1:{provider.port}/",
        "WEBHOOK_SECRET": SECRET,
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def told_by(client, event, secret=SECRET):
    """What came of it when the provider posted this event."""
    proof = base64.b64encode(secret.encode()).decode()
    return client.post(
        "/mail-provider/news/",
        json.dumps(event) if isinstance(event, dict) else event,
        content_type="application/json",
        headers={"Authorization": f"Basic {proof}"} if secret else {},
    ).status_code
