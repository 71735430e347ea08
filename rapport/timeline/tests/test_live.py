"""Open pages hear of what they show, at once, and of nothing that their reader may not see."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from rapport.agenda.add_task import add_task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.timeline import live
from rapport.timeline.hear import Asked, heard_by
from rapport.timeline.live import hub, topics_of
from rapport.timeline.receive import receive

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
real_rows = pytest.mark.django_db(transaction=True)


def call(external_id, email="marta@aurora.example"):
    return Inbound("pbx", external_id, NOW, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", email),)),))


@pytest.fixture
def marta(boss):
    customer_id = receive([call("0")], by=None, at=NOW)[0].customer_id
    customer = Customer.objects.get(pk=customer_id)
    return edit(customer, {"owner": "ana@rapport.example", "team": "Iberia"}, by=boss, at=NOW)


def run(main):
    """Run ``main`` on a loop of its own, as the server does, and leave no connection behind."""
    asyncio.run(main())


async def opened(user, topics, **more):
    """The stream of a page that is open and listened for."""
    client = AsyncClient()
    await sync_to_async(client.force_login)(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = await client.get("/live", {"topics": topics, **more})
    assert response.status_code == 200
    lines = response.streaming_content
    assert await anext(lines) == b"retry: 2000\n\n"
    return Stream(client, lines)


class Stream:
    def __init__(self, client, lines):
        self.client, self.lines = client, lines
        self.waiting = None

    async def hears(self, seconds=5.0):
        """The topic that is told next, None when nothing is."""
        self.waiting = self.waiting or asyncio.ensure_future(anext(self.lines))
        done, _pending = await asyncio.wait([self.waiting], timeout=seconds)
        if not done:
            return None
        line, self.waiting = self.waiting.result().decode(), None
        event, data = line.strip().split("\n")
        assert event == "event: changed"
        return json.loads(data.removeprefix("data: "))["topic"]

    async def close(self):
        """As the server does when the reader leaves: what waits for news is cancelled."""
        waiting = self.waiting or asyncio.ensure_future(anext(self.lines))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def listened_for(*streams):
    for stream in streams:
        stream.waiting = asyncio.ensure_future(anext(stream.lines))
    await asyncio.wait_for(hub().listening.wait(), 5)


async def done(verb, *args, **named):
    await sync_to_async(verb)(*args, **named)


@pytest.mark.req("K2")
@real_rows
def test_a_page_hears_within_a_second_and_another_team_hears_nothing(ana, nils, marta):
    async def main():
        page, other = await opened(ana, f"customer:{marta.pk}"), await opened(nils, f"customer:{marta.pk}")
        await listened_for(page, other)
        await done(receive, [call("1")], by=None, at=NOW)
        assert await page.hears(1) == f"customer:{marta.pk}"
        assert await other.hears(0.5) is None
        await page.close()
        await other.close()

    run(main)


@pytest.mark.req("K2")
@real_rows
def test_a_page_hears_what_came_between_its_making_and_its_listening(ana, marta):
    async def main():
        await done(receive, [call("1")], by=None, at=NOW)
        here, made = f"customer:{marta.pk}", int(NOW.timestamp())
        late, later = await opened(ana, here, since=made), await opened(ana, here, since=made + 60)
        assert await late.hears(1) == here
        assert await later.hears(0.5) is None
        await late.close()
        await later.close()

    run(main)


@real_rows
def test_what_happens_to_others_is_not_told(ana, marta):
    async def main():
        page = await opened(ana, f"customer:{marta.pk}")
        await listened_for(page)
        await done(receive, [call("1", "rui@aurora.example")], by=None, at=NOW)
        assert await page.hears(0.5) is None
        await page.close()

    run(main)


@real_rows
def test_a_task_is_told_to_the_customers_page_and_to_whoever_has_it(ana, nils, marta, boss):
    async def main():
        page, day, other = (
            await opened(boss, f"customer:{marta.pk}"),
            await opened(ana, "me,tasks"),
            await opened(nils, "me,tasks"),
        )
        await listened_for(page, day, other)
        await done(add_task, "Call back", assignee=ana, customer=marta, by=boss, at=NOW)
        assert await page.hears() == f"customer:{marta.pk}"
        assert {await day.hears(), await day.hears()} == {"me", "tasks"}
        assert await other.hears(0.3) is None
        for stream in (page, day, other):
            await stream.close()

    run(main)


@real_rows
@pytest.mark.parametrize("how", ["signed out", "deactivated", "password changed"])
def test_the_stream_ends_with_the_right_to_read_it(ana, marta, how, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)

    def leave(client):
        if how == "signed out":
            client.logout()
        elif how == "deactivated":
            ana.is_active = False
            ana.save()
        else:
            ana.set_password("another password")
            ana.save()

    async def main():
        page = await opened(ana, f"customer:{marta.pk}")
        assert await anext(page.lines) == b": still here\n\n"
        await done(leave, page.client)
        rest = [line async for line in page.lines]
        assert set(rest) <= {b": still here\n\n"}

    run(main)


@real_rows
def test_fifty_pages_share_one_connection_that_goes_when_they_do(ana, marta):
    def listeners():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
            count = cursor.fetchone()[0]
        connections.close_all()
        return count

    async def main():
        pages = [await opened(ana, f"customer:{marta.pk}") for _ in range(50)]
        await listened_for(*pages)
        assert await sync_to_async(listeners)() == 1
        await done(receive, [call("1")], by=None, at=NOW)
        assert [await page.hears() for page in pages] == [f"customer:{marta.pk}"] * 50
        for page in pages:
            await page.close()
        await asyncio.sleep(0.2)
        assert await sync_to_async(listeners)() == 0

    run(main)


@real_rows
def test_a_lost_connection_is_made_again_and_the_pages_look_for_themselves(ana, marta):
    def cut():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
        connections.close_all()

    async def main():
        page = await opened(ana, f"customer:{marta.pk}")
        await listened_for(page)
        await done(cut)
        assert await page.hears() == f"customer:{marta.pk}"
        await asyncio.wait_for(hub().listening.wait(), 5)
        await asyncio.sleep(0.5)
        await done(receive, [call("1")], by=None, at=NOW)
        assert await page.hears() == f"customer:{marta.pk}"
        await page.close()

    run(main)


@pytest.mark.django_db
def test_a_stranger_gets_no_stream_and_a_page_without_topics_needs_none(client, ana, signed_in):
    assert client.get("/live?topics=me").status_code == 302
    assert signed_in(ana).get("/live?topics=weather").status_code == 204


def test_only_topics_that_we_know_are_watched():
    assert topics_of("customer:12, me,customer:x,customer:,weather,customer:²") == {"customer:12", "me"}


@real_rows
def test_what_many_pages_may_hear_is_asked_in_no_more_queries_than_what_one_may(ana, nils, marta, signed_in):
    def asked(user):
        return Asked(user.pk, signed_in(user).session.session_key, frozenset([marta.pk]))

    few, many = [asked(ana)], [asked(ana) for _ in range(20)]
    with CaptureQueriesContext(connection) as for_few:
        heard_by(few)
    with CaptureQueriesContext(connection) as for_many:
        heard_by(many)
    assert len(for_few) == len(for_many)
    gone = Asked(ana.pk, "gone", frozenset([marta.pk]))
    assert heard_by([*few, asked(nils), gone]) == [frozenset([marta.pk]), frozenset(), None]
