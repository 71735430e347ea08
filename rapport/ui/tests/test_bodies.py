"""Nobody fills the disk with a body before it is known who they are."""

import asyncio

import pytest

from rapport.ui.bodies import API, USUAL, Bounded

pytestmark = pytest.mark.django_db(transaction=True)
PIECE = b"x" * 65_536


def send_body(path, size, *, cookie="", told=True):
    """What the application got of a body of ``size`` bytes, and the status that was answered."""
    got, statuses = [], []

    async def app(_scope, receive, send):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            got.append(len(message["body"]))
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def main():
        left = size

        async def receive():
            nonlocal left
            piece, left = PIECE[:left], max(left - len(PIECE), 0)
            return {"type": "http.request", "body": piece, "more_body": left > 0}

        async def send(message):
            statuses.append(message.get("status"))

        headers = [(b"cookie", cookie.encode()), *([(b"content-length", str(size).encode())] if told else [])]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        await Bounded(app, ("/imports/",))(scope, receive, send)

    asyncio.run(main())
    return sum(got), statuses[0] if statuses else None


@pytest.mark.parametrize("path", ["/accounts/login/", "/imports/new/", "/api/v1/customers"])
def test_a_stranger_can_send_little(path):
    limit = API if path.startswith("/api/") else USUAL
    assert send_body(path, limit) == (limit, 200)
    assert send_body(path, limit + 1) == (0, 413)
    assert send_body(path, limit + 1, cookie="sessionid=guessed; damaged=") == (0, 413)
    got, status = send_body(path, 2 * limit, told=False)
    assert (got <= limit, status) == (True, None)


def test_a_file_of_any_size_goes_where_a_session_uploads_it(signed_in, ana):
    session = signed_in(ana).cookies["sessionid"].value
    assert send_body("/imports/new/", 2 * USUAL, cookie=f"sessionid={session}") == (2 * USUAL, 200)
    assert send_body("/imports/new/", 2 * USUAL, cookie=f"sessionid={session}", told=False) == (2 * USUAL, 200)
    assert send_body("/accounts/login/", 2 * USUAL, cookie=f"sessionid={session}") == (0, 413)
