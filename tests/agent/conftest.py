"""What is left open by tests of turns is closed: a connection that outlives its event loop fails in a thread of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.agent.orders_world import World


@pytest.fixture(autouse=True)
async def worlds_are_closed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Close every world that a test has made."""
    made: list[World] = []
    begin = World.__init__

    def begin_and_note(self: World, url: str) -> None:
        begin(self, url)
        made.append(self)

    monkeypatch.setattr(World, "__init__", begin_and_note)
    yield
    for world in made:
        await world.database.close()
