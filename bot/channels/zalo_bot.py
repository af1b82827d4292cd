"""Zalo Bot Platform: receives by polling or webhook, writes down what it received, sends text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels import zalo_bot_read
from bot.channels.channel import ClosedError, LaterError, Shows, waits
from bot.channels.webhook import answer, has_secret, read_body, read_json
from bot.channels.zalo_bot_call import Alarm, Api, Failed, ZaloError, ZaloTokenError, meaning, why
from bot.channels.zalo_bot_pending import Pending
from bot.channels.zalo_choices import Choices
from bot.channels.zalo_text import messages
from bot.metrics import HEARD
from bot.pace import Pace
from bot.turn import Service, UnavailableError
from handlers.message import Request

LOG = logging.getLogger("motcua.zalo")
LIMIT = 2000
"""Characters of one message; in UTF-16 units, the stricter of two readings."""
POLL_SECONDS = 30
"""Seconds Zalo may hold a poll; our patience comes on top."""
QUICK = 1.0
"""A poll that brings nothing lasts longer than this; else the next one waits."""
SECRET_HEADER = "x-bot-api-secret-token"  # noqa: S105 - the header's name
PATH = "/zalo/bot/webhook"
NO_NEWS, BAD_TOKEN, DAILY_LIMIT = 408, 401, 426


class ZaloBot:
    """One bot of the Zalo Bot Platform, as a channel."""

    name = zalo_bot_read.CHANNEL
    shows = Shows(LIMIT)
    # Zalo tells no rate. This is slow enough for any, and fast enough for its fifty people.
    pace = Pace(per_second=5, per_chat=1, chat_burst=3)

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
        """Prepare; `webhook` is the address Zalo calls, empty for polling."""
        self.service = service
        self.webhook = webhook
        self.secret = secret
        self.pace = pace or self.pace
        self.api = Api(token, base_url)
        self.alarm = Alarm()
        self.choices = Choices(service, self.name)
        self.pending = Pending(service.engine)
        self.known_as = ""
        self.begun: dict[str, tuple[list[str], int]] = {}
        self.reached: set[str] = set()
        self.taking: asyncio.Task[None] | None = None

    def routes(self) -> list[BaseRoute]:
        """Give the webhook's route, where it is used."""
        return [Route(PATH, self._called, methods=["POST"])] if self.webhook else []

    async def run(self) -> None:
        """Introduce ourselves, then receive until cancelled; raises ZaloTokenError."""
        me = await self._until_done(lambda: self.api.call("getMe"))
        self.known_as = str(me.get("account_name", "")) if isinstance(me, dict) else ""
        await self._again(self._take_pending)
        if self.webhook:
            await self._set_webhook()
            await asyncio.Event().wait()
        # While a webhook is set, polls bring nothing and say nothing.
        await self._until_done(
            lambda: self.api.call("deleteWebhook"), go_on=(400, 404, DAILY_LIMIT)
        )
        await self._poll()

    async def close(self) -> None:
        """Close the connections, when nothing is to be sent any more."""
        if self.taking:
            self.taking.cancel()
            await asyncio.gather(self.taking, return_exceptions=True)
        await self.api.close()

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Send one message; gives Zalo's number of the last part of it, raises DeliveryError."""
        with self.choices.showing(user, body):
            return await self._send_parts(user, body)

    async def _send_parts(self, user: str, body: Mapping[str, Any]) -> str:
        """Send all parts that an earlier try did not send."""
        number = ""
        texts = messages(body, await self._lang(user, body), self.shows.limit)
        told, done = self.begun.pop(user, ([], 0))
        for at, text in enumerate(texts):
            if told == texts and at < done:
                continue  # a try before this one failed further on
            try:
                number = await self._write(user, text)
            except Exception:
                self.begun[user] = (texts, at)
                raise
        return number

    async def _write(self, user: str, text: str) -> str:
        try:
            # No parse_mode: the text may hold people's own words.
            sent = await self.api.call("sendMessage", chat_id=user, text=text)
        except Failed as error:
            meant = meaning(error)
            if isinstance(meant, LaterError) and meant.all_chats:
                self.alarm.ring(str(meant))
            if isinstance(meant, ClosedError):
                self.reached.discard(user)
            raise meant from None
        self.alarm.over()
        return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""

    async def _lang(self, user: str, body: Mapping[str, Any]) -> str:
        """Give the person's language, where the channel has words of its own to say."""
        if not body.get("buttons") and not body.get("files"):
            return "vi"
        return await self.choices.lang(user)

    async def _set_webhook(self) -> None:
        """Say where to call; Zalo keeps the address even if it could not reach it."""
        told = await self._until_done(
            lambda: self.api.call("setWebhook", url=self.webhook, secret_token=self.secret),
            go_on=(DAILY_LIMIT,),  # the address that was set before holds
        )
        check = told.get("verification") if isinstance(told, dict) else None
        if isinstance(check, dict) and check.get("ok") is False:
            LOG.warning("Zalo cannot reach the webhook", extra={"why": str(check.get("outcome"))})

    async def _until_done(
        self, call: Callable[[], Awaitable[Any]], go_on: Sequence[int] = ()
    ) -> Any:
        """Call until it is done, or refused with one of some codes; raises ZaloTokenError."""
        for seconds in waits():
            try:
                return await call()
            except Failed as error:
                LOG.warning("Zalo does not answer", extra={"why": why(error)})
                code = error.code if isinstance(error, ZaloError) else None
                if code == BAD_TOKEN:
                    raise ZaloTokenError("Zalo does not know this BOT_ZALO_BOT_TOKEN") from None
                if code in go_on:
                    return None
                await asyncio.sleep(seconds)
        raise AssertionError("the waits never end")

    async def _poll(self) -> None:
        """Ask for one update after the other; each is handled before the next is asked for.

        Zalo hands an update out once. It is written down first, so that a crash loses nothing.
        """
        pauses = waits()
        while True:
            try:
                raw = await self._ask()
            except Failed as error:
                if isinstance(error, ZaloError) and error.code == BAD_TOKEN:
                    self.alarm.ring("token")
                LOG.warning("updates wait", extra={"why": why(error)})
                await asyncio.sleep(next(pauses))
                continue
            pauses = waits()
            HEARD.labels(self.name).set_to_current_time()
            if raw:
                # Even if another process asks from now on: only we have got this one.
                self.taking = asyncio.create_task(self._take_raw(raw))
                await asyncio.shield(self.taking)

    async def _ask(self) -> Any:
        """Poll once; gives an update, or None where there is no news."""
        begun = monotonic()
        try:
            raw = await self.api.call("getUpdates", longer=POLL_SECONDS, timeout=str(POLL_SECONDS))
        except ZaloError as error:
            if error.code != NO_NEWS:
                raise
            raw = None
        if not raw and monotonic() - begun < QUICK:
            await asyncio.sleep(QUICK)
        return raw

    async def _take_raw(self, raw: Any) -> None:
        request = zalo_bot_read.read(raw, self.known_as)
        if request is None:
            LOG.warning("an update cannot be read")
            return
        await self._again(lambda: self._write_down(request))
        await self._again(self._take_pending)

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it until the database lets it be done."""
        for seconds in waits():
            try:
                await work()
            except UnavailableError as error:
                LOG.warning("updates wait", extra={"why": type(error).__name__})
                await asyncio.sleep(seconds)
            else:
                return

    async def _write_down(self, request: Request) -> None:
        """Keep an update until it is handled; the choice it makes is what the person sees now."""
        await self.pending.put(await self.choices.read(request))

    async def _take_pending(self) -> None:
        """Handle what was written down, and forget it; what was handled before counts once."""
        erased = False
        try:
            request = await self.pending.get()
            if request is None:
                return
            erased = await self._take(request)
        except UnavailableError:
            raise
        # The door: an update nobody foresaw must not come again at every start.
        except Exception:
            LOG.exception("an update makes no sense")
        await self.pending.clear(erased=erased)

    async def _take(self, request: Request) -> bool:
        """Hand a request over; tells whether none of it may stay. Raises UnavailableError."""
        taken = await self.service.take(request)
        user = request.sender.user
        if user not in self.reached:  # who writes takes messages again
            await self.service.reachable(self.name, user, blocked=False)
            self.reached.add(user)
        return taken.passing

    async def _called(self, http: HttpRequest) -> Response:
        """Take an update from the webhook; 200 only when it is committed."""
        if not has_secret(http, SECRET_HEADER, self.secret):
            return answer(403)
        data = await read_body(http)
        raw = read_json(data) if data is not None else None
        if raw is None:
            return answer(413 if data is None else 400)
        request = zalo_bot_read.read(raw, self.known_as)
        if request is not None:
            try:
                await self._take(await self.choices.read(request))
            except UnavailableError:
                return answer(503)
        HEARD.labels(self.name).set_to_current_time()
        return answer(200)
