"""The server in a process of its own: `python -m tests.llama MODEL KEY CONTEXT`. Prints its address, and ends with its standard input.

It aborts its process where it finds a model wanting, and a test must be able to kill it.
"""

import sys
from pathlib import Path

import xllamacpp


def main() -> None:
    """Serve until nobody holds the other end of standard input."""
    model, key, context = sys.argv[1:]
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.api_keys = [key]
    parameters.n_ctx = int(context)
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.use_jinja = True
    parameters.chat_template = Path(__file__).with_name("template.jinja").read_text(encoding="utf-8")
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
