"""Whose a member is follows its customer at once, whichever of them moves and whoever moves it: tasks, orders and talks are seen by it."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import F

from rapport.agenda.models import Task
from rapport.customers.by_hand import write_by_hand
from rapport.customers.models import Customer, Member
from rapport.customers.rescope import rescope
from rapport.customers.tests.test_at_once import meanwhile
from rapport.identity.merge import merge
from rapport.identity.merge_again import merge_again
from rapport.identity.register import register
from rapport.identity.tests.test_register import person, put
from rapport.identity.unmerge import unmerge
from rapport.people.models import Scope
from rapport.people.roles import standard
from rapport.people.shape_role import Shape, add_role

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def marta(iberia):
    put(person("1", "marta@aurora.example", name="Marta Oliveira", team="Iberia"))
    return Customer.objects.get(name="Marta Oliveira")


@pytest.fixture
def rui(nordics):
    put(person("2", "rui@aurora.example", name="Rui Costa", team="Nordics"))
    return Customer.objects.get(name="Rui Costa")


def astray():
    return Member.objects.exclude(scope_id=F("customer__scope_id")).exists()


def sees_the_task_of(customer, user):
    return Task.objects.visible_to(user).filter(member__home=customer).exists()


def give(customer, team):
    write_by_hand({customer.pk: {"team": team}}, at=NOW)


def test_a_customer_of_another_team_takes_their_tasks_along(marta, ana, nils, boss):
    Task.objects.create(title="Call", member=marta.members.get(), assignee=boss)
    assert (sees_the_task_of(marta, ana), sees_the_task_of(marta, nils)) == (True, False)
    give(marta, "Nordics")
    assert (sees_the_task_of(marta, ana), sees_the_task_of(marta, nils)) == (False, True)
    assert not astray()


def test_what_joins_and_parts_is_seen_where_it_is_then(marta, rui, ana, nils, boss):
    Task.objects.create(title="Call", member=rui.members.get(), assignee=boss)
    write_by_hand({marta.pk: {"team": "Iberia"}}, at=NOW)
    done = merge(marta, rui, by=boss, at=NOW, choices={"team": marta})
    assert (sees_the_task_of(rui, ana), sees_the_task_of(rui, nils)) == (True, False)
    give(marta, "")
    give(marta, "Iberia")
    assert not astray()
    unmerge(done, by=boss, at=NOW)
    assert (sees_the_task_of(rui, ana), sees_the_task_of(rui, nils)) == (False, True)
    assert not astray()
    merge_again(done, {}, by=boss, at=NOW)
    assert not astray()
    assert set(Member.objects.values_list("customer_id", flat=True)) == {marta.pk}


def test_a_second_source_of_a_customer_is_whose_they_are(marta):
    put(person("77", "marta@aurora.example", source="shop", name="M. Oliveira"))
    assert set(marta.members.values_list("scope_id", flat=True)) == {marta.scope_id}
    assert marta.members.count() == 2


def test_customers_of_somebody_who_sees_only_their_own_move_into_a_scope_of_theirs(marta, ana):
    write_by_hand({marta.pk: {"owner": ana.email}}, at=NOW)
    ana.role = add_role(Shape("Solo", "agent", standard("agent"), "own"))
    ana.save()
    rescope([ana.pk])
    assert Member.objects.get().scope_id == Scope.objects.get(person=ana).pk
    assert not astray()


@pytest.mark.django_db(transaction=True)
def test_a_source_that_joins_a_customer_while_they_move_is_whose_they_are_then(marta, nordics):
    also = [person("77", "marta@aurora.example", source="shop", name="M. Oliveira", city="Lisboa")]
    with meanwhile(register, also):
        give(marta, "Nordics")
    assert set(marta.members.values_list("scope_id", flat=True)) == {nordics.scope.pk}
    assert marta.members.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_customer_who_moves_while_a_source_joins_them_takes_it_along(marta, nordics):
    @transaction.atomic
    def move(*, by, at):
        write_by_hand({marta.pk: {"team": "Nordics"}}, at=at)

    with meanwhile(move):
        register([person("77", "marta@aurora.example", source="shop", name="M. Oliveira")], by=None, at=NOW)
    assert set(marta.members.values_list("scope_id", flat=True)) == {nordics.scope.pk}
