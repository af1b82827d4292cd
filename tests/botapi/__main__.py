"""The Bot API as a process of its own: `python -m tests.botapi --port 8081`."""

from __future__ import annotations

import argparse
import signal

from tests.botapi.running import BotApi


def main() -> None:
    """Serve until asked to end; says where, so that a script can wait for the line."""
    parser = argparse.ArgumentParser(prog="tests.botapi")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--limited", action="store_true", help="refuse what comes too fast")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forget-calls", action="store_true", help="keep no log, for a bench")
    told = parser.parse_args()
    api = BotApi(told.port, limited=told.limited, seed=told.seed, keep_calls=not told.forget_calls)
    # Blocked before threads begin, so that only the wait below takes them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    api.start()
    print(f"{api.url} {api.token}", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    api.stop()


if __name__ == "__main__":
    main()
