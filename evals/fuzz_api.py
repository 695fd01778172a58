"""Fuzzes the API from its OpenAPI, as each role: `python -m evals.fuzz_api --minutes 10 [--role supervisor]`.

Schemathesis tries every operation in all its phases (examples, coverage, fuzzing, stateful) and checks that nothing answers
5xx, that every answer is as the document says, that what must be refused is, and that nobody comes in without their token.
Event streams never end and are left out (tests/api and evals/streams_restart.py follow them), and so is signing out,
which would end the role's own session. Ends with 1 if anything was found.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

import httpx

from evals.serving import candor, served

ROLES = ("visitor", "customer", "supervisor")
EMAIL, PASSWORD = "fuzz@desk.example", "a long enough password"
NOT_TRIED = r"/events$|/sign-out$"
JUDGED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "unsupported_method",
)

# 413 is a refusal too. In a form everything is a text, so what is "of the wrong type" there is not.
LENIENT = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]

[[operations]]
include-name = "POST /v1/kb/imports"
checks.negative_data_rejection.enabled = false
"""


async def main() -> int:
    """Fuzz as every role in turn, each on a fresh server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--role", choices=ROLES, action="append")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    roles = options.role or ROLES
    seconds = options.minutes * 60 / len(roles)
    found = [await fuzzed(role, seconds, options.seed) for role in roles]
    for role, code in zip(roles, found, strict=True):
        print(f"{role}: {'nothing found' if code == 0 else 'see above'}, {seconds:.0f} s")
    return int(any(found))


async def fuzzed(role: str, seconds: float, seed: int) -> int:
    """The exit code of Schemathesis after so many seconds as one role."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with served(folder) as (address, _, _):
            tokens = await _tokens(role, address, folder)
            signed_in = "".join(
                f"[auth.openapi.{scheme}]\n{kind} = {json.dumps(token)}\n" for scheme, kind, token in tokens
            )
            (folder / "schemathesis.toml").write_text(signed_in + LENIENT, encoding="utf-8")
            process = await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("schemathesis"),
                "run",
                f"{address}/openapi.json",
                "--checks",
                ",".join(JUDGED),
                "--exclude-path-regex",
                NOT_TRIED,
                "--max-time",
                f"{seconds:.0f}",
                "--request-timeout",
                "90",
                "--seed",
                str(seed),
                "--continue-on-failure",
                "--no-color",
                "--generation-database",
                "none",
                cwd=folder,
            )
            return await process.wait()


async def _tokens(role: str, address: str, folder: Path) -> list[tuple[str, str, str]]:
    """What signs the role in: scheme of the OpenAPI, kind, token."""
    async with httpx.AsyncClient(base_url=address) as client:
        if role == "supervisor":
            arguments = ("--email", EMAIL, "--name", "Fuzz", "--password", PASSWORD)
            for command in (("add", *arguments), ("set", EMAIL, "--role", "supervisor")):
                await (await candor(folder, "staff", *command)).wait()
            desk = {"X-Candor-Desk": "1"}
            body = {"email": EMAIL, "password": PASSWORD}
            (await client.post("/v1/desk/sign-in", json=body, headers=desk)).raise_for_status()
            return [("desk", "api_key", client.cookies["candor_desk"]), ("console", "api_key", "1")]
        cookie = {"Cookie": "demo_person=" + ("cus_maeve" if role == "customer" else "")}
        token = (await client.get("/demo/identity", headers=cookie)).json()["token"]
        session = await client.post("/v1/sessions", json={"identity_token": token} if token else {})
        return [("session", "bearer", session.json()["session_token"])]


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
