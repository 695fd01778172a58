"""What contradicts what: figures, yes and no, in sentences, lists and tables; and what only looks like it.

How much is found of all that there is, `evals/knowledge_check.py` measures; here stand cases that must not be lost.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge.articles import Article
from knowledge.checking.contradictions import contradictions
from knowledge.checking.findings import Finding, Kind
from knowledge.embedding import Embedder
from knowledge.front_matter import parse_article
from tests.knowledge.checking import trades

HELP_CENTRE = [
    parse_article(file.read_text(encoding="utf-8"), source=file.name, slug=file.stem)
    for file in sorted((Path(knowledge.__file__).parent / "help_centre").glob("*.md"))
]


def article(slug: str, text: str) -> Article:
    """An article of "Title | body"."""
    title, body = text.split(" | ", 1)
    return Article(slug=slug, title=title, body=body)


CONTRADICT = {
    "a list with a lead-in": (
        "Hotel facts | Good to know:\n\n- Check-in starts at 15:00.\n- Check-out is until 11:00.",
        "Your stay | Check-out is by 10:00 at the latest.",
    ),
    "free and charged": (
        "Breakfast at the hotel | Breakfast is free for all guests.",
        "Hotel prices | Breakfast costs €14 per person.",
    ),
    "a percentage": (
        "Student discount | Students get 10% off every bicycle.",
        "Bicycle offers | There is a discount of 15% on bicycles for students.",
    ),
    "a phone number": (
        "Contact | Call our broadband support on 0800 555 0100.",
        "No internet? | If nothing helps, call our broadband support on 0800 555 0199.",
    ),
    "an e-mail address": (
        "Invoices | Send questions about invoices to billing@ledgerly.example.",
        "Billing help | For questions about invoices write to accounts@ledgerly.example.",
    ),
    "a count": (
        "Plans | The Starter plan includes 3 users.",
        "Starter plan | With the Starter plan you can have up to 5 users.",
    ),
    "a size": (
        "Broadband limits | The Basic tariff has 200 GB of data a month.",
        "Basic tariff | Basic comes with 250 GB of data each month.",
    ),
    "yes and no": (
        "Pets in the hotel | Dogs are allowed in all rooms.",
        "House rules | Dogs are not allowed in the rooms.",
    ),
    "yes and no in a table": (
        "Meal kit options | | Option | Possible |\n|---|---|\n| Vegan meals | yes |\n| Halal meals | no |",
        "Vegan meals | Vegan meals are not possible.",
    ),
    "not required": (
        "Signing up | A deposit is required when you rent a bicycle.",
        "Renting a bicycle | A deposit is not required when you rent a bicycle.",
    ),
    "units in the head of a column": (
        "Fees | | Service | Price in € |\n|---|---|\n| Engineer visit | 45 |",
        "Engineer visits | An engineer visit costs €65.",
    ),
    "the answer to a question": (
        "Questions | - How long is the free trial? It lasts 30 days.",
        "Free trial | The free trial lasts 14 days.",
    ),
    "a notice counted back": (
        "Cancelling a room | You can cancel your room free of charge up to 48 hours before arrival.",
        "Booking terms | Rooms may be cancelled without charge until 24 hours before arrival.",
    ),
    "a price a night": (
        "Parking | Hotel parking costs €18 a night.",
        "Hotel car park | The hotel car park costs €22 per night.",
    ),
    "internet speed": (
        "Speed | Fibre 500 gives a download speed of 500 Mbps and an upload speed of 100 Mbps.",
        "Fibre 500 | Upload speed with Fibre 500: 50 Mbps.",
    ),
    "a deadline by the clock": (
        "Meal kit orders | Skip a week until Wednesday, 23:59.",
        "Skipping a week | You can skip a week until Thursday at 12:00.",
    ),
}

AGREE = {
    "other units": (
        "Returns | Return items within 2 weeks of delivery.",
        "Sending things back | You can send items back within 14 days of delivery.",
    ),
    "the same amount": ("Fees | The fee is €5 per order.", "Costs | A fee of 5 euros is charged per order."),
    "another speed": (
        "Standard delivery | Standard delivery takes 3 working days.",
        "Express delivery | Express delivery takes 1 working day.",
    ),
    "another country": (
        "Ireland | Delivery to Ireland takes 3 days.",
        "Norway | Delivery to Norway takes 9 days.",
    ),
    "refund and return": (
        "Refunds | The refund takes 5 days from the return.",
        "Returns | You can return items within 30 days.",
    ),
    "two thresholds": (
        "Shipping | Orders over €50 ship free.",
        "Gifts | Orders over €100 get a gift.",
    ),
    "an exception in the same sentence": (
        "Returns | You can return items within 30 days, extended to 60 days at Christmas.",
        "Sending back | Items can be returned within 30 days.",
    ),
    "two plans": (
        "Plan Basic | The Basic plan includes 3 users.",
        "Plan Pro | The Pro plan includes 10 users.",
    ),
    "two products": (
        "Kayak Puffin | The Puffin carries up to 110 kg.",
        "Kayak Heron | The Heron carries up to 140 kg.",
    ),
    "rows of a table": (
        "Insurance | | Device | Price a month |\n|---|---|\n| Phone | €5 |\n| Laptop | €8 |",
        "Laptop insurance | Insurance of a laptop costs €8 a month.",
    ),
    "members only": (
        "Returns | You can return items within 30 days.",
        "Members | Members can return items within 60 days.",
    ),
    "working days and days": (
        "Refunds | The refund takes 5 working days.",
        "Money back | The refund takes 7 days.",
    ),
    "a condition": (
        "Delivery | Delivery costs €5.",
        "Free delivery | Delivery is free if you spend €50 or more.",
    ),
    "a range with its end": (
        "Delivery | Delivery takes 3–5 days.",
        "How long | Delivery takes up to 5 days.",
    ),
    "one thing and another": (
        "Returns | Gift cards cannot be returned.",
        "Returns of shoes | Shoes can be returned.",
    ),
    "days of the week": (
        "Hours | The shop is open on Saturday from 10:00 to 16:00.",
        "Weekdays | The shop is open from Monday to Friday, 9:00–18:00.",
    ),
    "numbered products": (
        "Fibre 100 | Fibre 100 has 100 Mbps.",
        "Fibre 500 | Fibre 500 has 500 Mbps.",
    ),
    "a rate of its own": (
        "VAT | The standard VAT rate is 20%.",
        "VAT on food | The reduced VAT rate is 5%.",
    ),
    "groups": (
        "Cancelling | Rooms can be cancelled up to 48 hours before arrival.",
        "Groups | Group bookings can be cancelled up to 30 days before arrival.",
    ),
    "two files": (
        "Uploads | Files may be up to 20 MB.",
        "Receipts | Photos of receipts may be up to 5 MB.",
    ),
    "counted from another side": (
        "Reports | Report damage within 7 days of delivery.",
        "Delivery | Delivery takes 3 days.",
    ),
}


async def found(pair: tuple[str, str], embedder: Embedder) -> list[Finding]:
    """What is found between two articles beside those of a help centre, which say what is rare and what is not."""
    articles = [article(slug, text) for slug, text in zip("ab", pair, strict=True)]
    findings = await contradictions([*articles, *HELP_CENTRE], embedder, among={"a", "b"})
    return [one for one in findings if {place.article for place in one.places} == {"a", "b"}]


@pytest.mark.parametrize("name", CONTRADICT)
async def test_articles_that_say_different_things_contradict(name: str, embedder: Embedder) -> None:
    assert {finding.kind for finding in await found(CONTRADICT[name], embedder)} == {Kind.CONTRADICTION}


@pytest.mark.parametrize("name", AGREE)
async def test_articles_that_speak_of_different_things_do_not(name: str, embedder: Embedder) -> None:
    assert await found(AGREE[name], embedder) == []


@pytest.mark.parametrize("pair", trades.CONTRADICT, ids=lambda pair: pair[0][:30])
async def test_contradictions_are_found_in_any_trade(pair: tuple[str, str], embedder: Embedder) -> None:
    assert len(await found(pair, embedder)) >= 1


@pytest.mark.parametrize("pair", trades.AGREE, ids=lambda pair: pair[0][:30])
async def test_neighbours_of_any_trade_do_not_contradict(pair: tuple[str, str], embedder: Embedder) -> None:
    assert await found(pair, embedder) == []


RETURNS = (
    "Returns | You can return items within 30 days.",
    "Sending back | Items can be returned within 14 days.",
)


def two(**fields: object) -> list[Article]:
    """Two articles that contradict each other; `fields` are those of the second."""
    one, other = (article(slug, text) for slug, text in zip("ab", RETURNS, strict=True))
    return [one, replace(other, **fields)]


async def test_a_finding_says_what_is_said_where(embedder: Embedder) -> None:
    (finding,) = await contradictions(two(), embedder)
    assert finding.why == 'Returns: "30 days" here, "14 days" there.'
    assert [place.text for place in finding.places] == [
        "You can return items within 30 days.",
        "Items can be returned within 14 days.",
    ]


async def test_articles_in_two_languages_are_not_compared(embedder: Embedder) -> None:
    assert await contradictions(two(locale="en-IE"), embedder) == []


async def test_articles_that_are_never_valid_together_do_not_contradict(embedder: Embedder) -> None:
    old, new = two(valid_from=date(2027, 1, 1))
    assert await contradictions([replace(old, valid_until=date(2026, 12, 31)), new], embedder) == []
    assert await contradictions([replace(old, valid_until=date(2027, 1, 1)), new], embedder) != []


async def test_an_internal_article_is_compared_with_public_ones(embedder: Embedder) -> None:
    assert len(await contradictions(two(audience="internal"), embedder)) == 1


async def test_only_what_touches_the_articles_asked_about_is_found(embedder: Embedder) -> None:
    articles = two()
    assert await contradictions(articles, embedder, among={"c"}) == []
    for slug in "ab":
        assert await contradictions(articles, embedder, among={slug}) == await contradictions(
            articles, embedder
        )


async def test_two_articles_have_one_finding_for_one_measure(embedder: Embedder) -> None:
    again = article(
        "b", "Sending back | Items can be returned within 14 days.\n\nYou can return items for 14 days."
    )
    assert len(await contradictions([two()[0], again], embedder)) == 1
