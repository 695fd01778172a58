"""What the person at the desk does in the hour, story by story."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import expect

from evals.busy_hour.console import Console
from evals.busy_hour.customers import Customer


@dataclass(frozen=True)
class Hour:
    """The console, and the customers by the names of their stories."""

    console: Console
    customers: Mapping[str, Customer]


async def bereavement(hour: Hour) -> None:
    """What is most urgent comes first."""
    console, page = hour.console, hour.console.page
    await console.look("the-list")
    await page.keyboard.press("t")
    await expect(page.locator("#composer-text")).to_be_focused()
    await console.look("taken-next")
    await console.write("I am so sorry for your loss. I am stopping the order now; you need not do anything.")


async def angry(hour: Hour) -> None:
    """Reads before the claim; a macro is edited into something of one's own."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["angry"].case_number)
    await console.look("angry-before-the-claim")
    await console.claim()
    await console.macro("Looking")
    await console.look("macro")
    await page.keyboard.press("Control+a")
    await console.write(
        "You are right to be angry. I send you a new tent today, and a label for the old one."
    )
    await hour.customers["angry"].write("Finally. Thank you, that is all I wanted.", wait=0)


async def refund(hour: Hour) -> None:
    """Looks at the orders, asks for a suggestion, mentions a colleague in a note."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["refund"].case_number)
    for _ in range(2):
        await page.keyboard.press("Escape")
    await console.key("o")
    await console.look("refund-orders")
    await console.key("c")
    await expect(page.locator("#composer-text")).to_be_focused()
    await console.key("g")
    await expect(page.locator("#aid")).to_be_visible()
    await expect(page.locator("#aid")).not_to_contain_text("…", timeout=15_000)
    await console.look("suggestion")
    await page.keyboard.press("Escape")
    await console.key("r")
    await console.write(
        "I see the return in our warehouse. I have asked for the refund; it is with you in three days."
    )
    await console.key("n")
    await page.keyboard.type("Promised 64.90 by a colleague; finance asked. @Brian")
    await console.look("note-with-mention")
    await page.keyboard.press("Escape")
    await console.leave_the_box()


async def german(hour: Hour) -> None:
    """Answers in German and resolves."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["german"].case_number)
    await console.claim()
    await console.write("Guten Tag! Die Lieferung dauert zwei bis vier Werktage.")
    await console.look("german")
    await console.key("e")
    await expect(page.get_by_role("radio", name="Solved")).to_be_focused()
    await page.keyboard.press("3")
    await console.look("wrap-up")
    await page.keyboard.press("Enter")
    await console.standing("resolved")


async def transfer(hour: Hour) -> None:
    """Passes on to a colleague and whispers to him."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["transfer"].case_number)
    await console.claim()
    await console.key("p")
    await expect(page.locator("#transfer-to option", has_text="Brian")).to_have_count(1)
    await page.keyboard.type("Brian")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Needs an invoice with a <b>tax number</b>.")
    await console.look("transfer")
    await page.get_by_role("button", name="Pass on").press("Enter")
    await console.standing("has this conversation")
    await console.key("w")
    await console.write("They buy every year: please offer them free delivery.")
    await console.look("whispered")


async def snooze(hour: Hour) -> None:
    """Puts aside; the customer writes, and it comes back."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["snooze"].case_number)
    await console.claim()
    await console.write("I have asked the carrier and come back to you.")
    await console.key("s")
    await console.look("snooze")
    await page.get_by_role("button", name="Tomorrow morning").press("Enter")
    await console.standing("snoozed until")
    await console.key("5")
    await console.look("snoozed")
    await hour.customers["snooze"].write("It has just arrived, so no need any more!", wait=0)
    await console.standing("you have this conversation")
    await console.key("2")
    await console.look("woken")


async def hand_back(hour: Hour) -> None:
    """Hands back to the AI, which goes on."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["hand-back"].case_number)
    await console.claim()
    await console.write("TT-10428 is paid.")
    await console.key("h")
    await page.keyboard.type("Payment of TT-10428 is answered; they may ask about returns.")
    await console.look("hand-back")
    await page.get_by_role("button", name="Hand back", exact=True).press("Enter")
    await console.standing("the AI is answering")
    await hour.customers["hand-back"].write("Thanks. How many days do I have to return something?")
    await expect(page.locator("#messages")).to_contain_text("returns")
    await console.look("the-ai-goes-on")


async def reopen(hour: Hour) -> None:
    """Resolves; the customer writes again."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["reopen"].case_number)
    await console.claim()
    await console.write("Yes, from 10 to 500 euros.")
    await console.key("e")
    await expect(page.get_by_role("radio", name="Information given")).to_be_focused()
    await page.keyboard.press("Enter")
    await console.standing("resolved")
    await hour.customers["reopen"].write("One more thing: do they expire? I want to talk to a person.")
    await console.standing("waiting for a person")
    await console.look("reopened")


async def long(hour: Hour) -> None:
    """A thread of five hundred messages."""
    console = hour.console
    await console.go_to("1", hour.customers["long"].case_number)
    await console.look("long-before-the-claim")
    await console.claim()
    await console.write("That sounds like a wet trip. What can I do for you?")
    await console.look("long")


async def html(hour: Hour) -> None:
    """HTML in the name and in the message; then a look at every list."""
    console, page = hour.console, hour.console.page
    await console.go_to("1", hour.customers["html"].case_number)
    await console.claim()
    await console.look("html")
    for view, name in (("2", "mine"), ("4", "resolved"), ("6", "live")):
        await console.key(view)
        await expect(page.locator("#rows .row").first).to_be_visible()
        await console.look(name)
    await console.key("?")
    await console.look("shortcuts")
    await page.keyboard.press("Escape")


PARTS = (bereavement, angry, refund, german, transfer, snooze, hand_back, reopen, long, html)
