"""One turn of the AI: retrieve → (model ↔ tools)* → check → `Answer | NeedsPerson`.

The turn changes nothing and commits nothing. It returns what it would say; the front desk, a room above,
decides whether it may still be said.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent import transcript
from agent.answers import Answer, NeedsPerson, Outcome, PersonReason, Say, Situation
from agent.check import Evidence, Gate
from agent.confidential import Confidential
from agent.explicit import asks_whether_ai
from agent.gloss import in_english
from agent.known import known_of
from agent.menu import menu
from agent.models import Writer
from agent.models.providers import Providers
from agent.prompts import prompt_hash
from agent.proposals import Proposals
from agent.records import AuthorKind, Message, MessageKind
from agent.sent_files import has_files, with_notice
from agent.shop import Shop
from agent.tool_calls import ToolCalls
from agent.tools import HandOverAsked, PersonNeeded, ProofNeeded, Proposed, build_tools
from agent.work import Work
from knowledge.editions import Searches
from knowledge.library import PUBLIC, SIGNED_IN
from knowledge.search import SearchResult
from knowledge.sentences import questions_in


@dataclass(frozen=True)
class TurnLimits:
    """Bounds of one turn: model calls of one provider, and seconds of all until the backup takes over.

    Not `patient`: that a provider is slower than that is not held against it.
    """

    rounds: int = 6
    seconds: float = 30
    patient: bool = True


class Turn:
    """Responds to a situation. `providers` say who may write, in which order; without `proposals` they can only look things up.

    `prompt` is the file that tells a language model whose words it writes; `step_up`: a customer can confirm their e-mail
    address in the chat.
    """

    def __init__(
        self,
        knowledge: Searches,
        shop: Shop,
        proposals: Proposals | None,
        providers: Providers,
        *,
        shop_name: str,
        limits: TurnLimits,
        tone: str = "",
        prompt: str = transcript.OF_THE_ASSISTANT,
        step_up: bool = False,
    ) -> None:
        self.knowledge = knowledge
        self.shop = shop
        self.proposals = proposals
        self.providers = providers
        self.shop_name = shop_name
        self.limits = limits
        self.tone = tone
        self.prompt = prompt
        self.step_up = step_up

    async def respond(self, situation: Situation, say: Say) -> Outcome:
        """One turn. `say` is awaited with every longer draft that has passed the check."""
        others = [message for message in situation.asked if not asks_whether_ai(message.text)]
        outcome = await self._answer(replace(situation, asked=others), say) if others else self._disclose()
        if 0 < len(others) < len(situation.asked) and isinstance(outcome, Answer):
            outcome = replace(outcome, text=f"{self._disclose().text}\n\n{outcome.text}")
        # A draft for a colleague says nothing of it: they can see the file.
        if isinstance(outcome, Answer) and has_files(situation.asked) and self.proposals is not None:
            outcome = with_notice(outcome, situation.signals.language)
        return outcome

    async def _answer(self, situation: Situation, say: Say) -> Outcome:
        """The outcome of the first provider that has one, or the backup's."""
        work = await self._prepare(situation, say)
        attempts = await self.providers.begin(
            situation.conversation.id, self.limits.seconds, patient=self.limits.patient
        )
        outcome: Outcome | None = None
        for attempt in attempts:
            async with attempts.trying(attempt):
                outcome = await self._converse(attempt.writer, work)
            if attempt.failed:
                outcome = await work.broken_off()
            if outcome or work.proposal_id or not attempt.failed:
                break
            work = work.afresh()
        if outcome is None and work.proposal_id is None:
            # All have failed, or nothing that was said has passed the check.
            work = work.afresh()
            outcome = await self._converse(attempts.fall_back(), work)
        work.record.update(attempts.record())
        return outcome or work.left_without_words()

    def _disclose(self) -> Answer:
        """Asked whether it is a person, the AI says what it is; no model is let near that question (law 7)."""
        text = transcript.WHAT_I_AM.format(shop_name=self.shop_name)
        return Answer(
            text,
            cited=(),
            proposal_id=None,
            offer_person=True,
            known=True,
            task=None,
            record={"asked": "whether AI"},
        )

    async def _prepare(self, situation: Situation, say: Say) -> Work:
        """Look up what the question is about and lay out the tools and the messages."""
        started = time.monotonic()
        question = "\n".join(message.text for message in situation.asked)
        earlier = [m.text for m in situation.thread if _is_question(m) and m not in situation.asked]
        conversation = situation.conversation
        result = await self._search(question, situation, earlier)
        found = result.found if result.good_enough else ()
        messages = transcript.messages_for_model(
            situation.thread,
            situation.asked,
            found=found,
            signals=situation.signals,
            shop_name=self.shop_name,
            tone=self.tone,
            prompt=self.prompt,
            customer_name=conversation.customer_name if conversation.customer_id else None,
            handback_note=situation.handback_note,
            open_proposal=situation.open_proposal,
            today=situation.now,
            known=known_of(conversation),
        )
        evidence = Evidence(
            found,
            receipts=[m.text for m in situation.thread if m.kind == MessageKind.RECEIPT],
            own_words=[m.text for m in situation.thread if _is_question(m)],
            known_names=f"{self.shop_name} {conversation.customer_name or ''}",
            confidential=Confidential(str(messages[0].content), situation.handback_note or ""),
            read_before=[m.text for m in situation.thread if not _is_question(m)],
        )
        record: dict[str, Any] = {
            "question": question,
            "confidence": round(result.confidence, 4),
            "good_enough": result.good_enough,
            "passages": [
                {"url": f.passage.url, "hash": f.passage.hash, "score": round(f.score, 4)}
                for f in result.found
            ],
            "prompt": prompt_hash(str(messages[0].content)),
            "retrieval_ms": round(1000 * (time.monotonic() - started), 1),
            "tools": [],
        }
        tools = build_tools(
            self.shop, self.proposals, conversation, conversation.customer_id, step_up=self.step_up
        )
        return Work(tools, messages, evidence, say, record, since=started)

    async def _search(self, question: str, situation: Situation, earlier: Sequence[str]) -> SearchResult:
        """What the help centre has. If nothing good enough, the question is asked without what surrounds it, and word by word in English."""
        for asked in dict.fromkeys((question, questions_in(question), in_english(question))):
            result = await self.knowledge.search(
                asked,
                audience=SIGNED_IN if situation.conversation.customer_id else PUBLIC,
                locale=situation.signals.language,
                context=earlier,
                answer=next((m.text for m in reversed(situation.thread) if _tells_something(m)), ""),
            )
            if result.good_enough:
                break
        return result

    async def _converse(self, writer: Writer, work: Work) -> Outcome | None:
        """Model and tools in turn, until the model has nothing more to look up or to put right. None: no word of it may be said."""
        started = time.monotonic()
        work.gate = Gate(work.evidence, judged=not writer.written_by_code)
        work.note("model", writer.name)
        calls = ToolCalls(work.tools, work.evidence)
        for _ in range(self.limits.rounds):
            offered = work.tools if writer.written_by_code else menu(work.tools, looked=work.has_looked)
            model = writer.model.bind_tools(offered)
            reply = await work.listen(model.astream(work.messages))
            if not reply.tool_calls:
                await work.settle(reply)
                if work.asks_to_repair(reply):
                    continue
                work.note("model_ms", round(1000 * (time.monotonic() - started), 1))
                return work.conclude(reply)
            work.messages.append(reply)
            for result in await calls.run(reply.tool_calls):
                work.take(result)
                match result.artifact:
                    case PersonNeeded(reason=reason, request=request):
                        return NeedsPerson(PersonReason.APPROVAL, reason, work.record, request)
                    case HandOverAsked(reason=reason):
                        work.note("known", work.looked_up)
                        return NeedsPerson(PersonReason.ASKED, reason, work.record)
                    case ProofNeeded(by_mail=True):
                        work.offer_step_up = self.step_up
                    case Proposed(proposal=proposal):
                        work.proposal_id = proposal.id
            if calls.in_circles:
                break
        work.note("known", work.looked_up)
        why = (
            "the same calls again and again"
            if calls.in_circles
            else f"no answer after {self.limits.rounds} model calls"
        )
        return NeedsPerson(PersonReason.STUCK, why, work.record)


def _is_question(message: Message) -> bool:
    return message.author_kind == AuthorKind.CUSTOMER


def _tells_something(message: Message) -> bool:
    """Whether a following question may be about what it says: a greeting or "I do not know" is about nothing."""
    return message.author_kind == AuthorKind.HUMAN or bool(message.citations)
