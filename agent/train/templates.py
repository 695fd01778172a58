"""Bulk beside the hand-written examples: sentences made of parts, for stakes and the wish for a person.

Each stake has frames with slots and, next to it, frames of the same words that mean nothing grave. Emotion
and intent stay unlabelled; only hand-written examples teach those. Used for training alone.
"""

import random
import re

from agent.signals import Stake
from agent.train.corpus import NO_STAKE, STAKES, Row

_EACH = 40  # sentences drawn of every list

_SLOTS: dict[str, tuple[str, ...]] = {
    "item": ("tent", "jacket", "rucksack", "stove", "lantern", "blanket", "boots", "watch", "headlamp", "power bank", "fleece", "kettle"),
    "kin": ("mother", "father", "mum", "dad", "husband", "wife", "son", "daughter", "brother", "sister", "grandmother", "partner"),
    "body": ("hand", "face", "arm", "leg", "finger", "foot", "eye"),
    "when": ("yesterday", "last night", "this morning", "on Sunday", "a week ago", "last month", ""),
    "lawyer": ("lawyer", "solicitor", "attorney", "barrister", "legal counsel"),
    "you": ("you", "your company", "this shop", "you people"),
    "hurt": ("kill", "hurt", "beat up", "stab", "strangle", "shoot"),
    "victim": ("you", "your driver", "whoever packed this", "your manager", "that courier", "the next agent"),
    "age": ("11", "12", "13", "14", "fifteen", "ten"),
    "money": ("refund", "payment", "amount", "charge"),
    "real": ("real ", "human ", "actual ", "live ", ""),
    "staff": ("agent", "person", "representative", "manager", "colleague", "member of staff", "supervisor", "advisor"),
    "talk": ("talk to", "speak to", "chat with", "speak with", "be connected to", "be transferred to", "hear from"),
    "wish": ("I want to", "I'd like to", "can I", "let me", "I need to", "could I please", "may I", "I prefer to", "how can I"),
    "day": ("tonight", "today", "tomorrow", "now", "soon"),
    "org": ("ombudsman", "consumer protection office", "regulator", "newspapers", "local TV station", "consumer association", "trading standards office"),
}  # fmt: skip

