"""The kinds of record that are changed in bulk, by name."""

from collections.abc import Mapping

from rapport.bulk.action import Records
from rapport.bulk.customers import CUSTOMERS
from rapport.bulk.trash import TRASH

RECORDS: Mapping[str, Records] = {one.name: one for one in (CUSTOMERS, TRASH)}
