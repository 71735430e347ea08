"""What shows where: the panels of each page that has slots."""

PANELS: dict[str, tuple[object, ...]] = {}
