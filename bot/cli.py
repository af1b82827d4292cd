"""The command line: the table of contents of everything `motcua` can do."""

from __future__ import annotations

import io
import sys

import typer
from rich.console import Console

from bot.commands import announce, ask, chat, check, content, db, figures, people, reports, run
from bot.settings import SettingsError
from content.read import ContentError
from db.engine import DatabaseError

app = typer.Typer(
    help="Một Cửa: hỏi đáp thủ tục hành chính và kế hoạch cải cách hành chính.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(run.demo)
app.command("run")(run.run)
app.command("chat")(chat.chat)
app.command("ask")(ask.ask)
app.command("check")(check.check)
app.add_typer(content.app, name="content")
app.add_typer(reports.app, name="reports")
app.command("simulate")(reports.show_simulation)
app.command("announce")(announce.announce)
app.command("stats")(figures.stats)
app.command("verify")(figures.verify)
app.command("export")(figures.export)
app.add_typer(people.app, name="people")
app.add_typer(db.app, name="db")

WRONG, USAGE = 1, 2
"""Exit statuses: the input or the content is wrong; usage or configuration is wrong."""


def main() -> None:
    """Run a command; what is wrong is said in sentences, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Vietnamese, whatever the terminal's locale says.
            stream.reconfigure(encoding="utf-8", errors="replace")
    errors = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    try:
        app()
    except SettingsError as error:
        errors.print(f"Settings that cannot be used:\n{error}")
        sys.exit(USAGE)
    except DatabaseError as error:
        errors.print(str(error))
        sys.exit(USAGE)
    except ContentError as error:
        errors.print(f"{error}\n{len(error.problems)} problem(s) in the content.")
        sys.exit(WRONG)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
