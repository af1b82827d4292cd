"""Telegram: receives by polling or webhook, acknowledges what is committed, sends replies."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import Bot, LinkPreviewOptions, Update, User
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.channels import telegram_inline, telegram_read, telegram_write
from bot.channels.channel import Shows, waits
from bot.channels.telegram_files import fetch, send_files
from bot.channels.telegram_menu import set_menus
from bot.channels.telegram_read import WANTED, Moved, Reachable, Said, Searched
from bot.channels.webhook import answer, has_secret, read_body, read_json
from bot.deliver import AT_ONCE
from bot.metrics import HEARD
from bot.pace import Pace
from bot.turn import Service, Taken, UnavailableError

LOG = logging.getLogger("motcua.telegram")
CONNECTIONS = AT_ONCE
"""None waits for a connection after it was its turn to go; more would make httpcore slower, which
looks at every connection for each call."""
POLL_SECONDS = 30
SLOW = 0.6
"""Seconds after which the person sees that an answer is being written."""
MANY = 20
"""Messages in work at once from which on the sign is left out: each costs a call of its own."""
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name


class Telegram:
    """One bot of Telegram, as a channel."""

    name = telegram_read.CHANNEL
    shows = Shows(telegram_write.LIMIT)
    pace = Pace(per_second=26, per_chat=1, chat_burst=3)
    """Telegram takes about thirty a second; what is late on the way must not fill one too much."""

    def __init__(
        self,
        service: Service,
        token: str,
        base_url: str,
        *,
        webhook: str = "",
        secret: str = "",
        pace: Pace | None = None,
    ) -> None:
        """Prepare; `webhook` is the address people's Telegram calls, empty for polling."""
        self.service = service
        self.webhook = webhook
        self.secret = secret
        self.pace = pace or self.pace
        self.bot = Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=_requests(CONNECTIONS),
        )
        self.polls = _requests(8)
        self.me: User | None = None
        self.typing: set[asyncio.Task[None]] = set()

    def routes(self) -> list[BaseRoute]:
        """Give the webhook's route, where it is used."""
        return [Route("/telegram/webhook", self._called, methods=["POST"])] if self.webhook else []

    async def run(self) -> None:
        """Introduce ourselves, then receive until cancelled."""
        try:
            await self._introduce()
            await self._receive()
        finally:
            await self.polls.shutdown()

    async def close(self) -> None:
        """Close the connections, when nothing is to be sent any more."""
        await self.bot.shutdown()

    async def _receive(self) -> None:
        if self.webhook:
            await self._until_done(
                lambda: self.bot.set_webhook(
                    self.webhook, secret_token=self.secret, allowed_updates=WANTED
                )
            )
            await asyncio.Event().wait()
        await self._until_done(self.bot.delete_webhook)
        await self._poll()

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Send or edit one message; gives Telegram's number of it, raises DeliveryError."""
        try:
            if body.get("menu"):
                with contextlib.suppress(TelegramError):  # the answer matters, the menu is a help
                    await set_menus(self.bot, body["menu"], chat=int(user))
            if body.get("files"):
                return await send_files(self.bot, int(user), body)
            return await self._write(int(user), body)
        except TelegramError as error:
            raise telegram_write.meaning(error) from error

    async def _write(self, chat: int, body: Mapping[str, Any]) -> str:
        text = telegram_write.as_html(body["text"])
        buttons = telegram_write.keyboard(body)
        if body.get("edit"):
            with contextlib.suppress(BadRequest):
                return await self._edit(chat, int(body["edit"]), text, buttons)
        sent = await self.bot.send_message(
            chat,
            text,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(sent.message_id)

    async def _edit(self, chat: int, number: int, text: str, buttons: Any) -> str:
        try:
            await self.bot.edit_message_text(
                text,
                chat,
                number,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except BadRequest as error:
            if telegram_write.UNCHANGED not in str(error).lower():
                raise
        return str(number)

    async def _introduce(self) -> None:
        await self.polls.initialize()
        await self._until_done(self.bot.initialize)
        self.me = self.bot.bot
        with contextlib.suppress(TelegramError):
            await set_menus(self.bot)

    async def _until_done(self, call: Any) -> None:
        """Call until the platform is there; a wrong token ends the program."""
        for seconds in waits():
            try:
                await call()
            except InvalidToken:
                raise
            except TelegramError as error:
                LOG.warning("telegram does not answer", extra={"why": type(error).__name__})
                await asyncio.sleep(seconds)
            else:
                return

    async def _poll(self) -> None:
        """Ask for updates; the next question acknowledges what was committed before it."""
        offset = 0
        pauses = waits()
        while True:
            try:
                found = await self._updates(offset)
                HEARD.labels(self.name).set_to_current_time()
                await self._take_all(found)
            except (TelegramError, UnavailableError) as error:
                LOG.warning("updates wait", extra={"why": type(error).__name__})
                await asyncio.sleep(next(pauses))
            else:
                pauses = waits()
                offset = max([offset, *(_number(raw) + 1 for raw in found)])

    async def _updates(self, offset: int) -> Sequence[Any]:
        """Ask for raw updates: the library would stop for good at one it cannot read."""
        wanted = {
            "offset": offset,
            "timeout": POLL_SECONDS,
            "allowed_updates": json.dumps(WANTED),
        }
        url = f"{self.bot.base_url}/getUpdates?{urlencode(wanted)}"
        found = await self.polls.post(url, read_timeout=POLL_SECONDS + 10)
        return found if isinstance(found, list) else []

    async def _take_all(self, found: Sequence[Any]) -> None:
        """Take updates, chats side by side and each chat's in order; raises UnavailableError."""
        chats: dict[str, list[Update]] = {}
        for raw in found:
            update = telegram_read.parse(raw)
            if update is None:
                LOG.warning("an update cannot be read", extra={"update": _number(raw)})
                continue
            chat = update.effective_chat
            chats.setdefault(str(chat.id) if chat else "", []).append(update)
        done = await asyncio.gather(*map(self._take_chat, chats.values()), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                raise error

    async def _take_chat(self, updates: list[Update]) -> None:
        for update in updates:
            await self.take(update)

    async def take(self, update: Update) -> None:
        """Take one update; returns when it is committed, raises UnavailableError if it cannot."""
        try:
            await self._take(update)
        except UnavailableError:
            raise
        # The door: an update nobody foresaw would come again and again, and stop all behind it.
        except Exception:
            LOG.exception("an update cannot be taken", extra={"update": update.update_id})

    async def _take(self, update: Update) -> None:
        assert self.me is not None, "the bot has introduced itself"
        match telegram_read.read(update, self.me):
            case Said() as said:
                await self._said(said)
            case Searched() as searched:
                self._aside(telegram_inline.answer(self.bot, self.service, searched))
            case Reachable(user, blocked):
                await self.service.reachable(self.name, user, blocked=blocked)
            case Moved(old, new):
                await self.service.moved(self.name, old, new)

    async def _said(self, said: Said) -> None:
        request = await fetch(self.bot, said)
        sign = self._aside(self._typing(request.sender.user)) if not said.press else None
        taken = Taken()
        try:
            taken = await self.service.take(request)
        finally:
            if sign:
                sign.cancel()
            if said.press:
                self._aside(self._answer_press(said.press, taken.notice))

    async def _typing(self, user: str) -> None:
        await asyncio.sleep(SLOW)
        if len(self.typing) > MANY:
            return
        with contextlib.suppress(TelegramError):
            await self.bot.send_chat_action(int(user), ChatAction.TYPING)

    async def _answer_press(self, press: str, notice: str) -> None:
        """Stop the button's waiting sign; a press too old to be answered needs no answer."""
        with contextlib.suppress(TelegramError):
            await self.bot.answer_callback_query(press, notice[: telegram_write.NOTICE] or None)

    def _aside(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self.typing.add(task)
        task.add_done_callback(self.typing.discard)
        return task

    async def _called(self, http: HttpRequest) -> Response:
        """Take an update from the webhook; 200 only when it is committed."""
        if not has_secret(http, SECRET_HEADER, self.secret):
            return answer(403)
        data = await read_body(http)
        raw = read_json(data) if data is not None else None
        if raw is None:
            return answer(413 if data is None else 400)
        if self.me is None:
            return answer(503)
        update = telegram_read.parse(raw)
        if update is not None:
            try:
                await self.take(update)
            except UnavailableError:
                return answer(503)
        HEARD.labels(self.name).set_to_current_time()
        return answer(200)


def _requests(connections: int) -> HTTPXRequest:
    limits = httpx.Limits(max_connections=connections, keepalive_expiry=60)
    return HTTPXRequest(
        connections, pool_timeout=20, read_timeout=15, httpx_kwargs={"limits": limits}
    )


def _number(raw: Any) -> int:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else 0
