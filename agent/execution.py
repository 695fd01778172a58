"""A confirmed proposal is carried out: exactly one effect, whatever crashes (law 3)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from agent import failpoints, ledger
from agent.actions import ACTION, Action
from agent.approvals import reasons_of
from agent.changes import CHANGES
from agent.errors import ReceiptMismatchError, ShopRefused, ShopUnavailable
from agent.judge import Judge, Judged
from agent.offers import approval_behind, signed_in_for
from agent.outcomes import Done, NotPossible, Outcome, Unknown, Why, not_possible
from agent.records import Conversation, Effect, Proposal, ProposalStatus
from agent.rules import Code
from agent.shop import Shop, ShopReceipt
from agent.verdicts import Effects, NeedsInput, NeedsPerson, NeedsProof, Objection, Refused
from knowledge.database import Database

# How long a request that we have no answer to may still reach the shop: far longer than any proxy keeps one.
ON_ITS_WAY = timedelta(minutes=10)
NOT_SETTLED = "The shop does not answer. Whether this was done is settled as soon as it does."


def idempotency_key(proposal_id: UUID) -> str:
    """The key under which the shop makes this proposal's one effect."""
    return f"proposal-{proposal_id}"


class Execution:
    """From intent to receipt. The only caller of the shop's writes."""

    def __init__(self, database: Database, shop: Shop, judge: Judge, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._shop = shop
        self._judge = judge
        self._clock = clock

    async def carry_out(self, proposal: Proposal, *, again: bool) -> Outcome:
        """Ask the shop whether it is done; if not, judge once more and do it. Safe to repeat at any point; `again` says
        that it is repeated, so that an earlier request may still be on its way.
        """
        action = ACTION.validate_json(json.dumps(proposal.arguments))
        effects = Effects.from_json(proposal.effects)
        key = idempotency_key(proposal.id)
        try:
            receipt = await self._shop.receipt(key)
            if receipt is None:
                objection = await self._objection(proposal, action)
                if objection is None:
                    receipt = await self._shop.change(
                        proposal.customer_id, action, effects, idempotency_key=key
                    )
                else:
                    # The objection may come from our own effect, made between the two questions.
                    receipt = await self._shop.receipt(key)
                    if receipt is None and again and await self._may_still_arrive(key):
                        return Unknown(NOT_SETTLED, proposal)
                    if receipt is None:
                        return await self._fail(proposal, objection)
            _must_match(receipt, key, action, effects)
        except ShopRefused:
            return await self._fail(proposal, not_possible(Why.SHOP_REFUSED, proposal))
        except ShopUnavailable:
            return Unknown(NOT_SETTLED, proposal)
        except ReceiptMismatchError as error:
            return Unknown(f"A person has to look at this: {error}", proposal)
        failpoints.hit("after_shop")
        text = CHANGES[action.kind].receipt(action, effects)
        return await self._settle(proposal, receipt, text)

    async def _objection(self, proposal: Proposal, action: Action) -> NotPossible | None:
        """Policy on the order as it is now; what it allows must be what was confirmed, to the cent."""
        async with self._database.reading() as session:
            conversation = await session.get_one(Conversation, proposal.conversation_id)
            effect = await session.get_one(Effect, idempotency_key(proposal.id))
        judged = await self._judge.judge(
            proposal.customer_id,
            action,
            signed_in_for=signed_in_for(conversation, effect.intended_at),
            level=conversation.level,
            confirming=proposal.id,
        )
        objection: Objection
        if not isinstance(judged, Judged):
            objection = judged
        elif judged.digest != proposal.digest:
            return not_possible(Why.NO_LONGER_ALLOWED, proposal)
        elif judged.to_approve is None or judged.to_approve.reasons <= await self._approved(proposal):
            return None
        else:
            objection = judged.to_approve
        match objection:
            case NeedsPerson(explanation=explanation, article=article):
                return not_possible(Why.NEEDS_PERSON, proposal, explanation, article)
            case Refused(explanation=explanation, article=article):
                return not_possible(Why.NO_LONGER_ALLOWED, proposal, explanation, article)
            case (
                NeedsInput(fields=("sign_in",), explanation=explanation) | NeedsProof(explanation=explanation)
            ):
                return not_possible(Why.NO_LONGER_ALLOWED, proposal, explanation)
            case NeedsInput():
                return not_possible(Why.NO_LONGER_ALLOWED, proposal)

    async def _approved(self, proposal: Proposal) -> frozenset[Code]:
        """The reasons for a person that a person has approved, of exactly this."""
        async with self._database.reading() as session:
            approval = await approval_behind(session, proposal.id)
        return reasons_of(approval) if approval and approval.digest == proposal.digest else frozenset()

    async def _may_still_arrive(self, key: str) -> bool:
        async with self._database.reading() as session:
            effect = await session.get_one(Effect, key)
        return self._clock() < effect.intended_at + ON_ITS_WAY

    async def _settle(self, proposal: Proposal, receipt: ShopReceipt, text: str) -> Outcome:
        """The receipt and `done`, in one transaction. What the shop has done is done, whatever we had noted."""
        async with self._database.transaction() as session:
            current, effect = await _locked(session, proposal.id)
            if effect.receipt is None:
                effect.receipt = {"text": text, "reference": receipt.reference, "at": receipt.at.isoformat()}
                effect.error = None
                effect.settled_at = self._clock()
                current.status = ProposalStatus.DONE
                session.add_all(ledger.entries(current, effect))
            text = effect.receipt["text"]
            await session.flush()
            failpoints.hit("in_receipt")
        failpoints.hit("after_receipt")
        return Done(text, current)

    async def _fail(self, proposal: Proposal, outcome: NotPossible) -> Outcome:
        """Certainly not done: recorded, so that it is never tried again."""
        async with self._database.transaction() as session:
            current, effect = await _locked(session, proposal.id)
            if effect.receipt is not None:
                return Done(effect.receipt["text"], current)
            effect.error = outcome.explanation
            effect.settled_at = self._clock()
            current.status = ProposalStatus.FAILED
        return NotPossible(outcome.reason, outcome.explanation, current, outcome.article)


async def _locked(session: AsyncSession, proposal_id: UUID) -> tuple[Proposal, Effect]:
    proposal = await session.get_one(Proposal, proposal_id, with_for_update=True)
    return proposal, await session.get_one(Effect, idempotency_key(proposal_id))


def _must_match(receipt: ShopReceipt, key: str, action: Action, effects: Effects) -> None:
    """The shop's word must be about this change and these amounts; otherwise a person looks."""
    told = (receipt.idempotency_key, receipt.order_number, receipt.refund, receipt.charge)
    if told != (key, action.about, effects.refund, effects.charge):
        raise ReceiptMismatchError(
            f"The shop's receipt {receipt.reference} is for order {receipt.order_number}, refund {receipt.refund} and "
            f"charge {receipt.charge}; confirmed were order {action.about}, {effects.refund} and {effects.charge}."
        )
