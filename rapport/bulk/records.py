"""The kinds of record that are changed in bulk, by name."""

from collections.abc import Mapping

from rapport.bulk.action import Records
from rapport.bulk.customers import CUSTOMERS
from rapport.bulk.interactions import INTERACTIONS
from rapport.bulk.orders import ORDERS
from rapport.bulk.tasks import TASKS
from rapport.bulk.trash import TRASH

RECORDS: Mapping[str, Records] = {one.name: one for one in (CUSTOMERS, TASKS, ORDERS, INTERACTIONS, TRASH)}
