"""/lienket: makes two channels one person: a code here, typed there, looked over, then joined."""

from __future__ import annotations

import datetime as dt
import hashlib

from content.catalogue import Translator, msg, translator
from db import audit, limits, linked, people, roles
from db.people import Person
from handlers.answers.pieces import bullets, together
from handlers.context import Context
from handlers.invitation import role_name
from handlers.message import Address, Button, Letter, Reply, Request

GUESSES = 5
"""Codes a person may try in an hour: more is guessing."""
AN_HOUR = dt.timedelta(hours=1)
CHANNELS = {
    "telegram": "Telegram",
    "zalo-oa": "Zalo",
    "zalo-bot": "Zalo Bot",
    "web": msg("web chat"),
    "terminal": msg("terminal"),
}
"""What each channel is called."""


async def link_channel(request: Request, ctx: Context) -> Reply:
    """Give a code and say what is linked, or look at the code typed after the command."""
    told = request.text.strip().partition(" ")[2].strip()
    if told:
        return await _offer(told, request, ctx)
    t = ctx.t
    code = await linked.make_code(ctx.conn, ctx.person, now=ctx.now)
    minutes = int(linked.VALID.total_seconds() // 60)
    addresses = await people.addresses(ctx.conn, ctx.person)
    here = request.sender.channel, request.sender.user
    names = [
        called(one[0], t) if one != here else t("{channel} (here)", channel=called(one[0], t))
        for one in addresses
    ]
    text = together(
        [
            bullets(t("Your account is on"), names),
            t(
                "To use the same account on another channel, write to me there within {minutes} "
                "minutes: /lienket {code}",
                minutes=minutes,
                code=f"{code[:4]}-{code[4:]}",
            ),
            t("Give this code to nobody: whoever types it sees all that is yours here."),
        ]
    )
    rows = tuple(
        (Button(t("Unlink {channel}", channel=name), f"link:part:{_mark(*one)}"),)
        for one, name in zip(addresses, names, strict=True)
        if len(addresses) > 1
    )
    return Reply(text, rows, unkept=True)


async def act_on_link(request: Request, ctx: Context) -> Reply:
    """Do what the button says: join, leave it, take a channel away."""
    verb, _, told = request.action.partition(":")[2].partition(":")
    match verb:
        case "yes":
            return await _join(told, request, ctx)
        case "no":
            return Reply(ctx.t("Nothing was changed."), unkept=True)
        case "part":
            return await _part(told, request, ctx)
    return ctx.old_button()


async def _offer(code: str, request: Request, ctx: Context) -> Reply:
    """Say what would become one, and ask."""
    t = ctx.t
    if not await limits.hit(
        ctx.conn, ctx.person, "link", now=ctx.now, window=AN_HOUR, most=GUESSES
    ):
        return Reply(t("Too many codes were tried. Please wait an hour."), unkept=True)
    other = await linked.find(ctx.conn, code, now=ctx.now)
    if other is None:
        return _no_code(ctx)
    if other.id == ctx.person.id:
        return Reply(t("This code is your own: please type it on the other channel."), unkept=True)
    since = await people.came(ctx.conn, other)
    text = together(
        [
            t(
                "This account ({here}) and your account on {there}, there since {date}, become "
                "one. You see the same on both, and I write to you where you wrote last.",
                here=called(request.sender.channel, t),
                there=called(other.channel, t),
                date=t.date(since.date()),
            ),
            bullets(t("What goes along from here"), await _belongings(ctx)),
            t(
                "Agree only if you fetched the code yourself a moment ago: whoever gave it to you "
                "would see all of this."
            ),
        ]
    )
    plain = "".join(char for char in code if char.isalnum())[: linked.LENGTH]
    rows = (
        (Button(t("Yes, make them one"), f"link:yes:{plain}"),),
        (Button(t("No, leave it"), "link:no"),),
    )
    return Reply(text, rows, unkept=True)


async def _belongings(ctx: Context) -> list[str]:
    t = ctx.t
    kept = await people.export(ctx.conn, ctx.person)
    held = [role_name(role, ctx) for role in sorted(ctx.roles, key=lambda r: (r.role, r.agency))]
    return [
        t("this conversation ({count} messages)", count=len(kept["messages"])),
        t("your questions ({count})", count=len(kept["questions"])),
        t(
            "your feedback ({count}); what was sent anonymously stays anonymous",
            count=len(kept["cases"]),
        ),
        t("what you subscribed to ({count})", count=len(kept["topics"])),
        *([t("your tasks: {roles}", roles=", ".join(held))] if held else []),
    ]


async def _join(code: str, request: Request, ctx: Context) -> Reply:
    """Join the two, once, and tell both sides."""
    t, here = ctx.t, request.sender.channel
    other = await linked.use(ctx.conn, code, now=ctx.now)
    if other is None or other.id == ctx.person.id:
        return _no_code(ctx)
    both = ctx.roles | await roles.of(ctx.conn, other)
    ended = ctx.dialog is not None and await linked.has_form(ctx.conn, other)
    await linked.join(ctx.conn, ctx.person, other)
    await audit.note(
        ctx.conn,
        "channels joined",
        str(other.id),
        actor=ctx.person.id,
        now=ctx.now,
        channel=here,
        before=str(ctx.person.id),
    )
    parts = [
        t("Done: this is one account now with the one on {there}.", there=called(other.channel, t)),
        t("What you had begun to fill in here has ended; nothing of it was sent.") if ended else "",
        t("/lienket shows your channels and takes one away."),
    ]
    letters = (_letter(other, f"joined:{ctx.person.id}", _joined(here, other), ctx),)
    return Reply(together(parts), letters=letters, unkept=True, fresh=True, menu=ctx.menu_of(both))


async def _part(mark: str, request: Request, ctx: Context) -> Reply:
    """Take one address away, and tell the ones that stay."""
    addresses = await people.addresses(ctx.conn, ctx.person)
    meant = [one for one in addresses if _mark(*one) == mark]
    if not meant or not await linked.part(ctx.conn, ctx.person, *meant[0]):
        return ctx.old_button()
    channel, user = meant[0]
    await audit.note(
        ctx.conn,
        "channel taken away",
        str(ctx.person.id),
        actor=ctx.person.id,
        now=ctx.now,
        channel=channel,
    )
    stays = await people.by_id(ctx.conn, ctx.person.id)
    letters: tuple[Letter, ...] = ()
    if stays and (request.sender.channel, request.sender.user) != (stays.channel, stays.user):
        letters = (
            _letter(
                stays, f"parted:{_mark(channel, user)}", _gone(channel, translator(stays.lang)), ctx
            ),
        )
    return Reply(_gone(channel, ctx.t), letters=letters, unkept=True, fresh=True)


def _joined(channel: str, person: Person) -> str:
    t = translator(person.lang)
    return t(
        "{channel} now belongs to this account too. If that was not you, type /lienket and take it "
        "away.",
        channel=called(channel, t),
    )


def _gone(channel: str, t: Translator) -> str:
    return t("{channel} does not belong to this account any more.", channel=called(channel, t))


def called(channel: str, t: Translator) -> str:
    """Name a channel."""
    return t(CHANNELS.get(channel, channel))


def _mark(channel: str, user: str) -> str:
    """Name an address so that it fits a button and shows nobody's number."""
    return hashlib.sha256(f"{channel} {user}".encode()).hexdigest()[:16]


def _letter(person: Person, about: str, text: str, ctx: Context) -> Letter:
    key = f"link:{about}:{ctx.now.isoformat()}:{person.id}"
    return Letter(person.id, Address(person.channel, person.user), key, text)


def _no_code(ctx: Context) -> Reply:
    text = ctx.t(
        "This code is not known, was used, or is over. Please send /lienket on the other channel "
        "for a new one."
    )
    return Reply(text, unkept=True)
