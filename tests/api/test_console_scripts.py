"""What a browser loads before the console can be used."""

import re

import pytest

from tests.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST = 150_000  # bytes of script at the first load
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.[^"']+)["']""", re.MULTILINE)


@pytest.mark.parametrize("entry", ["/console/console.js", "/console/knowledge/knowledge.js"])
async def test_the_first_load_of_a_page_is_under_150_kb_of_script(house: World, entry: str) -> None:
    client = (await house.shopper(None)).client
    sent: dict[str, int] = {}
    open_ends = [client.base_url.join(entry)]
    while open_ends:
        address = open_ends.pop()
        if str(address) in sent:
            continue
        script = await client.get(address, headers={"Accept-Encoding": "gzip"})
        assert script.status_code == 200, address
        sent[str(address)] = script.num_bytes_downloaded
        open_ends += [address.join(name) for name in IMPORT.findall(script.text)]

    assert len(sent) > 10  # else the imports were not understood
    assert sum(sent.values()) < MOST
