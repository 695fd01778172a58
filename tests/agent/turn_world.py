"""What a turn needs, for tests: real passages, the demo shop, real proposals; only the search is a shelf."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agent.answers import Draft, Situation
from agent.models import Writer
from agent.models.offline import offline_writer
from agent.models.providers import Providers
from agent.records import AuthorKind, Conversation, Message, MessageKind
from agent.signals import Intent, Signals
from agent.turn import Turn, TurnLimits
from knowledge.embedding import Embedder
from knowledge.front_matter import parse_article
from knowledge.passages import split
from knowledge.search import Found, SearchResult
from tests.agent.orders_world import NOW, World

HELP_CENTRE = Path(__file__).parents[2] / "knowledge" / "help_centre"


def passages(slug: str, text: str | None = None) -> list[Found]:
    """An article as found: one of the help centre, or `text`."""
    source = text if text is not None else (HELP_CENTRE / f"{slug}.md").read_text("utf-8")
    return [Found(passage, 1.0) for passage in split(parse_article(source, source=slug, slug=slug), 1)]


def article(slug: str, title: str, body: str) -> list[Found]:
    """An article of a test's own, as found."""
    return passages(slug, f"---\ntitle: {title}\n---\n{body}")


RETURNS = article("returns", "Returns", "You can return most items within 30 days of delivery.")


@cache
def embedder() -> Embedder:
    """The real one, loaded once."""
    return Embedder()


class Shelf:
    """A knowledge base whose every search finds the same."""

    def __init__(self, found: Sequence[Found]) -> None:
        self._found = tuple(found)

    async def search(self, question: str, **_: object) -> SearchResult:
        sure = bool(self._found)
        return SearchResult(self._found, confidence=float(sure), good_enough=sure)


def signals(intent: Intent = Intent.other) -> Signals:
    return Signals.from_json(
        {
            "emotion": "neutral", "emotions": {"neutral": 1.0}, "valence": 0, "intensity": 0, "intent": intent,
            "intents": {intent: 0.9}, "wants_person": 0, "stakes": {}, "language": "en", "abstained": False,
            "source": "model", "version": "test",
        }
    )  # fmt: skip


class Chat:
    """One conversation of a customer, and the turns in it."""

    def __init__(
        self,
        world: World,
        conversation: Conversation,
        providers: Writer | Providers,
        found: Sequence[Found],
        limits: TurnLimits,
    ) -> None:
        self.world = world
        self.conversation = conversation
        self.drafts: list[str] = []
        self.thread: list[Message] = []
        self.turn = Turn(
            Shelf(found),  # type: ignore[arg-type]  # the part of a knowledge base that a turn uses
            world.shop,
            world.proposals,
            providers
            if isinstance(providers, Providers)
            else Providers([providers], backup=offline_writer(embedder(), "Tarn & Thistle")),
            shop_name="Tarn & Thistle",
            limits=limits,
        )

    def add(self, author: AuthorKind, text: str, kind: MessageKind = MessageKind.TEXT) -> Message:
        message = Message(
            conversation_id=self.conversation.id,
            seq=len(self.thread) + 2,
            author_kind=author,
            kind=kind,
            text=text,
        )
        self.thread.append(message)
        return message

    async def ask(self, text: str, intent: Intent = Intent.other):
        """The outcome of a turn for one more message."""
        asked = self.add(AuthorKind.CUSTOMER, text)
        situation = Situation(self.conversation, self.thread, [asked], signals(intent), NOW)
        return await self.turn.respond(situation, self._say)

    async def _say(self, draft: Draft) -> None:
        self.drafts.append(draft.text)


async def chat(
    folder: Path,
    providers: Writer | Providers,
    *,
    found: Sequence[Found] = RETURNS,
    customer_id: str | None = "cus_maeve",
    limits: TurnLimits = TurnLimits(),  # noqa: B008 - frozen
) -> Chat:
    """A conversation with one writer or several, about what the shelf holds."""
    world = await World.create(folder)
    conversation = await world.conversation(customer_id)
    if customer_id:
        conversation.customer_name, conversation.customer_email = "Maeve Brennan", "maeve@example.com"
    return Chat(world, conversation, providers, found, limits)
