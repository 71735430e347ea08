"""A calendar that comes where tables come is read as the calendar it is."""

from datetime import datetime

from rapport.calendars.models import Reading
from rapport.calendars.start import FOLDER, let_go, looks_like_one, start
from rapport.calendars.told import trouble_in_words
from rapport.channels.calendar.happening import NoCalendarError
from rapport.files.keep import set_aside
from rapport.imports.forms import UploadForm
from rapport.people.models import User


def as_calendar(form: UploadForm, *, by: User, at: datetime) -> Reading | None:
    """Its reading, started; None when the file is none, or a broken one that the form then says."""
    upload = form.cleaned_data["file"]
    beginning = upload.read(200)
    upload.seek(0)
    if not looks_like_one(upload.name, beginning):
        return None
    path = set_aside(upload, FOLDER)
    try:
        return start(path, upload.name, newcomers=False, by=by, at=at)
    except NoCalendarError as problem:
        let_go(path)
        form.add_error("file", trouble_in_words(str(problem)))
        return None
