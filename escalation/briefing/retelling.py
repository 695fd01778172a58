"""What the customer or the company said, told by somebody else: "I" becomes "they", "your app" becomes "the app".

English only, by rules. Nothing is added but small words: every figure and every name is the speaker's own.
"""

import re

_FIRST = (
    (r"\bI'?m\b|\bI am\b|\bwe'?re\b|\bwe are\b", "they are"),
    (r"\bI'?ve\b|\bwe'?ve\b|\bI have\b", "they have"),
    (r"\b(?:I|we) was\b", "they were"),
    (r"\b(?:I'll|we'll|I will)\b", "they will"),
    (r"\b(?:I'd|we'd)\b", "they would"),
    (r"\b(?:my|our)\b", "their"),
    (r"\b(?:mine|ours)\b", "theirs"),
    (r"\b(?:me|us)\b", "them"),
    (r"\b(?:myself|ourselves)\b", "themselves"),
    (r"\bI\b|(?<!letter )\bi\b(?!\.)|\bwe\b", "they"),
)
_SECOND = (
    (r"\byou(?: guys)?'?ve\b", "the company has"),
    (r"\byou(?: guys)?'?re\b|\byou are\b", "the company is"),
    (r"\byou(?: guys)?'?ll\b", "the company will"),
    (r"\byour\b", "the"),
    (r"\byou(?: guys)?\b", "the company"),
)
# The company speaks to the customer: "your order" is the customer's, "we" is left out by the verb.
_TO_CUSTOMER = (
    (r"\byou'?re\b|\byou are\b", "they are"),
    (r"\byou'?ve\b", "they have"),
    (r"\byou'?ll\b", "they will"),
    (r"\byou'?d\b", "they would"),
    (r"\byour\b", "the"),
    (r"\byou\b", "they"),
    (r"\bI'?m\b|\bI am\b|\bwe'?re\b|\bwe are\b", "they are"),
    (r"\b(?:I|we)'ve\b", "they have"),
    (r"\b(?:I|we)'ll\b", "they will"),
    (r"\b(?:I|we)'d\b", "they would"),
    (r"\b(?:our|my)\b", "the"),
    (r"\b(?:us|me)\b", "them"),
    (r"\b(?:I|we)\b", "they"),
)
_NO_SUBJECT = (
    (
        r"^(?:just |only |i )?((?:order|open|purchas|receiv|return|upgrad|cancel|submitt|tri|start|install|download|call|mov|hir|rent|charg|pay|ask|us|notic|mail|email)(?:l?ed))\b",
        r"they \1",
    ),
    (
        r"^(?:just )?(bought|got|booked|paid|had|left|sent|lost|found|sat|spent|went|came|made|took|saw|tried|rebooked) ",
        r"they \1 ",
    ),
    (r"^(?:still |been |just )?((?:wait|try|go|gett|look|hav|stand|sitt|fly|stay)ing)\b", r"they are \1"),
    (r"^been ", "they have been "),
    (
        r"^(can'?t|cannot|don'?t|didn'?t|haven'?t|couldn'?t|won'?t|still (?:no|not|waiting)|need|never) ",
        r"they \1 ",
    ),
)
_AFTER_VERB = re.compile(
    r"\b(to|for|with|of|from|give|gives|gave|send|sends|sent|tell|told|help|refund|ask|let|contact|call|ring|find|see|notify|told) they\b"
)


def of_customer(clause: str) -> str:
    """The customer's words in the third person."""
    return _told(clause, (*_NO_SUBJECT, *_FIRST, *_SECOND))


def of_agent(clause: str) -> str:
    """The company's words to the customer in the third person."""
    return _told(clause, _TO_CUSTOMER)


def _told(clause: str, changes: tuple[tuple[str, str], ...]) -> str:
    for pattern, instead in changes:
        clause = re.sub(pattern, instead, clause, flags=re.IGNORECASE if "I" not in pattern else 0)
    return _AFTER_VERB.sub(r"\1 them", clause)


def lowered(clause: str) -> str:
    """The clause with a small first letter, unless its first word is a name, an abbreviation or "I"."""
    first = re.match(r"[A-Z][a-z']*(?!\w)", clause)
    if first and (first[0] == "I" or first[0].lower() not in _SMALL_FIRST):
        return clause
    return clause[:1].lower() + clause[1:] if first else clause


def cut(clause: str, words: int) -> str:
    """The clause within so many words, ended where a part of it ends if there is such a place."""
    said = clause.split()
    if len(said) <= words:
        return clause.rstrip(" ,;:-")
    short = " ".join(said[:words])
    for pattern in (r"[,;:](?!\d)|\s[-–—]\s", r"\s(?:and|but|because|so|as|when|which|where|while|since)\s"):
        ends = [
            m.start() for m in re.finditer(pattern, short) if len(short[: m.start()].split()) >= words // 2
        ]
        if ends:
            return short[: ends[-1]].rstrip(" ,;:-")
    return re.sub(
        r"(?:\s(?:a|an|the|to|of|in|on|at|for|with|and|or|but|that|their|they|is|are|was|it|by|from|your|my|as|so|has|have|which|until|it's|while|when|if))+$",
        "",
        short,
    ).rstrip(" ,;:-")


_SMALL_FIRST = frozenset(
    """a an the this that these those my our your their his her its it i we you they he she there here what when where why who how
    which is are was were do does did can could will would should have has had if since after before because every each some
    any no not nobody nothing all both many one two please try make check go keep call send fill contact let in on at for to of with
    from by as about just also still only ever never now then today yesterday tomorrow last next another other been being get got
    ordered bought received paid tried trying booked left sat need want looking waiting missing sometimes within app
    engineer engineers buses returns dark straps points it's there's that's what's you've you're we've we're they're I'm internet since brown here's change cancel refund
    return exchange update add remove fix help give tell order orders""".split()  # noqa: SIM905 - a word list reads better as text
)
