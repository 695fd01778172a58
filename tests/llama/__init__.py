"""A real OpenAI-compatible server (llama.cpp, from the package `xllamacpp`) with a model that says what we want.

No weights are fetched: `model.py` makes a file of a few megabytes in which every token has exactly one that follows it, so the
server's own tokens, templates, grammars, tool calls and streams are at work, and the words are known.
"""
