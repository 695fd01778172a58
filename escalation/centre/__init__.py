"""The command centre: what goes on at the desk, in seven figures, and alerts when one leaves its band (docs/figures.md)."""
