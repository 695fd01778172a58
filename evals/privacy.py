"""How much personal data leaves for a model provider, and what hiding it costs: `python -m evals.privacy --data DIR`.

Reads, in the folder of the data sets, `presidio_pii/synth.jsonl` (microsoft/presidio-research, MIT), `bad_input/pan.jsonl`
and `pii.jsonl` (CC0), and for false hits our own `evals/data` and the demo shop. Nobody has told a name and no shop knows
the people of these sentences: all is found by its form alone, so this is the worst case. A value *leaves* if any word
of it, but for a country, is in what is sent more often than the sentence has it elsewhere. Patterns were tuned on the sentences of even
lines alone (*dev*); the others are *held out*. Both have the same templates with other values.
"""

import argparse
import ast
import asyncio
import html
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, ToolMessage
from sqlmodel import SQLModel

from agent.addresses import is_country
from agent.demo_shop.catalogue import CUSTOMERS, ORDERS
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.incoming import clean
from agent.known import Kind, Known
from agent.models import Writer
from agent.models.scripted import ScriptedModel, call
from agent.models.veiled import veil_over, veiled
from agent.private import names_said
from agent.prompts import fence
from agent.results import AccountShown, OrderShown, OrdersShown, Result, compact, described
from agent.veil import Veil
from knowledge.database import Database, utc_now

