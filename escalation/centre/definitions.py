"""The figures of the command centre, each with the sentence that defines it. Page, CSV and docs/figures.md say the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from escalation.after.policy import After
from escalation.centre.measures import Kind


@dataclass(frozen=True)
class Value:
    """One number of a figure. `up_is` tells how a rise reads: good, bad or neither."""

    name: str
    label: str
    kind: Kind
    up_is: str = ""
    charted: bool = False
    now: bool = False
    """Of this moment, whatever the period: it has no course and no period before."""


@dataclass(frozen=True)
class Definition:
    """A figure: what counts, what does not, and over which time."""

    name: str
    title: str
    sentence: str
    values: tuple[Value, ...]


def in_words(definition: Definition, after: After) -> str:
    """The sentence with the numbers of `after.yaml` in it."""
    return definition.sentence.format(
        hours=f"{after.assumed_after_hours:g}", days=f"{after.back_within_days:g}"
    )


FIGURES = (
    Definition(
        "waiting",
        "Waiting, and promises kept",
        "Waiting counts conversations that are in a queue at this moment; late or at risk are those whose promised time has run out or is three "
        "quarters gone. New cases went to a person within the period. Promises kept are the words that people owed in those cases and "
        "gave in time, of all that were given or are late by now; what is not due yet does not count.",
        (
            Value("waiting_now", "Waiting now", Kind.COUNT, "bad", now=True),
            Value("at_risk_now", "Late or at risk now", Kind.COUNT, "bad", now=True),
            Value("new_cases", "New cases", Kind.COUNT, charted=True),
            Value("promises_kept", "Promises kept", Kind.SHARE, "good"),
        ),
    ),
    Definition(
        "weather",
        "Emotional weather",
        "Conversations in which a customer wrote within the time, and of these the ones that were upset after one of those messages: by the level that the "
        "console shows, which one sharp word alone does not reach. Now is the last hour, after each conversation's newest message. "
        "Messages from before this was recorded do not count.",
        (
            Value("upset_now", "Upset now", Kind.SHARE, "bad", now=True),
            Value("upset", "Upset in the period", Kind.SHARE, "bad", charted=True),
        ),
    ),
    Definition(
        "resolution",
        "Resolution",
        "Of the conversations in which something was asked and that came to rest within the period: the customer said whether it is solved, or {hours} "
        "hours have passed since their last question with the AI having the floor. Confirmed is the customer's own yes; "
        "assumed is an answer, or a person's mark, and silence. As soon as a person was called it is the people's, never the AI's. "
        "Who came back with the same matter within {days} days counts as neither. What is still with a person or in a queue is not at rest and "
        "does not count.",
        (
            Value("ai_confirmed", "By the AI, confirmed", Kind.SHARE, "good", charted=True),
            Value("ai_assumed", "By the AI, assumed", Kind.SHARE, charted=True),
            Value("people_confirmed", "By people, confirmed", Kind.SHARE, "good"),
            Value("people_assumed", "By people, assumed", Kind.SHARE),
            Value("not_solved", "Not solved, says the customer", Kind.SHARE, "bad"),
            Value("unanswered", "Left without an answer", Kind.SHARE, "bad"),
            Value("came_back", "Came back with it", Kind.SHARE, "bad"),
        ),
    ),
    Definition(
        "containment",
        "Containment",
        "Of the conversations that began within the period and in which something was asked or a person called for: those that no person was called for or "
        "took over, so far. It says nothing of whether they were solved.",
        (Value("contained", "Stayed with the AI", Kind.SHARE, charted=True),),
    ),
    Definition(
        "repeats",
        "Repeat contacts",
        "Of the conversations in which the customer asked something within the period: those in which they took up a matter from within the {days} days before, "
        "in another conversation or in one that was over. The same matter is the same order with the same wish or like words, or the "
        "same wish in like words. Customers who rephrase it beyond recognition are missed.",
        (Value("repeats", "Came back with the same matter", Kind.SHARE, "bad", charted=True),),
    ),
    Definition(
        "satisfaction",
        "Satisfaction and effort",
        "Of the customers who were asked within the period, those who answered; of the answers given within the period, those that say it is solved, and of "
        "those with a mark from 1 to 5, the ones with 4 or 5. Effort is the mean of 1 (very little) to 5 (a great deal). Everybody is asked once a "
        "conversation at most, and nobody while they wait; who does not answer is not guessed.",
        (
            Value("satisfied", "Satisfied (4 or 5)", Kind.SHARE, "good", charted=True),
            Value("effort", "Effort, mean", Kind.MEAN, "bad"),
            Value("said_solved", "Say it is solved", Kind.SHARE, "good"),
            Value("rated", "Answered when asked", Kind.SHARE),
        ),
    ),
    Definition(
        "cost",
        "Cost per resolution",
        "What language models cost in all turns within the period, by the price table, divided by the resolutions of the AI that came about in it: by the confirmed "
        "alone, and by confirmed and assumed together, since one bill pays for both. Turns that led to a person, or nowhere, are in "
        "the bill. People's time and machines are not.",
        (
            Value("per_confirmed", "Per confirmed resolution", Kind.MONEY, "bad"),
            Value("per_resolved", "Per resolution, confirmed or assumed", Kind.MONEY, "bad", charted=True),
            Value("spent", "Spent on models", Kind.MONEY),
        ),
    ),
)

VALUES: Mapping[str, Value] = {value.name: value for figure in FIGURES for value in figure.values}
