"""The ten customers of the hour: what each writes before a person comes, and who they are."""

from dataclasses import dataclass
from typing import Self
from uuid import uuid4

import httpx

HTML_NAME = 'Tomasz <b onmouseover="alert(1)">Nowak</b>'


@dataclass(frozen=True)
class Story:
    """One customer: `person` is the demo shop's id, None a visitor; after `says` they press the button for a person."""

    name: str
    person: str | None
    says: tuple[str, ...]


STORIES = (
    Story(
        "refund",
        "cus_maeve",
        (
            "Where is my refund for TT-10387? I sent the parcel back two weeks ago.",
            "Your colleague promised me 64.90 by Friday. It is Monday and there is nothing.",
        ),
    ),
    Story(
        "angry",
        "cus_jonas",
        (
            "The tent from TT-10368 leaks. This is the third time I write!!",
            "This is RIDICULOUS. I am furious, nobody helps me, you are useless.",
        ),
    ),
    Story(
        "bereavement",
        "cus_amina",
        ("My husband died last week. Can his order TT-10431 be stopped? I do not know what to do.",),
    ),
    Story("german", "cus_jonas", ("Guten Tag, wie lange dauert die Lieferung? Ich möchte mit einem Menschen sprechen.",)),
    Story(
        "transfer", None, ("We are a school and need an invoice with our tax number for forty mugs.",)
    ),
    Story(
        "snooze", "cus_maeve", ("My parcel TT-10411 has not moved for days. Can you ask the carrier?",)
    ),
    Story("hand-back", "cus_tomasz", ("What does the return label cost? And is TT-10428 paid?",)),
    Story("reopen", None, ("Do you have gift cards?",)),
    Story("long", None, ("I have a lot to tell about my trip and your shop.",)),
    Story(
        "html",
        "cus_tomasz",
        (
            '<h1>Hello</h1><script>alert("x")</script><img src=x onerror=alert(1)> **bold** & "quotes" '
            "https://example.com/a-very-long-address-without-any-break/" + "abcdefghij" * 14,
        ),
    ),
)  # fmt: skip


class Customer:
    """A customer in the chat, over the widget's interface."""

    def __init__(self, client: httpx.AsyncClient, conversation_id: str, case_number: str) -> None:
        self._client = client
        self._path = f"/v1/conversations/{conversation_id}"
        self.case_number = case_number

    @classmethod
    async def arrive(cls, client: httpx.AsyncClient, story: Story) -> Self:
        """Write what the story says, wait for the AI each time, and ask for a person."""
        page = {"Cookie": f"demo_person={story.person or ''}"}
        token = (await client.get("/demo/identity", headers=page)).raise_for_status().json()["token"]
        session = await client.post("/v1/sessions", json={"identity_token": token} if token else {})
        client.headers["Authorization"] = f"Bearer {session.raise_for_status().json()['session_token']}"
        conversation = (await client.post("/v1/conversations")).raise_for_status().json()
        customer = cls(client, conversation["id"], conversation["case_number"])
        for text in story.says:
            await customer.write(text)
        (await client.post(f"{customer._path}/handoff")).raise_for_status()
        return customer

    async def write(self, text: str, *, wait: int = 30) -> None:
        """Write a message and wait for what the AI says, if it has the floor."""
        body = {"client_id": uuid4().hex, "text": text}
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        (await self._client.post(f"{self._path}/messages", json=body, headers=headers)).raise_for_status()

    async def write_much(self, messages: int) -> None:
        """What makes a thread long."""
        for number in range(messages):
            await self.write(f"{number + 1}. And then we walked on, the whole day, and it rained.", wait=0)
