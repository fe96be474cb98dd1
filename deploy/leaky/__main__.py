"""`python -m deploy.leaky`: the leaky upstream on a port, for `lethe probe` to be tried against.

It knows options; what is said where stands in the modules beside it.
"""

from __future__ import annotations

import argparse

import uvicorn

from deploy.leaky.app import LeakyUpstream
from gateway.probing.target import ProbedTarget


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.leaky", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of 127.0.0.1 to listen on")
    parser.add_argument("--name", action="append", default=[], help="name to leak; repeatable")
    parser.add_argument("--secret", action="append", default=[], help="value to leak; repeatable")
    parser.add_argument("--document", action="append", default=[], help="text to leak; repeatable")
    options = parser.parse_args()
    if not (options.name or options.secret or options.document):
        parser.error("give a --name, a --secret or a --document to leak")
    target = ProbedTarget(
        "leaky", tuple(options.name), tuple(options.secret), (), tuple(options.document)
    )
    print(f"The leaky upstream answers at http://127.0.0.1:{options.port}/v1")
    uvicorn.run(LeakyUpstream(target), host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
