"""Errors of this room. The tree says whose move it is.

CandorError
├── ModelMayRetryError      the model: call again with other arguments
├── FinalForModelError      nobody tries again: the answer is no
│   └── ShopRefused         the shop did not make the change, certainly
├── HandToPersonError       a person has to look
│   ├── ShopUnavailable     the shop gave no answer; whether a change was made is unknown
│   └── ReceiptMismatchError  the shop says that it did something else than was confirmed
└── ConflictError           the caller: the state has moved on, read it again
    ├── FloorMovedError     the AI no longer has the floor, or has it under a later epoch
    └── NotVerifiedError    the conversation has no verified customer
"""


class CandorError(Exception):
    """Root of what this project raises on purpose. The message is for a person who reads logs."""


class ModelMayRetryError(CandorError):
    """The model may call again with other arguments; the message tells it what is wrong."""


class FinalForModelError(CandorError):
    """The answer is no, and asking again will not change it."""


class HandToPersonError(CandorError):
    """Code cannot settle this; a person has to."""


class ConflictError(CandorError):
    """The state that the caller worked from has moved on."""


class ShopRefused(FinalForModelError):  # noqa: N818 - a name of the domain: an answer of the shop
    """The shop certainly did not make the change. `reason` is a short code of the shop."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The shop refused: {reason}")
        self.reason = reason


class ShopUnavailable(HandToPersonError):  # noqa: N818 - a name of the domain: a state of the shop
    """The shop gave no answer. After a write, whether it happened is unknown: ask `Shop.receipt`."""


class ReceiptMismatchError(HandToPersonError):
    """The shop's receipt is for something else than the customer confirmed."""


class FloorMovedError(ConflictError):
    """The AI has lost the floor since this turn began."""


class NotVerifiedError(ConflictError):
    """Orders belong to verified customers; this conversation has none."""
