"""Runs the channels beside the web server: receiving, delivering, ticking, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from bot.channels import webchat
from bot.channels.channel import Channel
from bot.channels.inbox import Inbox
from bot.channels.telegram import Telegram
from bot.channels.terminal import CHANNEL as TERMINAL
from bot.deliver import Deliverer
from bot.jobs import ticking
from bot.sealing import open_sealer
from bot.settings import Settings
from bot.turn import Service

LOG = logging.getLogger("motcua.running")
PATIENCE = 20.0
"""Seconds given to what is in flight when the program is told to stop."""


def make_channels(service: Service, settings: Settings) -> list[Channel]:
    """Make the channels whose settings are there, each with its deliverer."""
    channels: list[Channel] = []
    token = settings.telegram_token.get_secret_value()
    if token:
        by_webhook = settings.telegram_mode == "webhook"
        channels.append(
            Telegram(
                service,
                token,
                settings.telegram_base_url,
                webhook=f"{settings.public_url}/telegram/webhook" if by_webhook else "",
                secret=settings.telegram_secret.get_secret_value(),
            )
        )
    sealer = open_sealer(settings.data_dir)
    service.seal = sealer.seal
    for channel in channels:
        deliverer = Deliverer(service.engine, channel, service.clock, sealer.unseal)
        service.deliverers[channel.name] = deliverer
    service.inboxes = [
        Deliverer(service.engine, inbox, service.clock, sealer.unseal)
        for inbox in (
            Inbox(name, service.engine, service.clock) for name in (webchat.CHANNEL, TERMINAL)
        )
    ]
    return channels


@contextlib.asynccontextmanager
async def running(
    service: Service, channels: Sequence[Channel], ended: Callable[[BaseException], None]
) -> AsyncIterator[None]:
    """Receive and deliver while the block runs; `ended` is told why a channel gave up."""
    receiving = [_begin(channel.run(), ended) for channel in channels]
    senders = [*service.deliverers.values(), *service.inboxes]
    delivering = [_begin(deliverer.run(), ended) for deliverer in senders]
    async with ticking(service):
        try:
            yield
        finally:
            await _stop(receiving)
            await _stop(delivering)
            drains = [deliverer.drain() for deliverer in senders]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*drains), PATIENCE)
            for channel in channels:
                await channel.close()


def _begin(
    work: Coroutine[Any, Any, None], ended: Callable[[BaseException], None]
) -> asyncio.Task[None]:
    task = asyncio.create_task(work)

    def look(done: asyncio.Task[None]) -> None:
        error = None if done.cancelled() else done.exception()
        if error:
            ended(error)

    task.add_done_callback(look)
    return task


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
