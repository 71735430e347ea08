"""How it goes: KPIs, each defined once as a table expression, with the records behind every figure."""
