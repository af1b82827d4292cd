"""`people …`: who may act as what: invites, lists, takes back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from bot.console import fail, say
from bot.database import with_database
from bot.settings import Settings, load
from content.load import load as load_content
from db import audit, invitations, roles
from db.engine import Connection
from db.roles import OF_AN_AGENCY, ROLES, Role
from handlers import links

app = typer.Typer(help="Who may act as what.", no_args_is_help=True)


@app.command("invite")
def invite(
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(ROLES)}.")],
    agency: Annotated[str, typer.Option(help="The agency's id, such as so-tu-phap.")] = "",
    name: Annotated[str, typer.Option(help="What the invited person is called.")] = "",
) -> None:
    """Make a one-time invitation and print its code and a link for each channel."""
    settings = load()
    _check(settings, role, agency)

    async def act(conn: Connection, now: dt.datetime) -> str:
        code = await invitations.make(conn, Role(role, agency), name=name, now=now)
        await audit.note(conn, "invited", role, actor=None, now=now, agency=agency)
        return code

    told = links.to_invitation(with_database(settings, act))
    say(f"Code, for any channel: /start {told}")
    say(f"Web chat: {settings.public_url or 'http://localhost:8080'}/?start={told}")
    if settings.telegram_token.get_secret_value():
        say(f"Telegram: https://t.me/<name of the bot>?start={told}")
    say(f"It works once, within {invitations.VALID.days} days.")


@app.command("list")
def list_people() -> None:
    """List who holds which role, and which invitations are open."""

    async def act(conn: Connection, now: dt.datetime) -> list[str]:
        held = [
            f"{h.id}\t{h.role.role}\t{h.role.agency or '-'}\t{h.name or '-'}\t{h.person.channel}"
            f"\tsince {h.granted:%Y-%m-%d}"
            for h in await roles.everyone(conn)
        ]
        still_open = [
            f"-\t{i.role.role}\t{i.role.agency or '-'}\t{i.name or '-'}\tinvited"
            f"\tuntil {i.expires:%Y-%m-%d}"
            for i in await invitations.pending(conn, now=now)
        ]
        return [*held, *still_open]

    for line in with_database(load(), act) or ["Nobody holds a role yet: `motcua people invite`."]:
        say(line)


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="The number that `people list` shows.")],
) -> None:
    """Take a role back, at once."""

    async def act(conn: Connection, now: dt.datetime) -> bool:
        gone = await roles.revoke(conn, number)
        if gone:
            await audit.note(
                conn, "role revoked", gone.role.role, actor=None, now=now, agency=gone.role.agency
            )
        return gone is not None

    if not with_database(load(), act):
        fail(f"there is no role with number {number}: `motcua people list` shows them")
    say("Taken back.")


def _check(settings: Settings, role: str, agency: str) -> None:
    if role not in ROLES:
        fail(f"--role {role}: there is no such role; it is one of {', '.join(ROLES)}", usage=True)
    if role in OF_AN_AGENCY and not agency:
        fail(f"--agency is missing: {role} is a role of an agency", usage=True)
    if agency and f"agency:{agency}" not in load_content(settings.content_dir).entries:
        fail(f"--agency {agency}: not in the content; `motcua content list` shows all", usage=True)
