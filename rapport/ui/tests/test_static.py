"""Files are served whole, compressed and for ever; without collecting them everything still works."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files import File
from django.http import HttpResponse
from django.test import RequestFactory

from rapport.ui.static import StaticMiddleware, Storage

MARK = "ui/mark.svg"


def answer_to(path, **headers):
    return StaticMiddleware(lambda _request: HttpResponse("page"))(RequestFactory().get(path, headers=headers))


def test_before_anything_is_collected_names_stay_plain_and_files_are_found(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "nothing"
    assert Storage(location=settings.STATIC_ROOT).url(MARK) == f"/static/{MARK}"
    assert Storage(location=settings.STATIC_ROOT).url("ui/built/none.js") == "/static/ui/built/none.js"
    assert answer_to(f"/static/{MARK}").headers["Content-Type"] == "image/svg+xml"


@pytest.fixture
def hashed(settings, tmp_path):
    """The address of the mark after collecting it."""
    settings.STATIC_ROOT = tmp_path / "static"
    storage = Storage(location=settings.STATIC_ROOT)
    with Path(finders.find(MARK)).open("rb") as file:
        storage.save(MARK, File(file))
    for _name, _hashed, processed in storage.post_process({MARK: (storage, MARK)}):
        assert processed is not False
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "rapport.ui.static.Storage"}}
    return Storage(location=settings.STATIC_ROOT).url(MARK)


def test_a_collected_file_is_kept_for_ever_under_its_hashed_name(hashed):
    assert hashed != f"/static/{MARK}"
    response = answer_to(hashed)
    assert not response.streaming
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content.startswith(b"<svg")


def test_what_has_not_changed_is_not_sent_again(hashed):
    etag = answer_to(hashed).headers["ETag"]
    assert answer_to(hashed, if_none_match=etag).status_code == 304


def test_everything_else_is_a_page(hashed):
    assert answer_to("/customers/").content == b"page"
