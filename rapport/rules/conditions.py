"""The conditions of a rule on the customer: those of the list of customers, built in the same rows and said in words."""

import re
from collections.abc import Sequence

from django.http import QueryDict

from rapport.customers.listing import CUSTOMER_LIST
from rapport.lists.builder import SENT, Stack, meant, stacks
from rapport.people.models import User
from rapport.ui.conditions import Filter, Tree, read_tree

GROUPED = re.compile(r"g\d+\.how")


def filters_of(reader: User) -> Sequence[Filter]:
    return CUSTOMER_LIST.listing(reader).filters


def tree_of(state: str, reader: User) -> Tree:
    return read_tree(filters_of(reader), QueryDict(state))


def rows_of(state: str, reader: User) -> tuple[Stack, ...]:
    """The rows of the builder."""
    return stacks(filters_of(reader), tree_of(state, reader))


def is_asked(sent: QueryDict) -> bool:
    return any(SENT.fullmatch(name) for name in sent)


def meant_by(sent: QueryDict, reader: User) -> str:
    """What the rows of a form mean, as the address of the list says it."""
    rows = QueryDict(mutable=True)
    for name, values in sent.lists():
        if SENT.fullmatch(name) or GROUPED.fullmatch(name):
            rows.setlist(name, values)
    return meant(filters_of(reader), rows)


def trouble_of(state: str, reader: User) -> str:
    """Why these conditions can't be kept; empty when they can."""
    tree = tree_of(state, reader)
    return tree.refused or ", ".join(tree.left_out)


def is_whole(state: str, reader: User) -> bool:
    """Whether every condition of it is one that ``reader`` may ask."""
    tree = tree_of(state, reader)
    return not tree.left_out and set(QueryDict(state)) <= tree.names


def in_words(state: str, reader: User) -> list[str]:
    tree = tree_of(state, reader)
    return [*(one.words for one in tree.conditions), *(one.words for one in tree.groups.values())]
