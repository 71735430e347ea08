"""Nothing that is written into a page runs, and no template tries to."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE).glob("*/templates/**/*.html"))
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style",
    "a handler in an attribute": r"<[^>]*\s(on[a-z]+|hx-on[:a-z-]*)\s*=",
    "a script in the page": r"<script(?![^>]*\b(src=|type=\"application/json\"))",
    "an evaluated value": r"hx-(vals|headers)\s*=\s*['\"]js:",
    "an address of another server": r"(src|href)\s*=\s*['\"](https?:)?//",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE)))
def test_a_template_keeps_to_the_policy(template):
    text = re.sub(r"\{#.*?#\}", "", template.read_text())
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_every_page_carries_the_policy(client, ana):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy


def test_the_sign_in_form_may_lead_to_the_companys_own_server(client, ana, settings):
    app = {"provider_id": "company", "name": "Company", "client_id": "x", "secret": "y"}
    server = {"server_url": "https://id.example.org/realm/.well-known/openid-configuration"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{**app, "settings": server}]}}
    response = client.get("/accounts/login/")
    assert "form-action 'self' https://id.example.org" in response.headers["Content-Security-Policy"]
    assert "Sign in with Company" in response.content.decode()
