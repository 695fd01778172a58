"""Tokens and hashes made by others, at the product's door: `python -m evals.identity_vectors [--data ../shared/data]`.

Each row opens a session over HTTP. `bad_input/jwt_claims.jsonl`: claims and headers, good and bad, under a clock that stands still.
`identity_hmac.jsonl`: ids with their hash. `jose_wycheproof.jsonl`: signatures; as no payload there is a set of claims, no session
may open, and a good signature shows by what is found wrong (`wrong_claims`, which is looked at after the signature only).

Rows that no verifier can meet are named and not counted: a token that is called good and bad in the same file, and one that is
called good though it is no base64url (RFC 7515, 2). No session opens for them either.

A key that we cannot be given (RSA, elliptic curves, AES, too short, two under one name) is left out; its tokens must be refused.
"""

import argparse
import asyncio
import base64
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from agent.orders import Customer
from api.app import create_app
from api.identity import Identity, Trust
from api.jws import Key, Why
from api.log import set_up_log
from api.migrate import migrate
from escalation.assembly import assemble, secret_of
from escalation.settings import Settings

SAMPLE = Path(__file__).parent / "data" / "identity_sample"
# As the header of jwt_claims.jsonl gives them.
SECRET = "test-secret-test-secret-test-secret-0001"  # noqa: S105 - a throw-away key of the data
NOW = datetime.fromtimestamp(1795348800, UTC)
ISSUER, AUDIENCE = "https://shop.example", "widget"
_ELSE = Key(b"a key that has signed none of the vectors")

_BASE64URL = re.compile(r"[A-Za-z0-9_.-]*|\{.*", re.ASCII | re.DOTALL)

Row = dict[str, Any]
Found = tuple[int, list[str]]


class TwoCustomers:
    """A shop that knows cust_1 and cust_2, and nothing of them."""

    kinds: frozenset[str] = frozenset()

    async def customer(self, customer_id: str) -> Customer | None:
        """One of the two."""
        known = customer_id in {"cust_1", "cust_2"}
        return Customer(customer_id, customer_id, f"{customer_id}@customers.example", "") if known else None


@dataclass(frozen=True)
class Told:
    """What the door said: the status, whose session it is, and why not."""

    status: int
    customer: str | None
    why: str | None

    @property
    def opened(self) -> bool:
        """Whether there is a session."""
        return self.status == 201  # noqa: PLR2004 - created


@dataclass
class Door:
    """The product, served, with keys that can be changed."""

    port: int
    trust_with: Callable[[tuple[Key, ...]], None]

    async def open(self, **body: Any) -> Told:
        """Ask for a session."""
        return await asyncio.to_thread(self._open, json.dumps(body).encode("utf-8", "surrogatepass"))

    def _open(self, body: bytes) -> Told:
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        told = json.loads(answer.read() or b"{}")
        line.close()
        return Told(answer.status, (told.get("customer") or {}).get("name"), told.get("why"))


@asynccontextmanager
async def door_in(folder: Path) -> Any:
    """The product behind a real server, as the vectors want it to be set."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder,
        demo=False,
        identity_secret=SecretStr(f"k1:{SECRET}"),
        identity_issuer=ISSUER,
        identity_audience=AUDIENCE,
        identity_hash=True,
    )
    parts = assemble(settings, shop=TwoCustomers(), clock=lambda: NOW)  # type: ignore[arg-type]
    await migrate(parts.database)
    app = create_app(parts)
    identity: Identity = app.state.identity

    def trust_with(keys: tuple[Key, ...]) -> None:
        trust: Trust = replace(identity.trust, keys=keys)
        app.state.identity = Identity(secret_of(settings), trust, parts.shop, parts.revocations, lambda: NOW)

    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it no other way
        await asyncio.sleep(0.01)
    try:
        yield Door(server.servers[0].sockets[0].getsockname()[1], trust_with)
    finally:
        server.should_exit = True
        await serving
        await parts.database.close()


def rows_of(file: Path) -> Iterator[Row]:
    """The rows of a file of vectors, without its header."""
    for line in file.read_text("utf-8").splitlines():
        if line.strip() and not (row := json.loads(line)).get("_header"):
            yield row


def as_expected(expect: str, told: Told, customer: str) -> bool:
    """Whether the door did as the row says; whatever it says, nobody else's session opens and nothing breaks."""
    if told.status >= 500 or (told.opened and told.customer != customer):  # noqa: PLR2004 - the server's fault
        return False
    if "_or_" in expect:
        return True
    return told.opened is expect.startswith("accept")


