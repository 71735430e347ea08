"""Serve the built front end: hashed names kept for ever, compressed once, whole files in one answer."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where the files have been collected, plain names where they have not (tests, first set-up)."""

    manifest_strict = False

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """All but the API's documentation pages: seldom opened, they would take longer than everything else."""
        yield from super().compress_files([path for path in paths if not path.startswith("ninja/")])

    def stored_name(self, name: str) -> str:
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with whole answers: under ASGI a file stream would be read into memory by another thread anyway."""

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        """Serve the collected files; where nothing has been collected yet, look in the rooms."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
        else:
            self.autorefresh = self.use_finders = True

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        body = b""
        if answer.file is not None:
            with answer.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(answer.status))
        del response.headers["Content-Type"]
        for name, value in answer.headers:
            response.headers[name] = value
        return response
