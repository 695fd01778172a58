"""What a sentence of the AI does: report a deed, promise one, hand over, claim to be human, or nothing of the kind."""

from agent.saying.phrases import deeds_in, does, is_english, is_small_talk

__all__ = ["deeds_in", "does", "is_english", "is_small_talk"]
