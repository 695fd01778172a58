"""Nobody reaches another one's data: every operation of the OpenAPI, by every role (law 9).

What is somebody else's and what does not exist give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response

from api.openapi import PARAMETERS, operations
from escalation.records import Role
from tests.api.access import ACCESS, Reach
from tests.conftest import World
from tests.desk_people import supervisor
from tests.files import pdf_file
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "heliotrope-4711"  # stands in every message of the owners
CUSTOMER_SIDE = (Reach.SESSION, Reach.OWN)


@dataclass
class Owner:
    """Somebody with a conversation in which the secret stands; a customer has a proposal too."""

    shopper: Shopper
    ids: Mapping[str, str]

    @property
    def marks(self) -> tuple[str, ...]:
        """What would be a leak in anybody else's answer, beside the ids that stand in the address anyhow."""
        return (SECRET, self.shopper.session["session_token"])


@dataclass
class Matrix:
    """The owners, the callers by role, and the document."""

    operations: Mapping[tuple[str, str], Any]
    owners: Mapping[str, Owner]
    callers: Mapping[str, AsyncClient]

    async def call(self, role: str, operation: tuple[str, str], ids: Mapping[str, str]) -> Response:
        """As that role, with the example as its body."""
        method, path = operation
        told = self.operations[operation]
        for parameter in told.get("parameters", ()):
            if parameter["in"] == "path":
                given = ids.get(parameter["name"], PARAMETERS[parameter["name"]][1])
                path = path.replace(f"{{{parameter['name']}}}", str(given))
        query = {
            p["name"]: p["example"]
            for p in told.get("parameters", ())
            if p["in"] == "query" and p["required"]
        }
        body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        return await self.callers[role].request(method, path, params=query, json=body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix(house: World) -> Matrix:
    owners = {}
    for role, who in (("customer", "cus_maeve"), ("visitor", None)):
        shopper = await house.shopper(who)
        await shopper.begin()
        await shopper.send("How long can I return a scarf?")
        ids = {"conversation_id": shopper.conversation_id}
        answer = next(m for m in await shopper.thread() if m["author"]["kind"] == "ai")
        ids["message_id"] = answer["id"]
        kept = await shopper.attach("a page.pdf", pdf_file())
        ids["attachment_id"] = kept.json()["id"]
        if who:
            card = (await shopper.ask("Please cancel order TT-10432, I ordered it by mistake"))["proposal"]
            ids["proposal_id"] = card["id"]
        else:
            address = f"/v1/conversations/{shopper.conversation_id}/step-up"
            begun = await shopper.client.post(address, json={"email": "maeve.brennan@customers.example"})
            ids["step_up_id"] = begun.json()["id"]
        await shopper.send(f"The gift card says {SECRET}")
        owners[role] = Owner(shopper, ids)
    others = {"other visitor": await house.shopper(None), "other customer": await house.shopper("cus_tom")}
    callers = {"signed out": AsyncClient(base_url=house.address, timeout=30)}
    callers |= {role: owner.shopper.client for role, owner in owners.items()}
    callers |= {role: shopper.client for role, shopper in others.items()}
    callers["agent"] = (await house.human_agent("Aoife")).client
    unskilled = await house.human_agent("Cian")
    await house.parts.staff.set_work("cian@desk.example", queues=["nothing-comes-here"], skills=[])
    callers["agent of another queue"] = unskilled.client
    callers[Role.SUPERVISOR] = (await supervisor(house)).client
    document = (await callers["signed out"].get("/openapi.json")).json()
    return Matrix(operations(document), owners, callers)


def people(matrix: Matrix) -> list[str]:
    return [role for role in matrix.callers if role.startswith("agent") or role in set(Role)]


async def test_every_operation_is_classified_and_every_role_is_there(matrix: Matrix) -> None:
    assert set(matrix.operations) == set(ACCESS)
    assert set(Role) <= set(matrix.callers), "a new role of the desk needs a caller here"


async def test_a_customers_and_a_visitors_things_are_theirs_alone(matrix: Matrix) -> None:
    leaks = []
    for operation in (name for name, reach in ACCESS.items() if reach is Reach.OWN):
        for owner_role, owner in matrix.owners.items():
            needed = [p["name"] for p in matrix.operations[operation]["parameters"] if p["in"] == "path"]
            if not set(needed) <= owner.ids.keys():
                continue
            for role in set(matrix.callers) - {owner_role}:
                theirs = await matrix.call(role, operation, owner.ids)
                nothing = await matrix.call(role, operation, {name: str(uuid4()) for name in needed})
                stranger = role in matrix.owners or role.startswith("other")
                if theirs.status_code != (404 if stranger else 401) or theirs.content != nothing.content:
                    leaks.append((operation, owner_role, role, theirs.status_code, nothing.status_code))
    assert leaks == []


async def test_lists_hold_nothing_of_others(matrix: Matrix) -> None:
    for operation in (name for name, reach in ACCESS.items() if reach is Reach.SESSION and name[0] == "GET"):
        for role in set(matrix.callers) - {"signed out", *people(matrix)}:
            answer = await matrix.call(role, operation, {})
            assert answer.status_code == 200
            for owner_role, owner in matrix.owners.items():
                assert (owner.ids["conversation_id"] in answer.text) == (owner_role == role), (
                    role,
                    owner_role,
                )


async def test_nobody_from_outside_comes_to_the_desk(matrix: Matrix) -> None:
    owner = matrix.owners["customer"]
    for operation, reach in ACCESS.items():
        if reach not in (Reach.DESK, Reach.SUPERVISOR):
            continue
        for role in set(matrix.callers) - set(people(matrix)):
            client = matrix.callers[role]
            client.headers["X-Candor-Desk"] = "1"  # anybody can set it who is no web page
            answer = await matrix.call(role, operation, owner.ids)
            del client.headers["X-Candor-Desk"]
            assert answer.status_code == 401, (operation, role, answer.text)
            assert not [mark for mark in owner.marks if mark in answer.text]


async def test_a_person_of_the_desk_is_no_customer(matrix: Matrix) -> None:
    for operation, reach in ACCESS.items():
        if reach in CUSTOMER_SIDE:
            for role in people(matrix):
                answer = await matrix.call(role, operation, matrix.owners["customer"].ids)
                assert answer.status_code == 401, (operation, role)


async def test_what_is_a_supervisors_is_refused_to_agents(matrix: Matrix) -> None:
    owner = matrix.owners["customer"]
    for operation in (name for name, reach in ACCESS.items() if reach is Reach.SUPERVISOR):
        for role in people(matrix):
            answer = await matrix.call(role, operation, owner.ids)
            assert (answer.status_code == 403) == (role != Role.SUPERVISOR), (operation, role, answer.text)
    live = {
        role: (await matrix.callers[role].get("/v1/desk/conversations?view=live")).status_code
        for role in people(matrix)
    }
    assert {role for role, status in live.items() if status == 200} == {Role.SUPERVISOR}


async def test_after_all_these_tries_the_owners_find_everything_as_it_was(matrix: Matrix) -> None:
    for role, owner in matrix.owners.items():
        conversation = await owner.shopper.conversation()
        assert conversation["floor"] == "ai"
        assert SECRET in str(conversation["messages"])
        written = [m for m in conversation["messages"] if m["author"]["kind"] == "customer"]
        assert len(written) == (3 if role == "customer" else 2)
        if "proposal_id" in owner.ids:
            [card] = [m["proposal"] for m in conversation["messages"] if m["proposal"]]
            assert card["status"] == "open"
