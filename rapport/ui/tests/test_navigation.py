"""The bar, the menu and the palette show what the reader may enter, and nothing else."""

import pytest

SECURITY = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def few_doors(settings):
    settings.NAV = "rapport.ui.tests.doors.DOORS"


@pytest.fixture
def page_of(signed_in):
    return lambda user: signed_in(user).get(SECURITY).content.decode()


def shell_of(user, signed_in):
    return signed_in(user).get(SECURITY).context["shell"]


@pytest.mark.req("G5")
def test_a_door_without_a_room_for_the_reader_is_not_there(boss, ana, signed_in):
    assert [door.title for door in shell_of(boss, signed_in).doors] == ["", "Know", "Govern"]
    assert [door.title for door in shell_of(ana, signed_in).doors] == ["", "Know"]


def test_a_reader_who_may_only_look_is_offered_nothing_to_start(rita, ana, signed_in):
    assert [action.title for action in shell_of(ana, signed_in).actions] == ["Log call", "New customer"]
    assert shell_of(rita, signed_in).actions == ()


def test_a_stranger_sees_no_doors_on_the_sign_in_page(client, ana):
    shell = client.get("/accounts/login/").context["shell"]
    assert (shell.doors, shell.menu, shell.actions, shell.find_url) == ((), (), (), "")


def test_the_room_that_the_reader_is_in_is_marked(page_of, ana):
    assert f'<a href="{SECURITY}" class="here" aria-current="page">' in page_of(ana)


def test_search_and_profile_stand_in_their_own_places(ana, signed_in):
    shell = shell_of(ana, signed_in)
    assert shell.find_url == shell.suggestions_url == "/accounts/2fa/authenticate/"
    assert [link.title for link in shell.menu] == ["Profile"]


def test_counts_are_written_with_their_thousands(page_of, ana):
    assert '<span class="count">1,234</span>' in page_of(ana)


def test_the_palette_knows_every_room_and_action_of_the_reader(page_of, ana):
    palette = page_of(ana).split('id="palette"')[1]
    for words in ("Log call", "New customer", "Go to Home", "Go to Security", "Go to Profile"):
        assert words in palette
    assert "Go to Users" not in palette