async def jwt_claims(door: Door, rows: list[Row]) -> Found:
    """How many rows count, and what went otherwise than they say."""
    door.trust_with((Key(SECRET.encode(), "k1"),))
    told = [(row, await door.open(identity_token=row["token"])) for row in rows]
    wrong = [f"{row['name']}: {one}" for row, one in told if not as_expected(row["expect"], one, "cust_1")]
    return len(rows), wrong


async def identity_hmac(door: Door, rows: list[Row]) -> Found:
    """The same for hashes."""
    door.trust_with((Key(SECRET.encode()),))
    told = [(row, await door.open(user_id=row["user_id"], user_hash=row["user_hash"])) for row in rows]
    return len(rows), [
        f"{row['name']}: {one}" for row, one in told if not as_expected(row["expect"], one, row["user_id"])
    ]


async def wycheproof(door: Door, rows: list[Row]) -> Found:
    """The same for signatures."""
    wrong, counted = [], 0
    both = contradicted(rows)
    for row in rows:
        keys = keys_in(row.get("key_private"))
        door.trust_with(keys or (_ELSE,))
        token = row.get("jws") if row.get("jws") is not None else row.get("jwe")
        told = await door.open(identity_token=token if isinstance(token, str) else json.dumps(token))
        good = row["result"] == "valid" and bool(keys)
        counts = not (
            (row["result"] == "invalid" and str(token) in both)
            or (row["result"] == "valid" and not _BASE64URL.fullmatch(str(token)))
        )
        counted += counts
        if told.opened or told.status >= 500 or (counts and (told.why == Why.CLAIMS) is not good):  # noqa: PLR2004
            wrong.append(f"{row['id']} ({row['comment']}): {told}")
        elif not counts:
            print(
                f"jose_wycheproof: {row['id']} ({row['comment']}) is not counted: {row['result']} cannot be right"
            )
    return counted, wrong


def contradicted(rows: list[Row]) -> set[str]:
    """Tokens that one row calls good and another, under the same key, bad."""
    called = {
        result: {
            (str(row.get("jws")), json.dumps(row.get("key_private")))
            for row in rows
            if row["result"] == result
        }
        for result in ("valid", "invalid")
    }
    return {token for token, _ in called["valid"] & called["invalid"]}


def keys_in(jwk: Row | None) -> tuple[Key, ...]:
    """The keys that we could be given; none where one of a set is not of our kind."""
    found = (jwk or {}).get("keys", [jwk] if jwk else [])
    names = [one.get("kid") for one in found]
    if len(set(names)) < len(names) or any(
        one.get("kty") != "oct" or one.get("alg", "HS256") != "HS256" or one.get("use", "sig") != "sig"
        for one in found
    ):
        return ()
    secrets = [base64.urlsafe_b64decode(one["k"] + "=" * (-len(one["k"]) % 4)) for one in found]
    try:
        return tuple(Key(secret, name) for secret, name in zip(secrets, names, strict=True))
    except ValueError:
        return ()


SUITES = {"jwt_claims": jwt_claims, "identity_hmac": identity_hmac, "jose_wycheproof": wycheproof}


async def run(folder: Path, scratch: Path) -> dict[str, Found]:
    """For each file how many rows count, and what went otherwise than it says."""
    results = {}
    async with door_in(scratch) as door:
        for name, suite in SUITES.items():
            rows = list(rows_of(folder / "bad_input" / f"{name}.jsonl"))
            results[name] = await suite(door, rows)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=SAMPLE, help="folder with bad_input/")
    set_up_log("error")
    with tempfile.TemporaryDirectory() as scratch:
        results = asyncio.run(run(parser.parse_args().data, Path(scratch)))
    for name, (count, wrong) in results.items():
        print(f"{name}: {count - len(wrong)} of {count} as specified")
        for line in wrong:
            print(f"  {line}")
    if any(wrong for _, wrong in results.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
