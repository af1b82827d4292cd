"""What staff get on the web without asking: the calendar feed, reminders in the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar

from bot.channels import webchat
from bot.channels.inbox import Inbox
from bot.deliver import Deliverer
from bot.library import Library
from bot.web import make_app
from db import messages, people
from tests.office import Office

BODY = "so-tu-phap"


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    with Office(library, tmp_path) as office:
        office.person("hoa", "focal", BODY)
        office.tick()
        yield office


def fetch(office: Office, path: str) -> httpx.Response:
    """Read a page of the office's web server."""
    talk = office.talks["an"]
    app = make_app(talk.service, webchat.routes(talk.service))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return talk.wait(get())


def feed_of(office: Office, user: str) -> str:
    """Give the address of somebody's feed, as /lich tells it."""
    said = office.talks[user].say("/lich")
    return next(word for word in said.split() if word.startswith("/calendar/"))


def test_a_feed_has_the_days_that_count_and_follows_them(office: Office) -> None:
    address = feed_of(office, "hoa")
    calendar = Calendar.from_ical(fetch(office, address).content)
    events = {str(e["uid"]): str(e.decoded("dtstart")) for e in calendar.walk("VEVENT")}
    assert events[f"quy-1-2026-{BODY}@motcua"] == "2026-03-16"
    office.person("binh", "coordinator")
    office.at("2026-03-09")
    office.talks["binh"].send("board:due:quy-1/2026")
    office.talks["binh"].say("18/3")
    office.talks["binh"].press("Có, đổi hạn")
    moved = Calendar.from_ical(fetch(office, address).content)
    events = {str(e["uid"]): str(e.decoded("dtstart")) for e in moved.walk("VEVENT")}
    assert events[f"quy-1-2026-{BODY}@motcua"] == "2026-03-18"


def test_the_address_stays_and_ends_with_the_role(office: Office) -> None:
    address = feed_of(office, "hoa")
    assert feed_of(office, "hoa") == address
    office.leaves("hoa")
    assert fetch(office, address).status_code == 404


@pytest.mark.parametrize("name", ["1-00000000", "x", "1-", "-1-abc", "²-abc", "9" * 40 + "-a"])
def test_no_feed_can_be_guessed(office: Office, name: str) -> None:
    feed_of(office, "hoa")
    assert fetch(office, f"/calendar/{name}.ics").status_code == 404


def test_a_reminder_stands_in_the_conversation_on_the_web(office: Office) -> None:
    office.at("2026-03-09")
    talk = office.talks["an"]
    inbox = Inbox("web", talk.engine, talk.service.clock)
    deliverer = Deliverer(talk.engine, inbox, talk.service.clock)

    async def deliver() -> None:
        while await deliverer.take_due():
            await asyncio.gather(*deliverer.tasks)

    talk.wait(deliver())
    assert [sent.state for sent in office.sent("hoa")] == ["sent"]
    hoa = office.talks["hoa"]
    hoa.say("/baocao")

    async def history() -> list[str]:
        async with hoa.engine.begin() as conn:
            person = await people.find(conn, "web", "hoa")
            assert person is not None
            return [m.text for m in await messages.history(conn, person)]

    assert any("Còn năm ngày làm việc" in text for text in hoa.wait(history()))


def test_the_page_asks_only_for_what_is_new(office: Office) -> None:
    assert fetch(office, "/api/chat?after=5").json()["messages"] == []
    assert fetch(office, "/api/chat?after=x").status_code == 200


def test_readiness_tells_the_last_tick(office: Office) -> None:
    told = fetch(office, "/readyz").json()
    assert told["ready"] is True
    assert told["last_tick"].startswith("2026-03-01")
