"""News with a way back, for fragments and for whole pages."""

import json

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from rapport.ui.toast import toast


def asked(**headers):
    request = RequestFactory().post("/", headers=headers)
    request._messages = CookieStorage(request)
    return request


def test_a_fragment_carries_its_news_in_a_header_beside_other_events():
    response = HttpResponse(headers={"HX-Trigger": '{"saved": true}'})
    toast(asked(hx_request="true"), response, "Zusammengeführt: Ä", undo="/undo/7")
    assert response.headers["HX-Trigger"].isascii()
    assert json.loads(response.headers["HX-Trigger"]) == {
        "saved": True,
        "toast": {"text": "Zusammengeführt: Ä", "undo": "/undo/7"},
    }


def test_a_whole_page_shows_its_news_after_the_redirect():
    request = asked()
    toast(request, HttpResponse(), "Merged.", undo="/undo/7")
    assert [(str(message), message.extra_tags) for message in get_messages(request)] == [("Merged.", "/undo/7")]


def test_a_fragment_that_leads_to_another_page_keeps_its_news_for_there():
    request = asked(hx_request="true")
    toast(request, HttpResponse(headers={"HX-Redirect": "/"}), "Deleted.")
    assert [str(message) for message in get_messages(request)] == ["Deleted."]
