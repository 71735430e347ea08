"""The river also in strings: foreign keys and templates name only what stands upstream."""

import re

import pytest
from django.apps import apps
from django.db.models import Model

from tests.house.rooms import heights, in_rooms, may_name, room_of, short

URL = re.compile(r"{%-?\s*url\s+['\"]([\w-]+):")
TEMPLATE = re.compile(r"{%-?\s*(?:include|extends)\s+['\"]([\w-]+)/")
TEMPLATES = in_rooms("templates/**/*.html")


def test_foreign_keys_point_upstream():
    down = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and points_down(model, field.related_model)
    ]
    assert not down, "a room does not know what is built on it: turn the key round, or move the model"


def points_down(model: type[Model], other: object) -> bool:
    if not isinstance(other, type):
        return False
    mine, theirs = (one.__module__.split(".") for one in (model, other))
    return mine[0] == theirs[0] == "rapport" and not may_name(mine[1], theirs[1])


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_names_only_rooms_upstream(path):
    text = path.read_text(encoding="utf-8")
    named = {room_of_namespace(space) for space in URL.findall(text)} | set(TEMPLATE.findall(text))
    down = {room for room in named if room in heights() and not may_name(room_of(path), room)}
    assert not down, f"{short(path)} names {', '.join(sorted(down))}, which stands further down the river"


def room_of_namespace(space: str) -> str:
    """A name space is called like its room, or begins with it: identity_merge is identity's."""
    return space if space in heights() else space.partition("_")[0]
