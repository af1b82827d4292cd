"""Greets a person, follows the link they came by, and says what can be done here."""

from __future__ import annotations

from dataclasses import replace

from handlers import links
from handlers.answers.pieces import bullets, together
from handlers.context import Context
from handlers.invitation import offer
from handlers.message import Button, Reply, Request
from handlers.show import show_entry

EXAMPLES = (
    "procedure:dang-ky-khai-sinh",
    "procedure:cap-giay-chung-nhan-dat",
    "procedure:dang-ky-ho-kinh-doanh",
    "procedure:phan-anh-kien-nghi",
)
"""Procedures offered to somebody who has not asked anything yet."""


async def start(request: Request, ctx: Context) -> Reply:
    """Follow the link (`/start <what it carries>`), or say who speaks and offer beginnings."""
    told = request.text.strip().partition(" ")[2].strip()
    if code := links.invitation(told):
        return await offer(code, request, ctx)
    if (ref := links.entry(told)) in ctx.content.entries:
        return await show_entry(replace(request, action=f"show:{ref}"), ctx)
    return greeting(ctx)


async def help_(request: Request, ctx: Context) -> Reply:
    """Say what this person can do here, commands included."""
    del request
    reply = greeting(ctx)
    lines = [f"{name} – {about}" for name, about in ctx.menu_of(ctx.roles)]
    return replace(reply, text=together([reply.text, bullets(ctx.t("Commands"), lines)]))


def greeting(ctx: Context) -> Reply:
    """Say who speaks, what to ask and how, and offer a few beginnings."""
    t = ctx.t
    text = together(
        [
            t("Hello! I am Một Cửa, the province's assistant for public services."),
            bullets(
                t("You can ask me"),
                [
                    t("how a procedure is done: papers, steps, time, fee, where, online"),
                    t("who does what in the administrative-reform plan"),
                    t("where an office has moved since the mergers of 2025"),
                ],
            ),
            t("Just type your question as you would say it. I only answer from checked documents."),
        ]
    )
    rows = [
        (Button(ctx.content.title(ref, t.lang), f"show:{ref}"),)
        for ref in EXAMPLES
        if ref in ctx.content.entries
    ]
    other = "en" if t.lang == "vi" else "vi"
    return Reply(text, (*rows, (Button(OTHER_LANGUAGE[t.lang], f"lang:{other}"),)))


OTHER_LANGUAGE = {"vi": "English", "en": "Tiếng Việt"}
"""The other language, in its own words: who needs it cannot read this one."""
