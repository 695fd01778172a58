"""What routes are given: the assembled parts of this process."""

from typing import Annotated

from fastapi import Depends, Request

from escalation.assembly import Parts


def parts_of(request: Request) -> Parts:
    """The parts that this application was made with."""
    parts: Parts = request.app.state.parts
    return parts


PartsNow = Annotated[Parts, Depends(parts_of)]
