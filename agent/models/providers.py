"""The providers in their order, and which of them a turn may ask.

A turn asks one after the other until one has an outcome; the backup, which needs no network, comes last. What is known
of a provider between turns (its breaker) is in memory; what was spent is in the turn records.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog

from agent.models import Writer
from agent.models.account import Account
from agent.models.breaker import Breaker
from agent.models.budget import THE_DAY, Budget
from agent.models.calling import FAULTS, OF_THE_REPLY, Caller
from agent.models.prices import Prices

log = structlog.get_logger()


class Providers:
    """Who may write, in order, and `backup`, who always can."""

    def __init__(
        self,
        writers: Sequence[Writer],
        *,
        backup: Writer,
        prices: Prices | None = None,
        budget: Budget | None = None,
        breakers: Sequence[Breaker] = (),
    ) -> None:
        self.writers = list(writers)
        self.backup = backup
        self._prices = prices or Prices("USD", {})
        self._budget = budget
        self._breakers = list(breakers) or [Breaker() for _ in self.writers]
        self._exhausted: str | None = None

    async def begin(self, conversation_id: UUID, seconds: float, *, patient: bool = True) -> "Attempts":
        """The attempts of one turn, which together may take so many seconds.

        Not `patient`: that is shorter than a customer is kept waiting, so a provider that needs longer is not left alone for it.
        """
        bounds = await self._budget.bounds(conversation_id) if self._budget else ()
        account = Account(self._prices, bounds)
        self._exhausted = account.exhausted
        lines = list(zip(self.writers, self._breakers, strict=True))
        return Attempts(lines, self.backup, account, seconds, patient=patient)

    def led_by(self, name: str) -> "Providers":
        """The same with the provider of this name in front. They share their breakers, prices and budget.

        The backup's own name is the backup alone. Raises LookupError for an unknown name.
        """
        lines = list(zip(self.writers, self._breakers, strict=True))
        first = [line for line in lines if line[0].served_by == name]
        if not first and name != self.backup.served_by:
            known = ", ".join(writer.served_by for writer in (*self.writers, self.backup))
            raise LookupError(f"there is no provider {name!r}. There is: {known}")
        ordered = [*first, *(line for line in lines if line not in first)] if first else []
        return Providers(
            [writer for writer, _ in ordered],
            backup=self.backup,
            prices=self._prices,
            budget=self._budget,
            breakers=[breaker for _, breaker in ordered],
        )

    @property
    def degraded(self) -> list[str]:
        """In words, what is done without at the moment: for `/health`."""
        resting = [
            f"The language model “{writer.served_by}” fails ({breaker.open_because}) and is left alone for a while; "
            "the next one answers, or the offline model."
            for writer, breaker in zip(self.writers, self._breakers, strict=True)
            if breaker.open_because
        ]
        spent = [
            "The day's budget for language models is spent; the offline model answers until midnight UTC."
        ]
        return resting + (spent if self._exhausted == THE_DAY else [])


@dataclass
class Attempt:
    """One provider's chance in one turn. `failed` is set when it is over."""

    writer: Writer
    caller: Caller
    breaker: Breaker
    failed: bool = False


class Attempts:
    """What a turn tries, and what became of it."""

    def __init__(
        self,
        lines: list[tuple[Writer, Breaker]],
        backup: Writer,
        account: Account,
        seconds: float,
        *,
        patient: bool = True,
    ) -> None:
        self._lines = lines
        self._backup = backup
        self._account = account
        self._patient = patient
        self._until = asyncio.get_running_loop().time() + seconds
        self._failed: list[str] = []
        self._left_alone: list[str] = []
        self._exhausted: str | None = None
        self._by = backup

    def __iter__(self) -> Iterator["Attempt"]:
        """The providers that may be asked now. Each must be tried (`trying`) before the next is asked for."""
        for writer, breaker in self._lines:
            if asyncio.get_running_loop().time() >= self._until:
                return
            if (exhausted := self._account.exhausted) is not None:
                self._exhausted = exhausted
                return
            if not breaker.admits():
                self._left_alone.append(writer.served_by)
                continue
            caller = Caller(writer, self._account)
            yield Attempt(replace(writer, model=caller), caller, breaker)

    @asynccontextmanager
    async def trying(self, attempt: Attempt) -> AsyncIterator[None]:
        """Around an attempt: its faults end here, are noted by type, and tell the breaker."""
        writer, breaker = attempt.writer, attempt.breaker
        self._by = writer
        faults: tuple[type[Exception], ...] = (TimeoutError, *FAULTS, *writer.faults)
        limit = asyncio.timeout_at(self._until)
        try:
            async with limit:
                yield
        except faults as fault:
            attempt.failed = True
            why = type(fault).__name__
            self._failed.append(f"{writer.served_by}: {why}")
            log.warning("provider_failed", provider=writer.served_by, error=why)
            # A tool may fail with the same kinds of errors: only what came out of the provider is held against it.
            of_provider = fault is attempt.caller.fault
            too_slow = limit.expired() and self._patient
            if too_slow or (of_provider and not isinstance(fault, OF_THE_REPLY + writer.own_faults)):
                breaker.failed(why)
            else:
                breaker.let_go()
        except BaseException:
            # Cancelled, or no provider's fault: that says nothing of this one, so its trial is given back.
            breaker.let_go()
            raise
        else:
            breaker.worked()

    def fall_back(self) -> Writer:
        """The backup, which answers in place of all."""
        self._by = self._backup
        return self._backup

    def record(self) -> dict[str, Any]:
        """Who answered, who failed and why (`name: type of error`), who was left alone, which budget ended, what was used."""
        told = {
            "provider": self._by.served_by,
            "failed": self._failed,
            "left_alone": self._left_alone,
            "budget": self._exhausted or (self._account.exhausted if self._by is self._backup else None),
        }
        return {name: value for name, value in told.items() if value} | self._account.record()