STRUCTURED = ("CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "PHONE_NUMBER", "US_SSN", "US_DRIVER_LICENSE")
LOOSE = ("STREET_ADDRESS", "ZIP_CODE", "PERSON")
_TOKEN = re.compile(r"<([A-Z]+)_\d{4}>")
OURS = Path(__file__).with_name("data")
_ASKING = frozenset({"ask", "say", "proposed", "send"})
_WORD = 3  # letters; shorter ones are codes
# How customers write of an order.
_FRAMES = (
    "Where is my order {}?",
    "Please cancel {} at once.",
    "order number {} has not come",
    "It is about {}, thanks",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--texts",
        type=Path,
        help="folder of Python files whose customers' words are asked, such as tests/journeys",
    )
    parser.add_argument("--show", help="print what leaves of this type, of the dev half")
    given = parser.parse_args()
    rows = [json.loads(line) for line in _lines(given.data / "presidio_pii" / "synth.jsonl")]
    if given.show:
        for row in rows[::2]:
            for span in row["spans"]:
                if span["type"] == given.show and (left := leaving(row["text"], span)):
                    print(left, "|", repr(span["value"]), "|", repr(sent(row["text"])[:300]))
        return
    _print_kinds({"dev": rows[::2], "held out": rows[1::2]})
    told = [(row["text"], span) for row in rows[1::2] for span in row["spans"] if span["type"] == "PERSON"]
    print(
        f"held out, names told before: {len(told)} marked, {sum(bool(leaving(*one, told=True)) for one in told)} leave"
    )
    cards, (stored, told_on) = _cards(given.data / "bad_input" / "pan.jsonl")
    print(
        f"card numbers in the texts of pan: {cards}; left after the door: {stored}, in what is sent: {told_on}"
    )
    for row in map(json.loads, _lines(given.data / "bad_input" / "pii.jsonl")):
        if "text" in row:
            print(f"  {row['entity']:18} {row['text']!r} → {sent(row['text'])!r}")
    _print_false_hits(given.data)
    if given.texts:
        asyncio.run(_print_cost(customers_words(given.texts)))


def _print_kinds(halves: dict[str, list[dict[str, Any]]]) -> None:
    for name, half in halves.items():
        print(f"presidio_pii, {name}: {len(half)} sentences")
        print(f"  {'type':18} {'marked':>6} {'leave':>6} {'whole':>6}")
        for kinds in (STRUCTURED, LOOSE):
            counts = Counter[str]()
            for kind in kinds:
                marked, some, whole = _of_kind(half, kind)
                counts += Counter(marked=marked, some=some)
                print(f"  {kind:18} {marked:6} {some:6} {whole:6}")
            print(
                f"  {'all of these':18} {counts['marked']:6} {counts['some']:6} {counts['some'] / counts['marked']:6.1%}"
            )


def _print_false_hits(data: Path) -> None:
    orders = [
        f["order_id"] for f in json.loads((data / "tau2_retail" / "db.json").read_text())["orders"].values()
    ]
    framed = [frame.format(number) for number in (*orders, *(o.number for o in ORDERS)) for frame in _FRAMES]
    wrong = sum(_TOKEN.findall(sent(text)) != ["ORDER"] for text in framed)
    destroyed = sum(clean(text) != text for text in framed)
    print(
        f"order numbers in sentences: {len(framed)}; taken for something else or left: {wrong}, masked at the door: {destroyed}"
    )
    kept = [
        r["text"]
        for r in map(json.loads, _lines(data / "bad_input" / "pan.jsonl"))
        if r.get("expect") == "keep"
    ]
    print(
        f"numbers of pan that are no cards: {len(kept)}; masked at the door: {sum(clean(t) != t for t in kept)}"
    )
    ours = [json.loads(line)["question"] for line in _lines(OURS / "help_questions.jsonl")]
    bitext = [
        json.loads(line)
        for name in ("train", "dev")
        for line in _lines(data / "bitext_intents" / f"{name}.jsonl")
    ]
    numbered = [r["utterance"] for r in bitext if r["entity_type"] == "order_id"]
    plain = [r["utterance"] for r in bitext if not r["entity_type"]]
    print(
        f"bitext's with an order number: {len(numbered)}; masked at the door: {sum(clean(t) != t for t in numbered)}"
    )
    for name, texts in (("our questions", ours), ("bitext's without a value", plain)):
        hit = [text for text in texts if _TOKEN.search(sent(text))]
        print(f"ordinary shop texts, {name}: {len(texts)}; with a token: {len(hit)}")


def sent(text: str, names: Sequence[str] = ()) -> str:
    """A customer's message as a provider would read it."""
    text = clean(text)
    return Veil("privacy", ((Kind.NAME, name) for name in names), names_said(text)).cover(text)


def leaving(text: str, span: dict[str, Any], *, told: bool = False) -> list[str]:
    """The words of a marked value that are in what is sent, beyond those that stand elsewhere in the text."""
    elsewhere = Counter(_words(text)) - Counter(_words(span["value"]))
    left = Counter(_words(_TOKEN.sub(" ", sent(text, [span["value"]] * told)))) - elsewhere
    return sorted(
        word
        for word in (left & Counter(_words(span["value"]))).elements()
        if len(word) < _WORD or not is_country(word)
    )


def customers_words(folder: Path) -> list[str]:
    """What the customers of the journeys say: the texts given to functions of these names."""
    calls = [
        node
        for file in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _ASKING
    ]
    said = (part.value for call in calls for part in call.args if isinstance(part, ast.Constant))
    return sorted({text for text in said if isinstance(text, str) and text})


async def _print_cost(texts: Sequence[str]) -> None:
    """A scripted model repeats what it has read: the question, each look-up's result, in pieces of three letters."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/shop.db")
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        now = utc_now()
        await seed(database, now)
        shop = DemoShop(database, lambda: now)
        results: list[Result] = []
        for customer in CUSTOMERS:
            orders = await shop.orders(customer.id)
            results += [OrdersShown(orders), *map(OrderShown, orders), AccountShown(customer)]
        await database.close()
    known = Known("c0ffee", tuple(c.name for c in CUSTOMERS[:1]), tuple(c.email for c in CUSTOMERS[:1]))
    counted, hidden, changed, calls, spent = 0, 0, 0, 0, 0.0
    for text in texts:
        for result in results:
            prompt = f"You serve {fence('name', known.names[0])}."
            asked = [
                SystemMessage(prompt, additional_kwargs={"candor": {"known": known}}),
                HumanMessage(fence("message", text)),
                ToolMessage(compact(described(result)), artifact=result, tool_call_id="1"),
            ]
            counted += 1
            started = time.perf_counter()
            _, covered = veil_over(asked, "")
            spent += time.perf_counter() - started
            hidden += len(_TOKEN.findall("\n".join(str(message.content) for message in covered)))
            answers = [await _repeated(asked, veil=veil) for veil in (False, True)]
            changed += answers[0][0] != answers[1][0]
            calls += answers[0][1] != answers[1][1]
    print(
        f"{len(texts)} texts x {len(results)} results, repeated by a scripted model: {counted} answers with {hidden} tokens; changed: "
        f"{changed}, arguments of a tool changed: {calls}; hiding one request took {1000 * spent / counted:.1f} ms"
    )


async def _repeated(asked: list[BaseMessage], *, veil: bool) -> tuple[str, Any]:
    def everything(read: Sequence[BaseMessage]) -> list[Any]:
        words = html.unescape("\n".join(str(message.content) for message in read[1:]))
        return [words[at : at + 3] for at in range(0, len(words), 3)]

    def argument(read: Sequence[BaseMessage]) -> list[Any]:
        return [call("hand_to_person", reason=str(read[-1].content))]

    answers = []
    for reply in (everything, argument):
        scripted = Writer("scripted", ScriptedModel(script=[reply]))
        model = veiled(scripted).model if veil else scripted.model
        chunks = [chunk async for chunk in model.astream(asked)]
        answers.append(sum(chunks[1:], chunks[0]))
    return answers[0].text, answers[1].tool_calls[0]["args"]


def _of_kind(rows: list[dict[str, Any]], kind: str) -> tuple[int, int, int]:
    spans = [(row["text"], span) for row in rows for span in row["spans"] if span["type"] == kind]
    left = [(leaving(text, span), span) for text, span in spans]
    whole = sum(len(words) == len(_words(span["value"])) for words, span in left)
    return len(spans), sum(bool(words) for words, _ in left), whole


def _cards(file: Path) -> tuple[int, tuple[int, int]]:
    """Texts with a card's digits, and those in which they all stand after the door and in what is sent."""
    found = [0, 0]
    texts = [
        (text, row["pan"])
        for row in map(json.loads, _lines(file))
        if row.get("pan") and row["expect"] == "mask"
        for text in ([row["text"]] if isinstance(row["text"], str) else row["text"])
    ]
    for text, number in texts:
        for place, read in enumerate((clean(text), sent(text))):
            found[place] += number in _digits(_TOKEN.sub("", read))
    return len(texts), (found[0], found[1])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) for c in unicodedata.normalize("NFKC", text) if c.isdigit())


def _lines(file: Path) -> Iterator[str]:
    return (line for line in file.read_text(encoding="utf-8").split("\n") if line)


if __name__ == "__main__":
    main()
