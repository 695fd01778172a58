"""The state of an order is told as the shop has it."""

import pytest

from agent.order_states import wrong_state

SHIPPED = '{"order":"TT-1","status":"shipped"}'
PENDING = '{"order":"TT-1","status":"pending"}'
DELIVERED = '{"order":"TT-1","status":"delivered"}'
TWO = '{"orders":[{"order":"TT-1","status":"pending"},{"order":"TT-2","status":"shipped"}]}'
REFUSED = '{"not_allowed":"not_pending","why":"Order TT-1 is already shipped."}'

TRUE = [
    (SHIPPED, "Your order TT-1 has been shipped."),
    (SHIPPED, "It is on its way."),
    (SHIPPED, "TT-1 has not been delivered yet."),
    (SHIPPED, "Ihre Bestellung wurde bereits verschickt."),
    (SHIPPED, "Votre commande a été expédiée."),
    (SHIPPED, "Once it is delivered, you can return it."),
    (SHIPPED, "Only pending orders can be cancelled."),
    (DELIVERED, "It was shipped last week and has been delivered."),
    (PENDING, "TT-1 hasn't been shipped yet, it's still pending."),
    (PENDING, "Tu pedido todavía no ha sido enviado."),
    (TWO, "TT-1 is pending, and TT-2 has been shipped."),
    (REFUSED, "It can't be cancelled because it is already shipped."),
    (SHIPPED, "Has it been delivered?"),
    (
        '{"order":"TT-1","status":"awaiting_stock"}',
        "Your order is pending.",
    ),  # a shop's own word is left to the words
]
FALSE = [
    (SHIPPED, "Your order TT-1 was delivered.", "delivered"),
    (SHIPPED, "TT-1 is still pending.", "pending"),
    (SHIPPED, "Your order has not been shipped yet.", "not shipped"),
    (SHIPPED, "Your parcel has arrived.", "delivered"),
    (PENDING, "Your order has already left our warehouse.", "shipped"),
    (PENDING, "Your order is on its way to you.", "shipped"),
    (PENDING, "Ihre Bestellung ist unterwegs.", "shipped"),
    (PENDING, "Votre commande a été expédiée.", "shipped"),
    (PENDING, "Il tuo ordine è stato spedito.", "shipped"),
    (PENDING, "Je bestelling is verzonden.", "shipped"),
    (PENDING, "Zamówienie zostało wysłane.", "shipped"),
    (PENDING, "A sua encomenda foi enviada.", "shipped"),
    (DELIVERED, "It is still on its way.", "shipped"),
    (DELIVERED, "TT-1 was cancelled.", "cancelled"),
    (TWO, "TT-1 is shipped, and TT-2 is pending.", "shipped"),
    (REFUSED, "TT-1 has already been delivered.", "delivered"),
]


@pytest.mark.parametrize(("result", "sentence"), TRUE)
def test_a_state_as_told_passes(result: str, sentence: str) -> None:
    assert wrong_state(sentence, [result]) is None


@pytest.mark.parametrize(("result", "sentence", "state"), FALSE)
def test_another_state_is_found_out(result: str, sentence: str, state: str) -> None:
    assert wrong_state(sentence, [result]) == state


def test_without_a_tools_result_nothing_is_compared() -> None:
    assert wrong_state("Your order was delivered.", []) is None
