"""A customer, goods and a shop that does every kind of change, for tests of the rules."""

from dataclasses import replace
from datetime import date

from agent.cases import Case, CustomerFacts
from agent.levels import Level
from agent.money import Money
from agent.orders import Customer, OrderStatus, PaymentKind, PaymentMethod, Subscription, Variant
from agent.policy import decide
from agent.rules import LIMITS
from agent.verdicts import Allowed, NeedsInput, NeedsPerson, NeedsProof, Refused
from tests.agent.orders_world import HOME, NOW

OPEN = replace(
    LIMITS, refused_kinds={}, by_person=frozenset(), recent_sign_in=frozenset(), swaps_cost=True
)  # a shop that does everything
VISA = PaymentMethod(PaymentKind.CARD, "Visa •••• 4242", "visa")
PAYPAL = PaymentMethod(PaymentKind.PAYPAL, "PayPal", "paypal")
CARD_OF_20 = PaymentMethod(PaymentKind.GIFT_CARD, "gift card •••• 7731", "gift", Money(20_00, "EUR"))
SOCKS = Subscription("socks", "Sock club", Money(24_00, "EUR"), date(2027, 2, 25))
MAEVE = Customer(
    "cus_maeve",
    "Maeve Brennan",
    "maeve@customers.example",
    "",
    "",
    HOME,
    (VISA, PAYPAL, CARD_OF_20),
    (SOCKS,),
)
PENDING = {"status": OrderStatus.PENDING, "shipped_at": None, "delivered_at": None}
FRESH = CustomerFacts(Money.zero("EUR"))
# Of the item "i1" (sku S, €50): another size for €60, one for €45, one sold out; and another product.
LARGER, SMALLER = Variant("L", "P", "Fleece", "L", Money(60_00, "EUR"), 3), Variant("XS", "P", "Fleece", "XS", Money(45_00, "EUR"), 3)  # fmt: skip
SOLD_OUT, SAME = Variant("M2", "P", "Fleece", "M Moss", Money(50_00, "EUR"), 0), Variant("S", "P", "Fleece", "M", Money(50_00, "EUR"), 9)  # fmt: skip
BOOTS = Variant("B", "Q", "Boots", "42", Money(50_00, "EUR"), 9)
GOODS = (LARGER, SMALLER, SOLD_OUT, SAME, BOOTS)


def euro(cents):
    return Money(cents, "EUR")


def judged(
    action,
    this_order=None,
    *,
    facts=FRESH,
    now=NOW,
    limits=OPEN,
    customer=MAEVE,
    goods=GOODS,
    signed_in_for=None,
    level=Level.SHOP,
):
    goods = {v.sku: v for v in goods}
    return decide(Case(action, customer, now, facts, limits, this_order, goods, signed_in_for, level))


def told(verdict):
    """What a verdict comes down to: effects, a code, or the fields that are asked for."""
    match verdict:
        case Allowed(effects=effects):
            return effects
        case NeedsInput(fields=fields):
            return fields
        case NeedsProof(level=level):
            return level
        case NeedsPerson(reason=code) | Refused(code=code):
            return code