_GRAVE: dict[Stake, tuple[str, ...]] = {
    Stake.self_harm: (
        "I want to end my life {day}", "I am going to kill myself {day}", "I keep thinking of killing myself", "I don't want to be alive any more",
        "there is no reason for me to go on living", "I'd rather be dead than go on like this", "I have decided to take my own life {day}",
        "I hurt myself again {when}", "nobody needs me, I will be gone {day} for good", "I can't take it any longer, I want to die",
        "I feel like killing myself because of everything", "my {kin} says they want to kill themselves, what do I do", "I took a whole pack of sleeping pills {when}",
        "I'm thinking about suicide", "I just want to disappear for ever and never wake up", "goodbye, I'm going to end it {day}",
    ),
    Stake.threat: (
        "I will {hurt} {victim}", "I'm going to {hurt} {victim}", "I swear I'll {hurt} {victim} {day}", "{victim} deserves to die and I will see to it",
        "I'll come over with a knife for {victim}", "I'll set your shop on fire {day}", "I know where {victim} lives, watch out",
        "you will regret this when I stand at your door with a gun", "I'm going to blow up your store", "somebody in your shop will get hurt {day}",
        "if I don't get my money I will {hurt} {victim}",
    ),
    Stake.legal: (
        "my {lawyer} will write to {you}", "I have hired a {lawyer}", "I will sue {you}", "I'm taking {you} to court", "we meet in court then",
        "I'll take legal steps against {you}", "legal action will follow if there is no {money}", "I'm filing a lawsuit {day}", "I talked to my {lawyer} and you are in breach of contract",
        "this will be decided by a judge", "you leave me no choice but the courts", "I will have my {lawyer} deal with {you}", "my {lawyer} says you must pay",
    ),
    Stake.regulator_press: (
        "I will report {you} to the {org}", "the {org} will be very interested in this", "I have informed the {org}", "I'm writing to the {org} about {you}",
        "I go to the {org} {day}", "a complaint with the {org} has been filed", "everyone will read about {you} in the paper", "I'll call a reporter about this",
    ),
    Stake.fraud: (
        "someone hacked into my account {when}", "I did not order this {item}, somebody used my account", "there is a {money} on my card that I did not make",
        "my card was stolen and used at your shop {when}", "somebody else is logged in to my account", "a stranger ordered a {item} in my name",
        "my account was taken over {when}, the password is changed", "I got a fake mail in your name asking for my card", "this {money} was not authorised by me",
        "I think I'm a victim of fraud", "who bought a {item} with my card? not me",
    ),
    Stake.chargeback: (
        "I'll have my bank reverse the {money}", "I will start a chargeback", "my bank will claw back the {money}", "I'm disputing the {money} with my credit card company",
        "I've opened a dispute at PayPal", "expect a chargeback from my card issuer", "I told the bank to take back the {money}",
    ),
    Stake.bereavement: (
        "my {kin} died {when}", "my {kin} passed away {when} and the {item} was for them", "my late {kin} ordered a {item} from you", "we buried my {kin} {when}",
        "I am writing because of the death of my {kin}", "my {kin} is no longer alive, please close the account", "after losing my {kin} I can't use the {item}",
        "the {item} was for my {kin}'s birthday, but they died {when}", "I have to settle the estate of my {kin}",
    ),
    Stake.hardship: (
        "I lost my job {when} and need the {money} back to eat", "I have no money left for food", "we can't pay our rent because of this {money}", "I'm in deep debt, please undo the order of the {item}",
        "I live on benefits and can't afford this {money}", "I became unemployed {when} and cannot pay", "without the {money} my children have nothing to eat",
        "I'm going through insolvency", "I have nothing to live on until the {money} arrives", "since the divorce I can barely afford to eat",
    ),
    Stake.product_safety: (
        "the {item} caught fire {when}", "the {item} exploded {when}", "my {kin} was hurt by the {item} {when}", "the {item} burned my {body}", "the {item} cut my {body} badly",
        "I got a rash all over my {body} from the {item}", "the {item} gave me an electric shock", "my {kin} ended up in hospital because the {item} broke",
        "the {item} started smoking and melted", "the {item} leaks gas and smells of it", "my {kin} nearly choked on a part of the {item}",
    ),
    Stake.discrimination: (
        "your {staff} insulted me because of my skin colour", "I was treated worse because I'm a foreigner", "your {staff} made a racist remark to my {kin}",
        "I was refused because I'm disabled", "your {staff} was homophobic to us", "it is discrimination that {you} serve me last because of my religion",
        "your {staff} said women don't understand a {item}, sexist", "my {kin} was not let in because of the wheelchair",
    ),
    Stake.minor: (
        "I'm {age} years old and ordered a {item}", "I am only {age}, can I buy a {item}", "my {age} year old bought a {item} without my permission", "I'm {age} and my {kin} doesn't know about the order",
        "my child ordered a {item} on my account, they are {age}", "i'm a kid, {age}, how do i pay", "the customer is {age} years old, I'm the parent",
    ),
    Stake.data_request: (
        "please delete all my personal data", "send me all the data you hold about me", "GDPR request: access to my data", "I want a copy of my personal data",
        "I demand that you erase everything you stored on me", "under data protection law I want to know what you keep about me", "I use my right to erasure", "remove all of my information from your systems",
    ),
}  # fmt: skip

