"""What follows from what: the jobs that start when a fact is recorded."""

from collections.abc import Mapping
from typing import Any

from rapport.journal.models import Fact

NEXT: Mapping[Fact, tuple[Any, ...]] = {}
