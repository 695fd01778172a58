"""What somebody said, without what only surrounds it: handles, links, signatures, greetings, thanks."""

import html
import re
from enum import StrEnum


class Said(StrEnum):
    """Who says something in a thread, as a summary tells it."""

    CUSTOMER = "customer"
    AGENT = "agent"
    AI = "ai"


_ROWS = re.compile(r"^\s*[-*•] .*$", re.MULTILINE)  # of a list, beside which something is said
_LINKED = re.compile(r"\[([^\]\n]{1,200})\]\([^)\s]{0,2000}\)")  # Markdown
_NOISE = (
    re.compile(r"\[\d+\]|\*\*|__|^#+ |^> ", re.MULTILINE),  # citations and marks of Markdown
    re.compile(r"</?[A-Za-z][^<>\n]{0,80}>"),  # markup
    re.compile(r"https?://\S+|www\.\S+"),
    re.compile(r"^(?:\s*@\w+)+[\s:,]*"),  # whom it is addressed to
    re.compile(
        r"(?<=^hi|^so) @\w+|(?<=^hey) @\w+|(?<=^dear) @\w+|(?<=^hello) @\w+|(?<=^shame on you) @\w+",
        re.IGNORECASE,
    ),
    re.compile(r"\s[\^*/~-]\s?[A-Z][\w]{0,11}\s*$"),  # signed: ^JB
    re.compile(r"\s@\w+(?=\s*(?:[.,!?:]|$))"),  # called upon at the end: "… is down @HomeBroad!"
    re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+|(?:^|\s)[:;]-?[()DP/](?=\s|$)"),
    re.compile(r"#(?=\w)|@(?=[A-Za-z]\w+)"),  # "my @AirNova app" names it
)
_END = re.compile(
    r"(?<!\bno)(?<!\bNo)(?<!\bapprox)(?<!\be\.g)(?<!\bi\.e)[.!?…]+[\"'”’)]*(?=\s|$)|\s[-–—]\s|\n+"
)
_OPENING = re.compile(
    r"^(?:(?i:hi|hello|hey|hiya|hola|dear|good (?:morning|afternoon|evening)|morning|evening)\b(?: (?i:there|all|again|team|guys))?\b"
    r"(?:[ ,]*[A-Z][\w'’-]+(?=\s*[,!.:-]|$))?\s*[,!.:-]*\s*"
    r"|(?i:no|nope|perfect|great)\s*[,!.]+\s*(?=\S)"  # "No trolleys" is another matter than "No, thanks"
    r"|(?i:so|just|well|ok|okay|yes|yeah|oh no|oh dear|ah|and|but|also|thanks|thank you|in that case|shame on you)\b[ ,!.]*(?=\S))",
)
# Sentences that greet, thank, scold or sign and tell nothing of the matter.
_EMPTY = re.compile(
    r"^(?:(?:many )?thank(?:s| you)\b.{0,60}|a lot|so much|very much|in advance|cheers|ta|please help.{0,12}|help|done|sent\b.{0,30}|dm sent|will do|(?:just )?sent it"
    r"|.{0,12}\b(?:worst|joke|ridiculous|disgrace\w*|unacceptable|shame on you|hopeless|seriously|unbelievable|pathetic|appalling|not happy|not impressed|useless)\b.{0,28}"
    r"|(?:can|could) (?:you|anyone|someone) (?:please )?(?:help|check|look into (?:it|this)|assist)(?: me)?(?: please)?"
    r"|(?:are you there|anyone (?:there|home)|any(?:one|body) at.{0,20}|is (?:anyone|anybody) there)"
    r"|(?:yes|no|ok|okay|nope|hello|hi|hey|good morning|wow|omg|lol|phew)(?:[ ,]+(?:yes|no|ok|please|thanks|thank you|there|all|luck|it is|i did|that's all))*)\W*$",
    re.IGNORECASE,
)


def spoken(text: str) -> str:
    """The text without handles, links, emojis and the initials of whoever signed."""
    text = _LINKED.sub(r"\1", html.unescape(text).replace("’", "'"))
    for pattern in _NOISE:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def sentences_of(text: str) -> list[str]:
    """The sentences that say something, each without its opening courtesies; a question keeps its mark."""
    plain, found, start = spoken(_ROWS.sub("", text)) or spoken(text), [], 0
    for end in [*_END.finditer(plain), None]:
        piece = plain[start : end.start() if end else None]
        mark = "?" if end and "?" in end[0] else ""
        start = end.end() if end else len(plain)
        said = without_opening(piece.strip(" ,;:-–—\"'“”"))
        if said.count('"') % 2:
            said = said.replace('"', "")
        if len(said.split()) > 1 and not _EMPTY.match(said):
            found.append(said + mark)
    return found


def without_opening(sentence: str) -> str:
    """The sentence without "Hi there," and "So,"."""
    while (shorter := _OPENING.sub("", sentence, count=1)) not in (sentence, ""):
        sentence = shorter
    return sentence
