"""What an installation keeps on disk."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rapport.lib import installed


def test_the_secret_key_is_made_once_however_many_ask(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: installed.secret_key(tmp_path), range(40)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [file.name for file in tmp_path.iterdir()] == [installed.SECRET]


def test_secrets_are_for_their_owner_alone(tmp_path):
    installed.secret_key(tmp_path)
    assert (tmp_path / installed.SECRET).stat().st_mode & 0o777 == 0o600


def test_the_data_folder_is_made_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "a" / "b"))
    assert installed.home() == tmp_path / "a" / "b"
    assert installed.home().stat().st_mode & 0o066 == 0


def test_without_a_database_yet_there_is_a_harmless_address(tmp_path):
    assert installed.embedded_url(tmp_path) == installed.PLACEHOLDER


def test_a_sign_in_server_needs_its_client_and_secret(monkeypatch):
    assert installed.openid_providers() == {}
    monkeypatch.setenv("RAPPORT_OPENID_SERVER", "https://id.example.org")
    with pytest.raises(ValueError, match="RAPPORT_OPENID_CLIENT and RAPPORT_OPENID_SECRET"):
        installed.openid_providers()
    monkeypatch.setenv("RAPPORT_OPENID_CLIENT", "rapport")
    monkeypatch.setenv("RAPPORT_OPENID_SECRET", "hush")
    [app] = installed.openid_providers()["openid_connect"]["APPS"]
    assert app["settings"] == {"server_url": "https://id.example.org"}
