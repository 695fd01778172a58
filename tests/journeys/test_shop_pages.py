"""A person of the desk reads from which page of the shop a customer wrote; the customer is not shown their own page."""

import pytest

from tests.api.problems import is_problem
from tests.conftest import World

PAGE = {
    "title": "Corrib waterproof jacket",
    "url": "https://shop.example/corrib?token=secret#top",
    "product": "Corrib",
}


async def written(world: World, *pages: dict[str, str] | None) -> tuple[list[str], list[str]]:
    """The notes at the desk, and the kinds of what the customer sees, after a message from each page."""
    maeve = await world.shopper()
    await maeve.begin()
    for number, page in enumerate(pages):
        body = {"client_id": f"message-{number}", "text": "Hello", "page": page}
        for _ in range(2):  # a second try is the same message
            response = await maeve.client.post(
                f"/v1/conversations/{maeve.conversation_id}/messages", json=body
            )
            assert response.is_success
    aoife = await world.human_agent("Aoife")
    notes = [m["text"] for m in (await aoife.case(maeve.conversation_id))["messages"] if m["kind"] == "note"]
    return notes, [m["kind"] for m in await maeve.thread()]


async def test_the_page_is_noted_once_and_again_when_it_changes(world: World) -> None:
    other = {"title": "", "url": "https://shop.example/tents", "product": ""}
    notes, seen = await written(world, PAGE, PAGE, other, None)
    assert notes == [
        "Written from the shop's page “Corrib waterproof jacket”, https://shop.example/corrib, product: Corrib",
        "Written from the shop's page https://shop.example/tents",
    ]
    assert "note" not in seen


async def test_a_page_that_says_nothing_is_not_noted(world: World) -> None:
    notes, _ = await written(world, {"url": "javascript:alert(1)"}, {})
    assert notes == []


@pytest.mark.parametrize("page", [{"title": "x" * 301}, {"other": "x"}, "a page"])
async def test_a_page_that_is_none_is_refused(world: World, page: object) -> None:
    maeve = await world.shopper()
    await maeve.begin()
    response = await maeve.client.post(
        f"/v1/conversations/{maeve.conversation_id}/messages",
        json={"client_id": "a-message", "text": "Hello", "page": page},
    )
    is_problem(response, 422)
