"""The widget in a real Chromium: every state it can be in, and what a page pays for it."""
