"""Zalo Official Account: receives by webhook, acknowledges what is committed, sends replies."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

import httpx
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels import zalo_oa_read, zalo_oa_write
from bot.channels.channel import ClosedError, LaterError, Shows
from bot.channels.remembered import Remembered
from bot.channels.webhook import answer, read_body, read_json
from bot.channels.zalo_choices import Choices
from bot.channels.zalo_oa_call import Calls
from bot.channels.zalo_oa_files import fetch
from bot.channels.zalo_oa_read import Followed, Left, Said
from bot.channels.zalo_oa_sign import HEADER, Signer
from bot.channels.zalo_oa_token import Grant, Tokens
from bot.metrics import HEARD
from bot.outgoing import EXPIRES
from bot.pace import Pace
from bot.turn import Service, UnavailableError

LOG = logging.getLogger("motcua.zalo")
PATH = "/zalo/oa/webhook"
CONNECTIONS = 8
LOOKS = 600.0
"""Seconds between two looks at the tokens: they are renewed where nobody writes, too."""
NOTED = dt.timedelta(hours=1)
"""How long it counts that somebody is noted as reachable: another process may have closed it."""


class ZaloOA:
    """One Official Account of Zalo, as a channel."""

    name = zalo_oa_read.CHANNEL
    shows = Shows(zalo_oa_write.LIMIT)
    pace = Pace(per_second=1.5)  # the smaller package takes 100 calls a minute

    def __init__(
        self,
        service: Service,
        *,
        app_id: str,
        app_secret: str,
        oa_secret: str,
        refresh_token: str,
        base_url: str,
        oauth_url: str,
        pace: Pace | None = None,
    ) -> None:
        """Prepare; the refresh token is the first one, afterwards they are kept in the database."""
        self.service = service
        self.pace = pace or self.pace
        self.base_url = base_url
        self.signer = Signer(app_id, oa_secret)
        self.client = httpx.AsyncClient(
            timeout=httpx.Timeout(15, pool=20),
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=60),
        )
        grant = Grant(oauth_url, app_id, app_secret, refresh_token)
        self.tokens = Tokens(service.engine, self.client, grant, service.clock)
        self.calls = Calls(self.client, base_url, self.tokens)
        self.choices = Choices(service, self.name)
        self.open = Remembered[dt.datetime]()
        """Since when people are known to be reachable, so that not every message has to note it."""
        self.partly = Remembered[tuple[dt.datetime, int]]()
        """How much of a message in several parts has gone, so that a new try goes on from there."""
        self.turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> list[BaseRoute]:
        """Give the webhook's route."""
        return [Route(PATH, self._called, methods=["POST"])]

    async def run(self) -> None:
        """Keep the tokens alive until cancelled; what people write comes by the webhook."""
        while True:
            try:
                await self.tokens.access()
            except LaterError as later:
                LOG.warning("no token of Zalo", extra={"why": str(later)})
            await asyncio.sleep(LOOKS)

    async def close(self) -> None:
        """Close what is open, when nothing is to be sent any more."""
        await self.tokens.close()
        await self.client.aclose()

    async def send(self, user: str, body: Mapping[str, Any]) -> str:
        """Send one message, in several parts where needed; gives the last number of it."""
        try:
            with self.choices.showing(user, body):
                return await self._send_parts(user, body)
        except ClosedError:
            self.open.pop(user, None)
            raise

    async def _send_parts(self, user: str, body: Mapping[str, Any]) -> str:
        """Send all parts that an earlier try did not send."""
        key = f"{user} {hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
        now, number = self.service.clock(), ""
        begun, gone = self.partly.pop(key, (now, 0))
        if now - begun >= EXPIRES:  # the same words again, for another reason
            begun, gone = now, 0
        for at, step in enumerate(zalo_oa_write.steps(body, await self.choices.lang(user))):
            if at < gone:
                continue
            try:
                number = await self.calls.message(user, await self._message(step))
            except LaterError:
                self.partly[key] = begun, at
                raise
        return number

    async def _message(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """Make Zalo's message of one part; a file is uploaded first."""
        file = step.get("file")
        if file is None:
            return {"text": step["text"]}
        data = base64.b64decode(file["data"])
        mark = await self.calls.upload(step["kind"], file["name"], file["type"], data)
        if step["kind"] == "file":
            return {"attachment": {"type": "file", "payload": {"token": mark}}}
        shown = {"media_type": "image", "attachment_id": mark}
        payload = {"template_type": "media", "elements": [shown]}
        return {"text": step["text"], "attachment": {"type": "template", "payload": payload}}

    async def _called(self, http: HttpRequest) -> Response:
        """Take an event from the webhook; 200 only when it is committed."""
        data = await read_body(http)
        if data is None:
            return answer(413)
        header, told = http.headers.get(HEADER, ""), read_json(data)
        if told is None:
            return answer(400 if header else 403)
        if not self.signer.holds(header, data, told, self.service.clock()):
            LOG.warning("a call of the webhook is not signed by Zalo, or old")
            return answer(403)
        try:
            await self.take(told)
        except UnavailableError:
            return answer(503)
        HEARD.labels(self.name).set_to_current_time()
        return answer(200)

    async def take(self, told: Any) -> None:
        """Take one event; returns when it is committed, raises UnavailableError if it cannot."""
        match zalo_oa_read.read(told):
            case Followed(request):
                await self._take_in_turn(Said(request))
            case Said() as said:
                await self._take_in_turn(said)
            case Left(user):
                self.open.pop(user, None)
                await self.service.reachable(self.name, user, blocked=True)

    async def _take_in_turn(self, said: Said) -> None:
        """Take what one person sent in its order, though a picture takes longer than a word."""
        user = said.request.sender.user
        turn = self.turns.setdefault(user, asyncio.Lock())  # it goes with the last who holds it
        async with turn:
            request = await self.choices.read(said.request)
            await self.service.take(await fetch(self.client, request, said.attached, self.base_url))
            await self._note_open(user)

    async def _note_open(self, user: str) -> None:
        """Note that who writes takes messages again: Zalo's window is open for them."""
        now = self.service.clock()
        if user not in self.open or now - self.open[user] > NOTED:
            await self.service.reachable(self.name, user, blocked=False)
            self.open[user] = now
