"""Every door is locked: each view says what it needs, and reads only what its reader may see."""

import ast

import pytest
from django.urls import URLPattern, get_resolver, reverse

from rapport.asgi import application
from rapport.people.access import OPEN
from rapport.people.roles import PERMISSIONS
from tests.house.rooms import ROOT, in_rooms, room_of, short, tree

# allauth guards its own pages: these are for whoever is not signed in yet…
BEFORE_THE_SIGN_IN = {
    *("account_login", "account_signup", "account_inactive", "account_confirm_login_code"),
    *("account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_email_verification_sent", "account_confirm_email"),
    *("mfa_authenticate", "mfa_login_webauthn"),
    *("openid_connect_login", "openid_connect_callback"),
    *("socialaccount_signup", "socialaccount_login_cancelled", "socialaccount_login_error"),
}
# … and these for everybody who is, about nothing but themselves.
ABOUT_ONESELF = {
    *("account_logout", "account_email", "account_change_password", "account_set_password", "account_reauthenticate"),
    *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
    *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"),
    *("mfa_remove_webauthn", "mfa_edit_webauthn", "socialaccount_connections", "usersessions_list"),
}
# Old addresses of allauth's that only lead to new ones.
REDIRECTS = {f"accounts/social/{old}/" for old in ("login/cancelled", "login/error", "signup", "connections")}
# Reads that are nobody's rows: whether there is a user at all, whether the demo company is here.
NOBODYS = {
    ("rapport/home/welcome_views.py", "User.objects.exists"),
    ("rapport/demo/views.py", "Planted.objects.exists"),
}
DOORS = sorted({*in_rooms("*views.py"), *in_rooms("api.py")})


def patterns(resolver=None, prefix=""):
    """Every address with its whole route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from patterns(pattern, route)


@pytest.mark.req("G5")
def test_every_view_says_what_it_needs():
    silent = [
        route
        for route, pattern in patterns()
        if getattr(pattern.callback, "needs", None) not in {*PERMISSIONS, OPEN} and not is_allauths(route, pattern)
    ]
    assert not silent, "decorate the view with @needs(…) or @open_to_all"


@pytest.mark.req("G5")
def test_only_the_room_of_people_knows_roles_by_name():
    """The others ask what somebody may do or see; layouts are made per role, and the demo company casts its people."""
    knowing = {room_of(path) for path in in_rooms("*.py") if "rapport.people.roles import BuiltIn" in path.read_text()}
    assert knowing <= {"people", "profile", "demo"}, "ask user.allows(…), user.sees_all or user.oversees instead"


def is_allauths(route: str, pattern: URLPattern) -> bool:
    if not route.startswith("accounts/"):
        return False
    return pattern.name in BEFORE_THE_SIGN_IN | ABOUT_ONESELF or route in REDIRECTS


@pytest.mark.req("G5")
def test_allauths_pages_about_oneself_ask_for_the_sign_in(client, boss):
    for route, pattern in patterns():
        if pattern.name in ABOUT_ONESELF - {"account_logout"}:
            page = client.get("/" + route.replace("<int:pk>", "1"))
            assert page.headers["Location"].startswith("/accounts/login/"), route


@pytest.mark.req("G5")
@pytest.mark.parametrize("path", DOORS, ids=short)
def test_doors_read_only_what_their_reader_may_see(path):
    read = tree(path)
    guarded = {
        id(node.value) for node in ast.walk(read) if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    bare = [
        f"{short(path)}:{node.lineno}"
        for node in ast.walk(read)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in guarded
        if not is_nobodys(path, read, node)
    ]
    assert not bare, "start the read with X.objects.visible_to(request.user)"


def is_nobodys(path, read, node) -> bool:
    outer = next((one for one in ast.walk(read) if isinstance(one, ast.Attribute) and one.value is node), None)
    return outer is not None and (short(path), ast.unparse(outer)) in NOBODYS


def test_files_of_any_size_pass_where_a_form_sends_them():
    """The web server bounds what it takes; each form for files has its place among the exceptions."""
    forms = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("rapport/*/templates/**/*.html")
        if FILES in path.read_text()
    }
    assert forms == set(FORMS_FOR_FILES) | {GENERAL}
    for address in FORMS_FOR_FILES.values():
        assert reverse(address, args=ARGUMENTS.get(address, ())).startswith(application.uploads), address


FILES = "multipart/form-data"
GENERAL = "rapport/ui/templates/ui/form.html"
FORMS_FOR_FILES = {
    "rapport/imports/templates/imports/new.html": "imports:new",
    "rapport/migration/templates/migration/new.html": "migration:new",
    "rapport/mail/templates/mail/new.html": "mail:new",
    "rapport/calendars/templates/calendars/bring.html": "calendars:bring",
    "rapport/letters/templates/letters/compose.html": "letters:compose",
}
ARGUMENTS = {"letters:compose": (1,)}
