"""What follows from what: the jobs that start when a fact is recorded."""

from collections.abc import Mapping
from typing import Any

from rapport.imports import jobs as imports
from rapport.journal.models import Fact
from rapport.search import jobs as search

NEXT: Mapping[Fact, tuple[Any, ...]] = {
    Fact.INTERACTIONS_RECEIVED: (search.index_texts,),
    Fact.INTERACTIONS_CORRECTED: (search.index_texts,),
    Fact.IMPORT_STARTED: (imports.go_on,),
}
