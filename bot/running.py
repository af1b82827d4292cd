"""Runs the channels beside the web server: receiving, delivering, ticking, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from bot import erased
from bot.channels import webchat
from bot.channels.channel import Channel
from bot.channels.inbox import Inbox
from bot.channels.telegram import Telegram
from bot.channels.terminal import CHANNEL as TERMINAL
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOA
from bot.deliver import Deliverer
from bot.jobs import ticking
from bot.post import Post
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
    channels += _zalo(service, settings)
    sealer = open_sealer(settings.data_dir)
    service.seal = sealer.seal
    service.erased = settings.data_dir / erased.FILE
    post = Post(service.engine)
    for channel in channels:
        deliverer = Deliverer(service.engine, channel, service.clock, sealer.unseal, post)
        service.deliverers[channel.name] = deliverer
    service.inboxes = [
        Deliverer(service.engine, inbox, service.clock, sealer.unseal, post)
        for inbox in (
            Inbox(name, service.engine, service.clock) for name in (webchat.CHANNEL, TERMINAL)
        )
    ]
    return channels


def _zalo(service: Service, settings: Settings) -> list[Channel]:
    """Make the channels of Zalo whose settings are there."""
    channels: list[Channel] = []
    if settings.zalo_oa_app_id:
        channels.append(
            ZaloOA(
                service,
                app_id=settings.zalo_oa_app_id,
                app_secret=settings.zalo_oa_app_secret.get_secret_value(),
                oa_secret=settings.zalo_oa_secret.get_secret_value(),
                refresh_token=settings.zalo_oa_refresh_token.get_secret_value(),
                base_url=settings.zalo_oa_base_url,
                oauth_url=settings.zalo_oa_oauth_url,
            )
        )
    token = settings.zalo_bot_token.get_secret_value()
    if token:
        by_webhook = settings.zalo_bot_mode == "webhook"
        channels.append(
            ZaloBot(
                service,
                token,
                settings.zalo_bot_base_url,
                webhook=f"{settings.public_url}/zalo/bot/webhook" if by_webhook else "",
                secret=settings.zalo_bot_secret.get_secret_value(),
            )
        )
    return channels


@contextlib.asynccontextmanager
async def running(
    service: Service, channels: Sequence[Channel], ended: Callable[[BaseException], None]
) -> AsyncIterator[None]:
    """Receive and deliver while the block runs; `ended` is told why a channel gave up."""
    senders = [*service.deliverers.values(), *service.inboxes]
    posts = {deliverer.post for deliverer in senders}
    keeping = [_begin(post.keep(), ended) for post in posts if not post.alone]
    receiving = [_begin(_receive(service, channel), ended) for channel in channels]
    delivering = [_begin(sender.post.while_held(sender.run), ended) for sender in senders]
    async with ticking(service):
        try:
            yield
        finally:
            await _stop(receiving)
            await _stop(delivering)
            drains = [deliverer.drain() for deliverer in senders]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*drains), PATIENCE)
            await _stop(keeping)
            for post in posts:
                await post.leave()
            for channel in channels:
                await channel.close()


async def _receive(service: Service, channel: Channel) -> None:
    """Receive; a platform that is asked for its updates is asked by one process at a time."""
    if channel.routes():
        await channel.run()
    else:
        await service.deliverers[channel.name].post.while_held(channel.run)


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
