"""Lets `python -m bot` be the same program as `motcua`."""

from bot.cli import main

if __name__ == "__main__":
    main()
