"""What every test may ask for: a database, the queue drained, and no way out to the network."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Now
from django.test import Client, override_settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.plugin import blocking_manager_key

from rapport.people.add_team import add_team
from rapport.people.models import Scope, Team, User
from rapport.people.post import Post
from rapport.people.role import Role
from rapport.people.roles import BuiltIn
from tools.prepared import TEMPLATE

SEE_ALL = {BuiltIn.ADMINISTRATOR, BuiltIn.PROTECTOR}
PASSWORD = "a long enough password"  # noqa: S105


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """The hash that guards a real password costs a third of a second on purpose; tests make thousands of users."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """On the throw-away server each worker's database is a copy of one that has its tables."""
    if "RAPPORT_TESTS_EMBEDDED" in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def due_jobs() -> models.QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=Now()).order_by("-priority", "id")


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """Run every job that is due, and those that follow from them, on the test's own connection; how many ran."""

    def drain() -> int:
        ran = 0
        while job := due_jobs().first():
            app.tasks[job.task_name].func(**job.args)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])
            ran += 1
        return ran

    return drain


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine can be reached."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
            message = f"tests must not reach out to {address[0]}"
            raise PermissionError(message)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions leaves our tables empty, also of migrations' rows, and its jobs in the queue."""
    answer = yield
    marker = item.get_closest_marker("django_db")
    real = "transactional_db" in getattr(item, "fixturenames", ()) or (marker and marker.kwargs.get("transaction"))
    if real and nextitem:
        with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
            Scope.objects.get_or_create(pk=Scope.EVERYONE)
            Role.objects.bulk_create(
                [Role(key=key, base=key, rows="all" if key in SEE_ALL else "team") for key in BuiltIn.values],
                ignore_conflicts=True,
            )
            Post.objects.bulk_create([Post(kind=kind) for kind in Post.STANDING], ignore_conflicts=True)
            for name in ("0005_deliver_purposes", "0007_deliver_the_contact_policy"):
                import_module(f"rapport.consent.migrations.{name}").deliver(apps, None)
            cursor.execute("DELETE FROM procrastinate_jobs")
    return answer


@pytest.fixture
def iberia(db: None) -> Team:
    return add_team("Iberia")


@pytest.fixture
def nordics(db: None) -> Team:
    return add_team("Nordics")


@pytest.fixture
def boss(db: None) -> User:
    """An administrator, who sees everything."""
    return User.objects.create_user("boss@rapport.example", PASSWORD, name="Bea Boss", role=BuiltIn.ADMINISTRATOR)


@pytest.fixture
def ana(iberia: Team) -> User:
    """An agent of team Iberia."""
    return User.objects.create_user("ana@rapport.example", PASSWORD, name="Ana Klein", role=BuiltIn.AGENT, team=iberia)


@pytest.fixture
def nils(nordics: Team) -> User:
    """An agent of team Nordics, who must not see what is Iberia's."""
    return User.objects.create_user(
        "nils@rapport.example", PASSWORD, name="Nils Berg", role=BuiltIn.AGENT, team=nordics
    )


@pytest.fixture
def mia(iberia: Team) -> User:
    """The manager of team Iberia."""
    return User.objects.create_user(
        "mia@rapport.example", PASSWORD, name="Mia Lopes", role=BuiltIn.MANAGER, team=iberia
    )


@pytest.fixture
def rita(iberia: Team) -> User:
    """A reader in team Iberia, who may change nothing."""
    return User.objects.create_user(
        "rita@rapport.example", PASSWORD, name="Rita Reis", role=BuiltIn.READER, team=iberia
    )


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """A browser in which a user is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
