"""Greets a person at the first message, and lists what the bot can do at /start and /help."""

from __future__ import annotations

from handlers.answers.pieces import bullets, together
from handlers.context import Context
from handlers.message import Button, Reply, Request

EXAMPLES = (
    "procedure:dang-ky-khai-sinh",
    "procedure:cap-giay-chung-nhan-dat",
    "procedure:dang-ky-ho-kinh-doanh",
    "procedure:phan-anh-kien-nghi",
)
"""Procedures offered to somebody who has not asked anything yet."""


async def start(request: Request, ctx: Context) -> Reply:
    """Say who speaks, what to ask and how, and offer a few beginnings."""
    del request
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