_HARMLESS = (
    "this {item} is killing my back", "I'd kill for a lighter {item}", "the {item} is to die for", "the {item} died {when}", "I'm dying to try the {item}",
    "the battery of the {item} is dead", "kill my subscription please", "my {lawyer} bought the same {item}", "I'm a {lawyer} and need a {item} for work",
    "deliver the {item} to the {lawyer}'s office", "my {kin} is a {lawyer} and loves the {item}", "the {item} is on fire, I mean it looks great", "is the {item} safe for my {kin}",
    "can the {item} burn", "is it legal to use the {item} in a park", "I hit the wrong button and bought a {item}", "I'll shoot you a photo of the {item}",
    "my {kin} will love the {item}", "my {kin} lost the {item} {when}", "a {item} for my {kin}'s funeral company", "the parcel was lost {when}", "the deadline passed {when}",
    "my {kin} used my account to order, that's fine", "I was charged for the {item} {when}", "can I charge the {item} with a cable", "I forgot my password {when}",
    "is paying with my card safe", "which {money} will I see", "can the {money} go to my bank", "I can't afford to wait for the {item}", "the {item} is poor quality",
    "I broke the {item} {when}", "the {item} broke {when}", "a {item} for a {age} year old, which size", "my {kin} turned {age}, which {item} fits", "I ordered {age} pieces of the {item}",
    "the {item} is {age} years old", "a black {item} please", "the women's {item} or the men's", "how does the {item} store data", "send me the data sheet of the {item}",
    "send me information on the {item}", "I read about the {item} in the newspapers", "any news on the {item}", "the pressure regulator of the {item}", "is the {item} tested by a consumer association",
    "I cut the label off the {item}", "a small cut in the {item}", "the {item} hurts my {body}", "my {body} is cold in the {item}", "the {item} smells new", "the {item} got hot in the sun",
    "cancel my {item}", "return the {item} please", "where is my {item}", "the {item} came {when}", "how do I end the membership", "I can't live without my {item}",
    "I can't go on the trip without the {item}", "I won't be at home {day}", "I'm gone {day}, leave the {item} at the door", "the rope holds the {item}", "do you have a knife with the {item}",
    "I'm going to jump into the lake with the {item}", "the {item} bombed in our test", "I'll come to your shop {day}", "the {item} beats my old one", "the court of our tennis club needs a {item}",
)  # fmt: skip

_PERSON = (
    "{wish} {talk} a {real}{staff}", "{wish} {talk} a {real}{staff} please", "{wish} {talk} someone about the {item}", "no more bot, {wish} {talk} a {real}{staff}",
    "give me a {real}{staff}", "{real}{staff} please", "where can I reach a {real}{staff}", "I need a {real}{staff} on this", "please get a {staff} to look at the {item}",
    "have a {staff} call me about my {item}", "{wish} {talk} a human", "get a human to answer",
)  # fmt: skip
_NO_PERSON = (
    "the {staff} told me {when} that the {item} is on its way", "I spoke with a {staff} {when}", "a {staff} already sorted it", "is the {item} for one person", "the {staff} in the shop was friendly",
    "no need for a {staff}", "I don't want to {talk} a {staff}, just answer here", "are you a {real}person", "is this a bot", "which {staff} packed my {item}", "my {kin} is a {staff} at a bank",
    "how many people fit in the {item}", "does the person who signs need an id", "can another person collect the {item}", "a {staff} said I can return the {item}", "will a {staff} open the door at the pick-up point",
)  # fmt: skip


def rows(chance: random.Random) -> list[Row]:
    """Sentences with stake and wants-a-person labels, balanced over the lists."""
    made: dict[str, Row] = {}

    def add(frame: str, wants: float | None, stakes: tuple[float, ...]) -> None:
        text = _filled(frame, chance)
        made[text] = Row(text=text, wants_person=wants, stakes=stakes)

    for stake, frames in _GRAVE.items():
        labels = tuple(float(s is stake) for s in STAKES)
        for number in range(_EACH):
            add(frames[number % len(frames)], 0.0, labels)
    for number in range(_EACH * 14):
        add(_HARMLESS[number % len(_HARMLESS)], 0.0, NO_STAKE)
    for number in range(_EACH * 4):
        add(_PERSON[number % len(_PERSON)], 1.0, NO_STAKE)
        add(_NO_PERSON[number % len(_NO_PERSON)], 0.0, NO_STAKE)
    return list(made.values())


def _filled(frame: str, chance: random.Random) -> str:
    text = re.sub(r"\{(\w+)\}", lambda slot: chance.choice(_SLOTS[slot[1]]), frame)
    text = re.sub(r"\s+", " ", text).strip()
    return text if chance.random() < 0.5 else text[0].upper() + text[1:] + "."  # noqa: PLR2004 - half of each
