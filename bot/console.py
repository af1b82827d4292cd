"""Writes to the terminal: results to standard output, mistakes to standard error."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from content.catalogue import LANGS

WRONG, USAGE = 1, 2
"""Exit statuses: the input or the content is wrong; usage or configuration is wrong."""


def say(text: str) -> None:
    """Write one result; text that a terminal cannot show is written as well as it can be."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def known_lang(lang: str) -> None:
    """Refuse a language the bot does not speak."""
    if lang not in LANGS:
        fail(f"--lang must be one of {', '.join(LANGS)}", usage=True)


def fail(why: str, *, usage: bool = False) -> NoReturn:
    """Say what is wrong and end the command."""
    typer.echo(why, err=True)
    raise typer.Exit(USAGE if usage else WRONG)
