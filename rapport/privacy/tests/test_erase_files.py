"""A person's words are found in files however they lie there, and a file that nobody can look into is told."""

import re
import zipfile

from rapport.privacy.erase_files import PIECE, look_into

PATTERN = re.compile("Jörg Müller", re.IGNORECASE)


def put(settings, tmp_path, name, data):
    settings.HOME = tmp_path
    path = tmp_path / "imports" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_letter_that_is_cut_between_two_pieces_hides_no_name(settings, tmp_path):
    words = "a" * (PIECE - 1) + "é, Jörg Müller"
    path = put(settings, tmp_path, "long.csv", words.encode())
    assert look_into(PATTERN).holding == (path,)


def test_a_name_over_the_edge_of_two_pieces_is_found(settings, tmp_path):
    path = put(settings, tmp_path, "edge.csv", ("a" * (PIECE - 5) + " Jörg Müller ").encode())
    assert look_into(PATTERN).holding == (path,)


def test_a_damaged_archive_is_told_and_not_taken_for_empty(settings, tmp_path):
    path = tmp_path / "whole.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("people.csv", "Jörg Müller")
    whole = path.read_bytes()
    sound = put(settings, tmp_path, "sound.zip", whole)
    damaged = put(settings, tmp_path, "damaged.zip", whole.replace("Jörg".encode(), b"Jorgg"))
    looked = look_into(PATTERN)
    assert (looked.holding, looked.closed) == ((sound,), (damaged,))
