"""One case, from its world to its verdicts. Whatever goes wrong becomes an unscored result that says why."""

import asyncio
import time
import traceback
from pathlib import Path

from sqlmodel import col, func, select

from agent.models.prices import MICROS
from agent.records import TurnRecord
from evals.plain import Plain
from evals.playing import Play, begin, go_before
from evals.runs.result import AtDoor, CaseResult, Said
from evals.scorers import score
from evals.simulating import LoopingCustomerError, PlayedByModel, Plays, customer_of
from evals.suites.case import Case
from evals.suites.files import Located
from evals.transcribing import end_of, transcript_of
from evals.world import Standing, Workshop

SECONDS_OF_A_CASE = 600.0  # on a busy machine the longest of the shipped ones takes some 10


async def run_case(
    workshop: Workshop, located: Located, *, seed: int, repeat: int, seconds: float = SECONDS_OF_A_CASE
) -> tuple[CaseResult, float]:
    """The result, and the seconds it took, `seconds` at most. Raises nothing but what stops the process."""
    began = time.monotonic()
    case = located.case

    def unscored(why: str, where: str = located.where) -> CaseResult:
        return CaseResult(
            suite=located.suite,
            case=case.id,
            repeat=repeat,
            status="unscored",
            error=f"{where}: {why}",
        )

    stale = workshop.cassettes.stale if workshop.cassettes else []
    stale.clear()
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            result = await _played(workshop, located, seed=seed, repeat=repeat)
    except LoopingCustomerError as loop:
        result = unscored(
            f"{loop}; step {loop.step + 1} was to be taken again", located.where_step(loop.step)
        )
    # One case must not take the run with it, whatever a world, a shop or a model raises.
    except Exception as error:  # noqa: BLE001 - see above
        if limit.expired():
            return unscored(f"took longer than {seconds:.0f} s"), time.monotonic() - began
        here = traceback.extract_tb(error.__traceback__)[-1]
        result = unscored(f"{type(error).__name__}: {error} ({Path(here.filename).name}:{here.lineno})")
    if stale:
        result = unscored(f"a recorded reply is stale: {stale[0]}")
    return result, time.monotonic() - began


async def _played(workshop: Workshop, located: Located, *, seed: int, repeat: int) -> CaseResult:
    case = located.case
    at_doors = [await _at(workshop, located, door, seed, repeat) for door in case.doors[1:]]
    async with workshop.world(case.world) as standing:
        await go_before(standing)
        customer = standing.owner.customer_id
        before = await standing.shop.shop.orders(customer) if customer else ()
        play = await begin(standing)
        await play.go(_customer(workshop, case, seed=seed, repeat=repeat))
        plainly = Plain()
        transcript = await transcript_of(standing, play.id, play.steps, plainly)
        end = await end_of(standing, play.id, confirmed=play.confirmed, before=before, plainly=plainly)
        tokens, cost = await spent(standing, play)
    end = end.model_copy(update={"doors": tuple(at_doors)})
    return CaseResult(
        suite=located.suite,
        case=case.id,
        repeat=repeat,
        status="scored",
        verdicts=score(case, end, transcript),
        transcript=transcript,
        end=end,
        tokens=tokens,
        cost=cost,
    )


def _customer(workshop: Workshop, case: Case, *, seed: int, repeat: int) -> Plays:
    if workshop.customers_by_model and workshop.writer and case.customer.goal:
        return PlayedByModel(case.customer.goal, workshop.writer.model)
    return customer_of(case, seed=seed, repeat=repeat)


async def spent(standing: Standing, play: Play) -> tuple[int, str | None]:
    """Tokens of language models, and what they cost where prices are known."""
    of_it = select(func.sum(TurnRecord.tokens), func.sum(col(TurnRecord.cost_micros))).where(
        TurnRecord.conversation_id == play.id
    )
    async with standing.parts.database.reading() as session:
        tokens, micros = (await session.exec(of_it)).one()
    return tokens or 0, f"{micros / MICROS:.6f} USD" if micros else None


async def _at(workshop: Workshop, located: Located, door: str, seed: int, repeat: int) -> AtDoor:
    """The same customer in a world of their own, at another door; what the last answer there is."""
    case = located.case
    async with workshop.world(case.world) as standing:
        await go_before(standing)
        play = await begin(standing)
        if door == "copilot":
            return await _suggested(case.customer.lines[-1].say or "", standing, play)
        await play.go(_customer(workshop, case, seed=seed, repeat=repeat))
        transcript = await transcript_of(standing, play.id, play.steps, Plain())
    words: list[Said] = [said for said in transcript if said.by == "ai" and said.kind == "text"]
    return AtDoor(door=door, text=words[-1].text if words else "", cited=words[-1].cited if words else ())


async def _suggested(text: str, standing: Standing, play: Play) -> AtDoor:
    """What the console's copilot suggests to a person who has the conversation."""
    await standing.parts.reception.hand_over(standing.owner, play.id)
    await standing.parts.reception.receive(standing.owner, play.id, client_id="asked", text=text)
    await standing.parts.attendance.until_attended(play.id, 120)
    suggestion = await standing.parts.copilot.suggest(play.id)
    return AtDoor(
        door="copilot",
        text=Plain().text(suggestion.text),
        cited=tuple(citation["article"] for citation in suggestion.citations),
    )
