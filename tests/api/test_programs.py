"""The programs of docs/api.md and docs/webhooks.md run, and do what they say."""

import asyncio
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from escalation.webhooks.catalogue import CATALOGUE
from escalation.webhooks.signing import new_secret, signature
from tests.conftest import World

DOCS = Path(__file__).parents[2] / "docs"
VECTORS = Path(__file__).parent / "data" / "webhook_signatures.jsonl"
SECRET, NOW = (
    "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    1795348800,
)  # as the vectors' first line says
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not on this machine")
PROGRAMS = {"python": [sys.executable, "-c"], "javascript": ["node", "--input-type=module", "-e"]}
languages = pytest.mark.parametrize("language", ["python", pytest.param("javascript", marks=needs_node)])


def program(page: str, language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


async def run(language: str, text: str, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *PROGRAMS[language],
        text,
        env={"PATH": "/usr/bin:/bin", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


@asynccontextmanager
async def cutting(address: str) -> AsyncIterator[tuple[str, list[str]]]:
    """A way to a server that cuts the first stream after its first event; and what each stream asked to resume from."""
    host, _, port = address.removeprefix("http://").partition(":")
    resumed: list[str] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(host, int(port))
        to_cut = False

        async def there() -> None:
            nonlocal to_cut
            while data := await reader.read(65536):
                if b"/events " in data:
                    resumed.append(re.findall(rb"(?i)last-event-id: (\S+)", data)[0].decode())
                    to_cut = len(resumed) == 1
                server_writer.write(data)
            server_writer.close()

        going = asyncio.create_task(there())
        while data := await server_reader.read(65536):
            writer.write(data)
            if to_cut and b"event:" in data:
                break
        going.cancel()
        writer.close()
        server_writer.close()

    server = await asyncio.start_server(pipe, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", resumed


@pytest.mark.asyncio(loop_scope="module")
@languages
async def test_a_conversation_is_had_by_the_program_of_the_page_even_where_its_stream_is_cut(
    house: World, language: str
) -> None:
    async with cutting(house.address) as (address, resumed):
        said = await run(language, program("api.md", language), CANDOR_URL=address)
    assert "AI assistant" in said
    assert "30 days" in said
    assert len(resumed) == 2
    assert int(resumed[1]) > int(resumed[0])


def vectors() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()][1:]


@languages
async def test_the_programs_that_check_signatures_take_and_refuse_what_the_specification_does(
    language: str,
) -> None:
    cases = [[v["name"], v["headers"], v["body"], v["expect"].startswith("accept")] for v in vectors()]
    own = {"webhook-id": "msg_9", "webhook-timestamp": str(NOW)}
    two = " ".join(signature(secret, "msg_9", NOW, "{}") for secret in (new_secret(), SECRET))
    cases += [["rotated", own | {"webhook-signature": two}, "{}", True], ["unsigned", own, "{}", False]]
    text = program("webhooks.md", language)
    given = json.dumps(cases)
    if language == "python":
        text += f"\nimport json\nfor name, headers, body, _ in json.loads({given!r}):\n"
        text += f"    print(name, str(verify({SECRET!r}, headers, body.encode(), {NOW})).lower())\n"
    else:
        text += f"\nfor (const [name, headers, body] of {given})\n"
        text += f"  console.log(name, verify({SECRET!r}, headers, body, {NOW}));\n"

    said = (await run(language, text)).splitlines()

    assert said == [f"{name} {str(taken).lower()}" for name, _, _, taken in cases]


def test_the_page_on_webhooks_shows_every_event_with_its_example() -> None:
    page = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    for one in CATALOGUE:
        assert f"| `{one.name}` | {one.means} | `{json.dumps(one.example)}` |" in page
