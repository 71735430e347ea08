"""What this installation keeps on disk: its data folder, its secret key, where its database answers."""

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

SECRET = "secret-key"  # noqa: S105
FOUNDING = "founding-code"
DATABASE = "database.json"
PLACEHOLDER = "postgresql://rapport@127.0.0.1:9/rapport"


def home() -> Path:
    """The data folder (``RAPPORT_HOME``, else the user's data directory), made when it is not there."""
    given = os.environ.get("RAPPORT_HOME", "")
    folder = Path(given).expanduser().absolute() if given else user_data() / "rapport"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        # PostgreSQL never runs as root; its own account must be able to pass through to its folder.
        folder.chmod(0o711 if is_root() else 0o700)
    return folder


def user_data() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def secret_key(home: Path) -> str:
    """The key that signs sessions and tokens, made once."""
    file = home / SECRET
    if not file.exists():
        private(file, secrets.token_urlsafe(50), replace=False)
    return file.read_text().strip()


def founding_code(home: Path) -> str:
    """What somebody at another machine must know to become the first administrator; made once."""
    file = home / FOUNDING
    if not file.exists():
        private(file, secrets.token_urlsafe(12), replace=False)
    return file.read_text().strip()


def embedded_url(home: Path) -> str:
    """Where the embedded database answers, as its supervisor wrote it down; a placeholder before its first start."""
    file = home / DATABASE
    return str(json.loads(file.read_text())["url"]) if file.exists() else PLACEHOLDER


def private(file: Path, content: str | bytes, *, replace: bool = True) -> None:
    """Write ``content`` whole or not at all, for nobody else to read; without ``replace`` the first writer wins."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        if is_root():
            # Root may lend a hand in the folder of another account, which must be able to read what it left.
            owner = file.parent.stat()
            os.fchown(out.fileno(), owner.st_uid, owner.st_gid)
        out.write(content.encode() if isinstance(content, str) else content)
        out.flush()
        os.fsync(out.fileno())
    if replace:
        draft.replace(file)
        return
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def openid_providers() -> dict[str, Any]:
    """The company's sign-in server, when the environment names one."""
    names = ("RAPPORT_OPENID_SERVER", "RAPPORT_OPENID_CLIENT", "RAPPORT_OPENID_SECRET")
    server, client, secret = (os.environ.get(name, "") for name in names)
    if not server:
        return {}
    if not client or not secret:
        message = f"With {names[0]} set, {names[1]} and {names[2]} are needed too"
        raise ValueError(message)
    app = {
        "provider_id": "company",
        "name": os.environ.get("RAPPORT_OPENID_NAME", "OpenID Connect"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": server},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
