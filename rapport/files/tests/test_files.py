"""Each content once, for nobody else to read, and never run by a browser."""

import stat

import pytest
from django.utils import timezone

from rapport.files.keep import Content, keep
from rapport.files.models import File, place_of
from rapport.files.send import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


def test_a_content_is_kept_once_whatever_it_is_called(folder):
    one, two, other = keep(
        [Content("a.pdf", "application/pdf", b"x"), Content("b.pdf", "text/html", b"x"), Content("c", "", b"y")],
        at=timezone.now(),
    )
    again = keep([Content("d.pdf", "", b"x")], at=timezone.now())[0]
    assert one == two == again != other
    assert File.objects.count() == len([path for path in folder.rglob("*") if path.is_file()]) == 2
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript", "image/png"])
def test_a_browser_only_downloads_it(media_type):
    file = keep([Content("x.html", media_type, b"<script>alert(1)</script>")], at=timezone.now())[0]
    answer = send(file, 'a"b\r\nSet-Cookie: x.html')
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] in {"application/octet-stream", "image/png"}


def test_only_a_hash_leads_to_a_place():
    with pytest.raises(ValueError, match="no SHA-256"):
        place_of("../../etc/passwd")
