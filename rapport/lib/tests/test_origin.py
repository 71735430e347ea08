"""The place from which something is done is known within it, and nowhere else."""

from threading import Thread

from rapport.lib.origin import done_from, from_job, note_origin, origin


def test_a_place_holds_within_and_an_inner_one_says_more():
    assert origin() == {}
    with done_from(page="/customers/", address=""):
        assert origin() == {"page": "/customers/"}
        note_origin(token="Web shop")
        with done_from(job="identity.suspect"):
            assert origin() == {"page": "/customers/", "token": "Web shop", "job": "identity.suspect"}
        assert origin() == {"page": "/customers/", "token": "Web shop"}
    assert origin() == {}
    note_origin(token="nowhere")
    assert origin() == {}


def test_a_job_says_its_name_and_gives_back_what_it_was_given():
    told = []
    assert from_job("web.fold", lambda number, *, twice: told.append(origin()) or number * twice)(4, twice=2) == 8
    assert told == [{"job": "web.fold"}]


def test_another_thread_is_another_place():
    told = []
    with done_from(page="/x/"):
        other = Thread(target=lambda: told.append(origin()))
        other.start()
        other.join()
    assert told == [{}]
