"""The stakes that are looked for in a message."""

from enum import StrEnum


class Stake(StrEnum):
    """What could go wrong for the customer or the shop."""

    self_harm = "self_harm"
    threat = "threat"
    legal = "legal"
    regulator_press = "regulator_press"
    fraud = "fraud"
    chargeback = "chargeback"
    bereavement = "bereavement"
    hardship = "hardship"
    product_safety = "product_safety"
    discrimination = "discrimination"
    minor = "minor"
    data_request = "data_request"
