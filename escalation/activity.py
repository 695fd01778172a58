"""Who is at a conversation at this moment: looking at it, or writing in it. It passes by and is stored nowhere.

A sign is a lease of a few seconds, kept by whoever is shown it, and renewed by the browser that gave it. Nothing here remembers
anything, so it goes through whatever fans out; a browser that dies is gone a moment later.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from agent.records import Conversation
from escalation import thread
from escalation.events import Hub
from escalation.records import StaffAccount
from knowledge.database import Database

# Seconds that a sign holds. Browsers renew it every 4: one that is late or lost does not make it flicker.
LASTS = 10


class Doing(StrEnum):
    """What somebody is doing there."""

    VIEWING = "viewing"
    REPLYING = "replying"
    NOTING = "noting"
    LEFT = "left"


class Activity:
    """Passes signs on: of the desk's people to their colleagues and the customer, of the customer to the desk."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self.database = database
        self.hub = hub

    async def show(self, account: StaffAccount, conversation_id: UUID, doing: Doing, *, window: str) -> None:
        """A person's sign; `window` tells two windows of one person apart. Raises `ConversationNotFoundError`.

        The customer is told only of the person who has the conversation, and only that they write.
        """
        async with self.database.reading() as session:
            conversation = await thread.find(session, conversation_id)
        who = {"kind": "human", "id": str(account.id), "name": account.name}
        self._tell_desk(conversation_id, who, doing, window)
        if conversation.holder_id == account.id:
            seconds = LASTS if doing is Doing.REPLYING else 0
            self.hub.pass_on(conversation_id, "typing", {"name": account.name, "seconds": seconds})

    def customer_writes(self, conversation: Conversation) -> None:
        """The customer is writing in a conversation of theirs."""
        who = {"kind": "customer", "id": None, "name": conversation.customer_name}
        self._tell_desk(conversation.id, who, Doing.REPLYING, "")

    def _tell_desk(
        self, conversation_id: UUID, who: Mapping[str, str | None], doing: Doing, window: str
    ) -> None:
        self.hub.pass_on_to_desk(
            f"{conversation_id}:{who['id']}:{window}",
            "activity",
            {
                "conversation_id": str(conversation_id),
                "who": who,
                "window": window,
                "doing": doing,
                "seconds": 0 if doing is Doing.LEFT else LASTS,
            },
        )
