"""The offline model: answers without a language model, and never invents.

A LangChain chat model like any other. It quotes the passages that were found, word for word and with their
citations, and takes order requests through their steps (`order_steps.py`).
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from agent.gloss import in_english
from agent.models import Writer
from agent.models.following import drops, steps_aside, task_of, under_way
from agent.models.order_steps import asks_who_it_is, back_to, is_visitor, next_step, who_first
from agent.models.task import Request, Say, Step, Task
from agent.models.understanding import order_number
from agent.models.wishes import LOOK_UPS
from agent.signals import NEGATIVE_VALENCE, Intent
from agent.transcript import DOES_NOT_KNOW
from knowledge.disagreeing import says_otherwise
from knowledge.embedding import Embedder
from knowledge.quoting import Quoted, best_sentences

QUOTES = 3  # sentences or lists in one answer
OTHERWISE = "Another of our articles does not agree with this, so please let a person on our team tell you which holds:"
_BRACKETED = re.compile(r"\s?\\?\[(\d{1,2})\](?!\()")  # a number that is not the words of a link


def offline_writer(embedder: Embedder, shop_name: str) -> Writer:
    """The offline model under its name."""
    return Writer("offline", OfflineModel(embedder=embedder, shop_name=shop_name), written_by_code=True)


class OfflineModel(BaseChatModel):
    """Reads the objects that the turn puts beside the last message (`additional_kwargs['candor']`)."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    embedder: Embedder
    shop_name: str
    tool_names: frozenset[str] = frozenset()

    @property
    def _llm_type(self) -> str:
        return "candor-offline"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """The same model, knowing which tools it may call."""
        names = frozenset(tool.name for tool in tools if isinstance(tool, BaseTool))
        return self.model_copy(update={"tool_names": names})

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        step = await self._step(self._request(messages))
        if not isinstance(step, Say):
            calls = [
                tool_call_chunk(
                    name=call.tool, args=json.dumps(call.arguments), id=f"call_{uuid4().hex}", index=index
                )
                for index, call in enumerate(step)
            ]
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=calls))
            return
        for piece in re.findall(r".+?(?:\s+|$)", step.text, re.DOTALL):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        note = {
            "task": step.task.to_json() if step.task else None,
            "offer_person": step.offer_person,
            "known": step.known,
        }
        yield ChatGenerationChunk(message=AIMessageChunk(content="", additional_kwargs={"candor": note}))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        raise TypeError("The offline model is asynchronous: use ainvoke or astream.")

    def _request(self, messages: Sequence[BaseMessage]) -> Request:
        """What the turn laid out for this reply."""
        place = max(i for i, m in enumerate(messages) if isinstance(m, HumanMessage))
        given = messages[place].additional_kwargs["candor"]
        before = next((m for m in reversed(messages[:place]) if isinstance(m, AIMessage)), None)
        note = before.additional_kwargs.get("candor", {}).get("task") if before else None
        return Request(
            text=given["question"],
            signals=given["signals"],
            found=given["found"],
            task=Task.from_json(note) if note else None,
            proposal_is_open=given["proposal_is_open"],
            with_files=given["with_files"],
            tools=self.tool_names,
            results=[m.artifact for m in messages[place:] if isinstance(m, ToolMessage)],
        )

    async def _step(self, request: Request) -> Step:
        if task := task_of(request):
            return (
                await self._for_a_visitor(task, request) if is_visitor(request) else next_step(task, request)
            )
        waiting = under_way(request)
        if waiting and drops(request):
            return Say("All right, I have changed nothing. Is there anything else?")
        if waiting and steps_aside(request):
            return back_to(waiting, await self._answer(request))
        if request.proposal_is_open and drops(request):
            return Say("All right, nothing has changed. The card lapses by itself if you leave it.")
        return await self._answer(request)

    async def _for_a_visitor(self, task: Task, request: Request) -> Step:
        """That they must say who they are, after what the help centre says about their wish; how one order stands it does not say."""
        if calls := asks_who_it_is(request):
            return calls
        if task.wish in LOOK_UPS and order_number(request.text):
            return who_first(request)
        told = await self._quote(request)
        return who_first(request, told.text if told.known else "")

    async def _answer(self, request: Request) -> Say:
        if request.with_files and not request.found:
            return _unknown(request)  # "Here is the file.": the reader takes it for a yes
        match request.signals.intent:
            case Intent.greeting if not request.found:
                return Say(f"Hello! I am the AI assistant of {self.shop_name}. What can I help you with?")
            case Intent.thanks if "?" in request.text:
                pass  # "She was lovely! Where do I send praise?": the question counts
            case Intent.thanks if under_way(request):
                return Say("You are welcome.")
            case Intent.thanks:
                return Say("You are welcome. Is there anything else?")
            case Intent.confirm | Intent.decline if request.proposal_is_open:
                return Say(
                    "I did not take that as a clear yes or no, so nothing has changed. "
                    "Please use the buttons on the card, or answer with a plain yes or no."
                )
            case Intent.confirm | Intent.decline if not request.found:
                return Say("I have nothing open that waits for your yes or no. What would you like to do?")
        return await self._quote(request)

    async def _quote(self, request: Request) -> Say:
        """The sentences that answer best, word for word, each with its citation."""
        quotes = await best_sentences(self.embedder, in_english(request.text), request.found, limit=QUOTES)
        if not quotes:
            return _unknown(request)
        numbers = {entry.passage: number for number, entry in enumerate(request.found, start=1)}

        def cited(quote: Quoted) -> str:
            return f"{_without_marks(quote.text, len(numbers))} [{numbers[quote.passage]}]"

        text = "\n\n".join(cited(quote) for quote in quotes)
        if other := await says_otherwise(self.embedder, quotes, request.found):
            return Say(f"{text}\n\n{OTHERWISE}\n\n{cited(other)}", offer_person=True)
        return Say(text)


def _unknown(request: Request) -> Say:
    sorry = "I am sorry that this has gone wrong. " if request.signals.valence < NEGATIVE_VALENCE else ""
    return Say(sorry + DOES_NOT_KNOW, offer_person=True, known=False)


def _without_marks(quote: str, citations: int) -> str:
    """A quotation without the article's own footnote marks: [2] would pass for our second citation."""
    return _BRACKETED.sub(lambda mark: "" if 0 < int(mark[1]) <= citations else mark[0], quote)
