"""Put a file that was imported from a watched folder away, its report and its failed rows beside it."""

import json
from datetime import datetime
from pathlib import Path

from rapport.imports.models import ImportRun
from rapport.imports.plan import read
from rapport.imports.rows import failed_file

DONE = "done"
COUNTED = ("rows", "created", "updated", "skipped", "failed", "unassigned", "passed_over", "ragged")


def put_away(path: Path, run: ImportRun | None, note: str, *, at: datetime) -> Path:
    """Move ``path`` into the folder done beside it; where it is then."""
    folder = path.parent / DONE
    folder.mkdir(exist_ok=True)
    place = folder / path.name
    if place.exists():
        place = folder / f"{path.stem}-{at:%Y%m%d-%H%M%S-%f}{path.suffix}"
    report: dict[str, object] = {"file": path.name, "note": note, "put away": at.isoformat()}
    if run:
        counts = {name: getattr(run, name) for name in COUNTED}
        report |= {"import": run.pk, "state": run.state, "trouble": run.trouble, **counts}
        if run.failed:
            rows = run.failures.order_by("number").iterator(chunk_size=2_000)
            with (folder / f"{place.name}.failed.csv").open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(failed_file(read(run.plan), rows))
    (folder / f"{place.name}.report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    # Last, so that a crash before leaves the file where it is found again.
    path.replace(place)
    return place
