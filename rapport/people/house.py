"""Reads of what everybody who works here may know."""

from typing import Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

Row = TypeVar("Row", bound=models.Model)


class HouseQuerySet(models.QuerySet[Row]):
    """How the house is made up, and who works in it."""

    def visible_to(self, user: AbstractBaseUser) -> Self:  # noqa: ARG002
        return self
