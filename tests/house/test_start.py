"""A command starts without what only few of them need."""

import subprocess
import sys

HEAVY = ("clevercsv", "openpyxl", "rapport.lib.tables")
START = """
import sys
import django
django.setup()
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_what_reads_tables_is_loaded_when_a_table_is_read():
    told = subprocess.run([sys.executable, "-c", START, *HEAVY], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
