"""Takes up an invitation to a role: shows what it is, asks for consent, and gives the role once."""

from __future__ import annotations

import datetime as dt

from content.catalogue import msg
from db import audit, consents, invitations, limits, people, roles
from db.roles import Role
from handlers.answers.pieces import together
from handlers.context import Context
from handlers.message import Button, Reply, Request

GUESSES = 5
"""Codes a person may try in an hour: more is guessing."""
AN_HOUR = dt.timedelta(hours=1)
CONSENT = "staff-2026-11"
"""The version of the words a member of staff agrees to; a new wording gets a new one."""
NAMES = {
    "focal": msg("focal person for reports"),
    "deputy": msg("deputy focal person"),
    "head": msg("head"),
    "handler": msg("case handler"),
    "coordinator": msg("coordinator"),
    "editor": msg("editor"),
    "approver": msg("approver"),
    "admin": msg("administrator"),
}
"""What each role is called."""


async def offer(code: str, request: Request, ctx: Context) -> Reply:
    """Say what a code invites to, and ask for consent before a name is kept."""
    t = ctx.t
    if request.shared:
        return ctx.not_here()
    if not await limits.hit(
        ctx.conn, ctx.person, "invitation", now=ctx.now, window=AN_HOUR, most=GUESSES
    ):
        return Reply(t("Too many codes were tried. Please wait an hour."))
    found = await invitations.find(ctx.conn, code, now=ctx.now)
    if found is None:
        return _no_invitation(ctx)
    text = together(
        [
            t("You are invited to be {role}.", role=role_name(found.role, ctx)),
            t(
                "If you accept, I keep your name ({name}), your account here and what you do in "
                "this role, to send you what is due and to show who did what. You can see all of "
                "it and have it erased with /dulieu.",
                name=found.name or "–",
            ),
        ]
    )
    return Reply(text, ((Button(t("I agree and accept"), f"invite:{code}"),),))


async def accept(request: Request, ctx: Context) -> Reply:
    """Give the role, once, and write down the consent."""
    code = request.action.partition(":")[2]
    found = await invitations.use(ctx.conn, code, ctx.person, now=ctx.now)
    if found is None:
        return _no_invitation(ctx)
    await roles.grant(ctx.conn, ctx.person, found.role, by=found.made_by, now=ctx.now)
    if found.name:
        await people.set_name(ctx.conn, ctx.person, found.name)
    await consents.give(ctx.conn, ctx.person, "staff", CONSENT, lang=ctx.t.lang, now=ctx.now)
    await audit.note(
        ctx.conn,
        "role accepted",
        found.role.role,
        actor=ctx.person.id,
        now=ctx.now,
        agency=found.role.agency,
    )
    held = ctx.roles | {found.role}
    text = ctx.t(
        "You are now {role}. /help shows what you can do.", role=role_name(found.role, ctx)
    )
    return Reply(text, menu=ctx.menu_of(held), fresh=True)


def role_name(role: Role, ctx: Context) -> str:
    """Name a role in the person's language, with its agency."""
    name = ctx.t(NAMES.get(role.role, role.role))
    ref = f"agency:{role.agency}"
    if ref in ctx.content.entries:
        return f"{name} ({ctx.content.title(ref, ctx.t.lang)})"
    return name


def _no_invitation(ctx: Context) -> Reply:
    return Reply(
        ctx.t("This invitation is not known, was used, or is over. Please ask for another.")
    )
