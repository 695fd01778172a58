"""Which request a message makes: one of the kinds of change, or something to look up.

What the customer says plainly is recognised by the phrases below; else the intent that the local transformer has read
decides. A table each: another way to say it is another line.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from agent.changes import CHANGES
from agent.models.other_languages import wish_in_other_words
from agent.models.understanding import asks_about_rule, order_number
from agent.orders import OrderStatus
from agent.signals import Intent, Signals

PENDING, PACKED, SHIPPED, DELIVERED, CANCELLED = OrderStatus
SURE = 0.6  # probability from which an intent alone makes a request out of a message, or ends another


@dataclass(frozen=True)
class Wish:
    """How a request is spoken of. `name` goes on with "Back to …", `which` asks for the order, `fits` are the states that
    an order most likely has if it is meant.
    """

    name: str
    which: str = "Which order do you mean?"
    fits: frozenset[OrderStatus] = frozenset(OrderStatus)


WISHES = MappingProxyType(
    {
        "cancel_order": Wish(
            "the cancellation", "Which order would you like to cancel?", frozenset({PENDING})
        ),
        "cancel_items": Wish(
            "the cancellation", "Which order shall items be taken out of?", frozenset({PENDING})
        ),
        "change_address": Wish(
            "the new delivery address",
            "Which order would you like to send to another address?",
            frozenset({PENDING}),
        ),
        "change_payment": Wish(
            "the payment", "Which order would you like to pay in another way?", frozenset({PENDING})
        ),
        "change_items": Wish(
            "the change of your order", "Which order would you like to change?", frozenset({PENDING})
        ),
        "return_items": Wish(
            "the return", "Which order would you like to return something from?", frozenset({DELIVERED})
        ),
        "exchange_items": Wish(
            "the exchange",
            "Which order is the item from that you would like in another option?",
            frozenset({DELIVERED, PENDING}),
        ),
        "partial_refund": Wish("the money back", "Which order is it about?", frozenset({DELIVERED})),
        "goodwill": Wish("what went wrong", "Which order did it go wrong with?", frozenset({DELIVERED})),
        "reship": Wish("the lost parcel", "Which order has not arrived?", frozenset({SHIPPED})),
        "change_default_address": Wish("the address for future orders"),
        "stop_renewal": Wish("the subscription"),
        "order_status": Wish(
            "your order", "Which order would you like to ask about?", frozenset({PENDING, PACKED, SHIPPED})
        ),
        "refund_status": Wish("your refund", "Which order would you like to ask about?"),
        "my_orders": Wish("your orders"),
        "my_address": Wish("your address"),
        "my_methods": Wish("your payment methods"),
        "my_subscriptions": Wish("your subscriptions"),
    }
)
LOOK_UPS = frozenset(WISHES) - frozenset(CHANGES)

_PARCEL = r"(?:parcel|package|order|delivery|shipment|box)"
_STOP = r"(?:stop|cancel\w*|end|quit|terminate|unsubscribe|get out of|don['’]?t (?:want|renew)|do not (?:want|renew)|no longer want)"
_CLUB = r"(?:subscription|membership|\w+ club|auto-?renew\w*|renewal|renewing)"
_METHOD = r"(?:card|visa|mastercard|paypal|pay pal|gift ?card|payment(?: method)?|method|account)"
_BAD_PRICE = r"(?:cheaper|price (?:has )?(?:dropped|fell|fallen|went down|gone down|is lower)|price (?:drop|adjustment)|lower price|reduced|on sale now)"
_MONEY = r"(?:difference|refund\w*|money|back|adjust\w*|compensat\w*|credit)"
_NO_GOODS = r"\b(?:address|pay\w*|card|method|e-?mail|name|phone|number|date|day|time|password|delivery|shipping|order|account|mind|language|plan)\b"
_YOU_KEEP = r"(?:on file|stored|saved|(?:do )?you have|have you|do i have|are (?:there )?in my account|in my account|my account)"

_READ = 1_500  # characters of a message; and no phrase is long, so that no message keeps the server busy

# Tried from the top; the first that is found decides. Each must be clear without its context.
_PHRASES = [
    (wish, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for wish, pattern in (
        # What the shop keeps, looked up.
        (
            "my_address",
            rf"\b(?:what|which|show|see|tell|is)\b.{{0,160}}\baddress\b(?=.{{0,160}}\b(?:default|{_YOU_KEEP})\b)|\b(?:what|which|show|see|tell)\b.{{0,160}}\b(?:default|{_YOU_KEEP})\b.{{0,160}}\baddress\b",
        ),
        (
            "my_methods",
            rf"\b(?:what|which|show|see|tell)\b.{{0,160}}\b(?:payment methods?|ways to pay|cards?|gift cards?)\b(?=.{{0,160}}\b{_YOU_KEEP}\b)|\b(?:show|see|what are) (?:me )?my (?:saved |stored )?(?:payment methods?|cards)\b|\bbalance\b.{{0,160}}\bmy gift ?card\b|\bmy gift ?card\b.{{0,160}}\bbalance\b",
        ),
        (
            "my_subscriptions",
            rf"\b(?:what|which|show|see|list)\b.{{0,160}}\b(?:subscriptions?|memberships?)\b(?=.{{0,160}}\b{_YOU_KEEP}\b)|\b(?:show|see|list|what are) (?:me )?my (?:subscriptions?|memberships?)\b|\b(?:when|what|does|is|how much)\b.{{0,160}}\bmy (?:\w+ )?(?:club|subscription|membership)\b.{{0,160}}\b(?:renews?|charged?|due|next|cost|active|running|pay)\b",
        ),
        (
            "my_orders",
            r"\b(?:show|list|see|what are|which are)\b(?: me)?(?: all)?(?: of)? my (?:\w+ )?orders\b|\bwhat have i ordered\b|\bwhich orders (?:do|did) i\b|\bmy order history\b",
        ),
        # What is to be done.
        ("stop_renewal", rf"\b{_STOP}\b.{{0,40}}\b{_CLUB}\b|\b{_CLUB}\b.{{0,30}}\b(?:stop|end|cancel)\w*\b"),
        ("cancel_order", r"\bcancel\w*\b.{0,20}\b(?:whole|entire|complete|full) (?:order|thing)\b"),
        (
            "cancel_items",
            rf"\b(?:remove|take|drop|delete|cancel|leave)\b.{{1,50}}\b(?:from|off|out of|out from)\b.{{0,20}}\b(?:order|it|TT-?\s?\d+)|\bcancel (?:only|just)\b|\b(?:remove|take (?:out|off)|leave out)\b.{{1,50}}\b{_PARCEL}\b",
        ),
        (
            "change_default_address",
            r"\b(?:change|update|set|correct|new|moved?|should be|is now|use)\b.{0,160}\b(?:default|account|profile|home|user)\b.{0,12}\baddress\b|\b(?:default|account|profile|user)\b.{0,12}\baddress\b.{0,160}\b(?:to|is|should)\b|\baddress\b.{0,30}\b(?:future|next|further|new|coming) orders\b|\b(?:future|next|further|coming) orders\b.{0,40}\b(?:address|to|go)\b|\baddress (?:in|of|on) my (?:account|profile)\b",
        ),
        (
            "change_payment",
            rf"\b(?:change|switch|update)\b.{{0,25}}\b(?:payment|way (?:i|to) pay)\b|\b(?:pay|charge|use)\b.{{0,40}}\b(?:another|a different|my other|the other) {_METHOD}\b|\b(?:pay|charge|put|use)\b.{{0,80}}\b{_METHOD}\b.{{0,20}}\binstead\b|\bpay (?:for )?(?:(?:my (?:\w+ )?)?order|TT-?\s?\d+)\b(?:.{{0,20}}\b(?:with|by|using)\b|.{{0,80}}\b(?:with|by|using) (?:my |a |another |a different )?(?:\w+ )?{_METHOD}\b)",
        ),
        (
            "partial_refund",
            rf"\b{_BAD_PRICE}\b.{{0,160}}\b{_MONEY}\b|\b{_MONEY}\b.{{0,160}}\b{_BAD_PRICE}\b|\b(?:missing|not) (?:from|in) (?:my|the) {_PARCEL}\b|\b(?:was|were|is|are) missing (?:from|in|out of)\b|\b(?:partial|part of the|some of the) (?:refund|price|money)\b|\bdamaged?\b.{{0,160}}\b(?:some|part)\b.{{0,12}}\b(?:money|back|price)\b",
        ),
        (
            "goodwill",
            r"\b(?:compensat\w*|goodwill|gesture|for (?:the|my|all this) (?:trouble|inconvenience|wait)|make up for)\b|\b(?:euros?|€|voucher|something)\b.{0,20}\bfor (?:the|your|a|this) (?:late|delay|failed|wrong|broken promise)",
        ),
        (
            "reship",
            rf"\b(?:re-?send|re-?ship)\b.{{0,25}}\b(?:{_PARCEL}|it)\b|\bsend\b.{{0,30}}\bagain\b|\b(?:{_PARCEL}|TT-?\s?\d+)\b.{{0,25}}\b(?:(?:is|was|got|went|been|must be|seems?) (?:lost|missing|stolen)|never (?:arrived|came|turned up|showed up|reached))|\blost (?:my )?{_PARCEL}\b",
        ),
        (
            "change_address",
            rf"\b(?:send|ship|deliver|redirect)\b.{{0,20}}\b(?:{_PARCEL}|TT-?\s?\d+)\b.{{0,20}}\bto\b.{{0,80}}\d|\b(?:{_PARCEL}|TT-?\s?\d+)\b.{{0,30}}\b(?:go(?:es)?|sent|delivered|shipped)\b.{{0,12}}\b(?:somewhere else|elsewhere|another address|a different address|a new address)\b",
        ),
        (
            "return_items",
            r"\b(?:return|send back|send) (?:it|them|this|these|those) (?:back )?instead\b|(?:^\W*|\b(?:please|to|and)\s+)(?:return|send back)\b.{1,80}\bTT-?\s?\d+|(?<!if i )(?<!when i )\b(?:want|need|wish|like) to (?:return|send back) (?:my|the|an?|it|them|this|these|those|all|both|everything|some|one)\b|\border\b.{0,20}\d{4,}\W+return\b|#[A-Z]{0,2}\d{4,}\W+return\b",
        ),
        (
            "exchange_items",
            r"\b(?:exchange|swap)\b.{0,20}\b(?:it|them|these|those|instead)\b|^(?!.{0,160}\baddress\b).{0,160}\b(?:change|switch|make|swap|exchange)\b.{1,50}\b(?:to|for|into)\b (?:an? |the )?(?:size |colour |color )?(?:XS|S|M|L|XL|XXL|\d{2}(?:-\d{2})?)\b(?!\w)",
        ),
        (
            "exchange_items",
            rf"\b(?:modify|change|switch|swap|exchange)\b(?:(?!{_NO_GOODS}).){{1,80}}\b(?:to|for|into) (?:(?:an?|the|another) )?(?:\w+ ){{0,2}}(?:ones?|same|options?|colou?r|size|material|version)\b|(?<!if i )(?<!when i )\b(?:want|like|need) to (?:modify|change|switch|swap|exchange) (?:my|the|an?|it)\b(?:(?!{_NO_GOODS}).){{1,80}}\b(?:to|for|into|with)\b",
        ),
    )
]
_INTENTS = MappingProxyType(
    {
        Intent.cancel_order: "cancel_order",
        Intent.change_address: "change_address",
        Intent.return_item: "return_items",
        Intent.exchange: "exchange_items",
        Intent.order_status: "order_status",
        Intent.refund_status: "refund_status",
    }
)
# Intents that are read in answers to these questions, too: "to my card" is no new question about a refund.
_AKIN = MappingProxyType(
    {
        "cancel_order": {"cancel_items", "stop_renewal"},
        "change_address": {"change_default_address"},
        "exchange_items": {"change_items", "return_items"},
        "return_items": {"partial_refund", "goodwill", "exchange_items"},
        "order_status": {"reship", "goodwill", "partial_refund", "change_address"},
        "refund_status": {"partial_refund", "goodwill", "return_items", "cancel_order", "cancel_items"},
    }
)
_OWN = re.compile(rf"\b(?:my|mine|it|(?:the|this|that) {_PARCEL})\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:what (?:happens|if)|in case|suppose|if (?:my|the|a|an))\b", re.IGNORECASE)


def plain_wish(text: str) -> str | None:
    """The request that the text makes in plain words; None for none, or for a question about a rule."""
    read = text[:_READ]
    wish = next((wish for wish, pattern in _PHRASES if pattern.search(read)), None)
    if wish is None:
        return wish_in_other_words(text)
    return wish if wish in LOOK_UPS or not asks_about_rule(text) else None


def wish_of(text: str, signals: Signals) -> str | None:
    """The request that a message makes, by its words or by what the reader takes it for."""
    if wish := plain_wish(text):
        return wish
    wish = _INTENTS.get(signals.intent)
    if wish is None or _SUPPOSED.search(text):
        return None
    own = wish in LOOK_UPS and (_OWN.search(text) or order_number(text))
    return wish if own or not asks_about_rule(text) else None


def leads_elsewhere(wish: str, under_way: str, signals: Signals) -> bool:
    """Whether a request that only the reader saw ends the one that is under way."""
    same = wish == under_way or under_way in _AKIN.get(wish, set())
    return not same and signals.intents.get(signals.intent, 0) >= SURE
