"""Shows people what is kept of them, gives it to them as a file, and erases it at their word."""

from __future__ import annotations

import json

from db import audit, consents, people
from handlers.answers.pieces import bullets, together
from handlers.cases.forgetting import forget_person
from handlers.context import Context
from handlers.invitation import role_name
from handlers.message import Button, File, Reply, Request


async def my_data(request: Request, ctx: Context) -> Reply:
    """Say what is kept and why, and offer to save or erase it."""
    del request
    t = ctx.t
    kept = await people.export(ctx.conn, ctx.person)
    own = [role_name(role, ctx) for role in sorted(ctx.roles, key=lambda r: (r.role, r.agency))]
    sent, others = len(kept["cases"]), len(kept["addresses"])
    lines = [
        t("your language and your number on this channel, so that I can answer"),
        *(
            [t("your other channels ({count}); /lienket shows them", count=others)]
            if others
            else []
        ),
        t(
            "this conversation ({count} messages), so that you find it again",
            count=len(kept["messages"]),
        ),
        t(
            "your questions ({count}), with ID and phone numbers covered, to make answers better",
            count=len(kept["questions"]),
        ),
        *([t("the feedback you sent ({count}), as you agreed", count=sent)] if sent else []),
        *([t("your tasks: {roles}", roles=", ".join(own))] if own else []),
    ]
    text = together(
        [
            bullets(t("This is kept of you"), lines),
            t(
                "Nobody else sees it but staff who answer or keep the bot running. It goes after a "
                "year by itself."
            ),
        ]
    )
    rows = [(Button(t("Save as a file"), "data:save"),)]
    if sent:
        rows.append((Button(t("Withdraw my consent for feedback"), "data:withdraw"),))
    rows.append((Button(t("Erase everything"), "data:erase"),))
    return Reply(text, tuple(rows))


async def act_on_data(request: Request, ctx: Context) -> Reply:
    """Do what the button says: save, ask before erasing, erase."""
    t = ctx.t
    match request.action.partition(":")[2]:
        case "save":
            kept = await people.export(ctx.conn, ctx.person)
            data = json.dumps(kept, ensure_ascii=False, indent=1).encode()
            file = File("motcua-du-lieu.json", "application/json", data)
            # Kept nowhere: a copy that is kept would be in the next copy, and double each time.
            text = t("Here is all that is kept of you.")
            return Reply(text, files=(file,), fresh=True, unkept=True)
        case "withdraw":
            text = t(
                "Withdraw your consent for feedback? What you wrote and the pictures are erased, "
                "and nobody can answer you any more. This cannot be undone."
            )
            return Reply(text, ((Button(t("Yes, withdraw it"), "data:withdraw-yes"),),))
        case "withdraw-yes":
            await forget_person(ctx.conn, ctx.person.id, ctx.now)
            await consents.withdraw(ctx.conn, ctx.person, "feedback", now=ctx.now)
            text = t("Withdrawn. Of your feedback only the figures are left, without you.")
            return Reply(text)
        case "erase":
            text = t("Erase everything I keep of you, tasks included? This cannot be undone.")
            return Reply(text, ((Button(t("Yes, erase everything"), "data:erase-yes"),),))
        case "erase-yes":
            for number in await people.numbers(ctx.conn, ctx.person):
                await audit.note(ctx.conn, audit.ERASED, str(number), actor=number, now=ctx.now)
            await forget_person(ctx.conn, ctx.person.id, ctx.now)
            await people.erase(ctx.conn, ctx.person)
            text = t("Everything I kept of you has been erased.")
            return Reply(text, erased=True, menu=ctx.menu_of(frozenset()))
    return ctx.old_button()
