"""The customer's side: sessions, conversations, ratings."""

from typing import Annotated

from sqlmodel.ext.asyncio.session import AsyncSession
from typing_extensions import TypedDict

from agent.levels import Level
from agent.records import Audience, Conversation, Floor
from api.views.messages import MessageView, customer_message_views
from api.views.shapes import CaseNumber, Id, ShownName, Time, in_iso, like, one_of
from escalation import thread
from escalation.after.records import Rating
from escalation.events import newest_event_id
from escalation.handoffs import may_withdraw
from escalation.records import StaffAccount


class DisclosureView(TypedDict):
    """What must be read before the first word, and on whose behalf the AI speaks."""

    id: Annotated[str, like("chat")]
    version: Annotated[int, like(1, "Moves with the words.")]
    language: Annotated[str, like("en")]
    text: Annotated[str, like("You are chatting with an AI assistant that speaks for Tarn & Thistle.")]
    on_behalf_of: Annotated[str, like("Tarn & Thistle")]


class SessionView(TypedDict):
    """A session. `visitor_token` finds a visitor's conversations again; a customer has none."""

    session_token: Annotated[str, like("eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJzZXNzaW9uIn0.c2lnbmF0dXJl")]
    expires_at: Time
    visitor_token: Annotated[str | None, like("eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ2aXNpdG9yIn0.c2lnbmF0dXJl")]
    level: Annotated[str, one_of(Level, "shop")]
    customer: ShownName | None
    disclosure: DisclosureView


class StepUpView(TypedDict):
    """A code is on its way, if the address is a customer's; until when it can be shown."""

    id: Id
    expires_at: Time


class ConversationView(TypedDict):
    """A conversation and its floor: who may speak to the customer now."""

    id: Id
    case_number: CaseNumber
    floor: Annotated[str, one_of(Floor)]
    epoch: Annotated[int, like(1, "Moves with the floor.")]
    holder: ShownName | None
    resolved: bool
    can_withdraw: Annotated[bool, like(False, "Waits for a person, and may leave it at that.")]
    created_at: Time


class AskingView(TypedDict):
    """Whether the customer was asked if it is solved, and after how many seconds of silence the widget asks."""

    asked: bool
    open: Annotated[bool, like(False, "Asked, unanswered, and the conversation has not gone on.")]
    after_seconds: Annotated[float, like(600.0)]


class WholeConversationView(ConversationView):
    """A conversation with its thread. Open the stream with `Last-Event-ID: <last_event_id>`."""

    messages: list[MessageView]
    last_event_id: Annotated[int, like(17)]
    rating: AskingView


class SentView(TypedDict):
    """The message as it was taken, and with `Prefer: wait=…` what came of it."""

    message: MessageView
    replies: list[MessageView]


class CorrectedView(TypedDict):
    """The correction: a message of the customer's own."""

    message: MessageView


class AskView(TypedDict):
    """Whether to ask now."""

    ask: bool


class RatingView(TypedDict):
    """What a customer said of a conversation."""

    conversation_id: Id
    solved: bool | None
    satisfaction: Annotated[int | None, like(4)]
    effort: Annotated[int | None, like(2)]
    comment: Annotated[str | None, like("Quick and friendly.")]
    rated_at: Time | None


async def conversation_view(session: AsyncSession, conversation: Conversation) -> ConversationView:
    """A conversation as its customer sees it in a list."""
    holder = await session.get(StaffAccount, conversation.holder_id) if conversation.holder_id else None
    return {
        "id": str(conversation.id),
        "case_number": conversation.case_number,
        "floor": conversation.floor,
        "epoch": conversation.epoch,
        "holder": {"name": holder.name} if holder else None,
        "resolved": conversation.resolved_at is not None,
        "can_withdraw": await may_withdraw(session, conversation),
        "created_at": conversation.created_at.isoformat(),
    }


async def whole_conversation_view(
    session: AsyncSession, conversation: Conversation, asking: AskingView
) -> WholeConversationView:
    """A conversation with its thread as its customer sees it."""
    # Read before the rest, the floor included: what happens meanwhile is told by the stream, twice if need be.
    last_event_id = await newest_event_id(session, conversation.id)
    conversation = await session.get_one(Conversation, conversation.id)
    spoken = await thread.messages_of(session, conversation.id, audience=Audience.EVERYONE)
    return {
        **await conversation_view(session, conversation),
        "messages": await customer_message_views(session, spoken),
        "last_event_id": last_event_id,
        "rating": asking,
    }


def rating_view(rating: Rating) -> RatingView:
    """What a customer said of a conversation."""
    return {
        "conversation_id": str(rating.conversation_id),
        "solved": rating.solved,
        "satisfaction": rating.satisfaction,
        "effort": rating.effort,
        "comment": rating.comment,
        "rated_at": in_iso(rating.rated_at),
    }
