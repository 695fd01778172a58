"""What the journeys through a browser share."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.journeys.browser import chromium


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium, for one test."""
    async with chromium() as started:
        yield started
