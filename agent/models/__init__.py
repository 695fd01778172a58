"""Chat models behind one LangChain interface: offline, hosted, scripted."""

from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True)
class Writer:
    """A chat model under the name that a turn's record gives, and what it may raise when it fails."""

    name: str
    model: BaseChatModel
    faults: tuple[type[Exception], ...] = ()
    # Its words are code's own, over typed results and verbatim quotes: nothing in them is there to be checked.
    written_by_code: bool = False
