"""Schemathesis over the whole description of the API, as an administrator and as an agent."""

import random
import re
import subprocess
import sys

from soak.place import EMAIL, FaultError, Place, installation

EXAMPLES = 40
SECONDS = 280
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)


def asked(chance: random.Random) -> str:
    with installation(more={"RAPPORT_API_REQUESTS_A_MINUTE": "1000000"}) as place:
        agent = "agent@rapport.example"
        place.run("user", agent, "--role", "agent", "--team", "Iberia", said="a long enough password\n")
        told = [questioned(place, place.run("token", who), chance.randrange(2**31)) for who in (EMAIL, agent)]
    return "administrator: {}; agent: {}".format(*told)


def questioned(place: Place, token: str, seed: int) -> str:
    """What Schemathesis counted. FaultError with what it found."""
    words = ["run", f"{place.address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}"]
    words += ["--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", str(seed), "--mode", "all"]
    words += ["--continue-on-failure", "--no-color", "--max-time", str(SECONDS), "--generation-database", "none"]
    run = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"
    done = subprocess.run(
        [sys.executable, "-c", run, *words], capture_output=True, text=True, timeout=SECONDS * 2, check=False
    )
    if done.returncode:
        message = found(done.stdout)[:20_000] + done.stderr[-2_000:]
        raise FaultError(message)
    counted = re.search(r"(\d+) generated", done.stdout)
    return f"{counted[1] if counted else '?'} questions"


def found(told: str) -> str:
    """The part of a report that says what was wrong."""
    start = re.search(r"^=+ (FAILURES|ERRORS) =+$", told, re.MULTILINE)
    return told[start.start() :].partition(" WARNINGS =")[0] if start else told
