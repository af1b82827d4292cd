"""One person on several channels: linking by code, what follows, taking one away."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.library import Library
from db import linked, people, schema
from db.people import Person
from db.schema_cases import cases
from tests.office import Office
from tests.talk import Talk

LAMP = "Đèn đường trước nhà tôi ở ấp 3 tắt cả tháng nay, tối đi nguy hiểm."


@pytest.fixture
def office(library: Library, tmp_path: Path) -> Iterator[Office]:
    """Give people on one database: an on the web, and others."""
    with Office(library, tmp_path) as office:
        office.person("lan")
        office.person("lan-zalo")
        yield office


def code_of(talk: Talk) -> str:
    """Fetch a code."""
    found = re.search(r"/lienket (\S{4}-\S{4})", talk.say("/lienket"))
    assert found
    return found[1]


def join(first: Talk, second: Talk) -> str:
    """Link the second to the first."""
    second.say(f"/lienket {code_of(first).lower()}")
    return second.press("Đồng ý")


def who(talk: Talk, user: str = "") -> Person:
    """Look a person up by where they write."""

    async def found() -> Person | None:
        async with talk.engine.begin() as conn:
            return await people.find(conn, "web", user or talk.user)

    person = talk.wait(found())
    assert person
    return person


def rows(talk: Talk, statement: sa.Select[Any]) -> list[Any]:
    """Read the database."""

    async def read() -> list[Any]:
        async with talk.engine.begin() as conn:
            return list((await conn.execute(statement)).all())

    return talk.wait(read())


def send_feedback(talk: Talk) -> None:
    talk.say("/phananh")
    talk.press("Phản ánh")
    talk.say(LAMP)
    talk.press("Tôi đồng ý")


def test_what_is_kept_of_both_is_one_persons(office: Office) -> None:
    lan, zalo = office.talks["lan"], office.talks["lan-zalo"]
    lan.say("cảm ơn")
    send_feedback(zalo)
    office.person("lan-zalo", "handler", "ubnd-cap-xa")
    asked = zalo.say(f"/lienket {code_of(lan)}")
    assert "phản ánh, kiến nghị của anh/chị (1)" in asked
    assert "chính anh/chị vừa lấy mã" in asked
    assert "Đã xong" in zalo.press("Đồng ý")
    assert who(lan) == who(zalo)
    assert "chưa gửi" not in lan.say("/cuatoi")
    assert len(lan.buttons) == 1
    assert "/hopthu" in lan.say("/help")
    told = [row.body["text"] for row in rows(lan, sa.select(schema.outbox))]
    assert [text for text in told if "vừa được nối vào tài khoản này" in text]
    noted = rows(
        lan, sa.select(schema.audit.c.target).where(schema.audit.c.act == "channels joined")
    )
    assert [row.target for row in noted] == [str(who(lan).id)]
    zalo.say("/en")
    assert "Hello" in lan.say("/start")


def test_a_code_works_once_for_a_while_and_is_not_guessed(office: Office) -> None:
    lan, zalo, an = (office.talks[name] for name in ("lan", "lan-zalo", "an"))
    code = code_of(lan)
    assert "của chính anh/chị" in lan.say(f"/lienket {code}")
    zalo.say(f"/lienket {code}")
    an.say(f"/lienket {code}")
    zalo.press("Đồng ý")
    assert "đã dùng" in an.press("Đồng ý")
    late = code_of(lan)
    office.now += linked.VALID + dt.timedelta(seconds=1)
    assert "hết hạn" in an.say(f"/lienket {late}")
    for _ in range(5):
        said = an.say("/lienket ABCD-EFGH")
    assert "Quá nhiều mã" in said or "nhiều mã" in said
    assert who(an) != who(lan)


def test_no_code_stays_in_the_database(office: Office) -> None:
    lan = office.talks["lan"]
    code = code_of(lan)
    office.talks["lan-zalo"].say(f"/lienket {code}")
    for table in (schema.messages, schema.outbox):
        assert code not in str(rows(lan, sa.select(table)))


def test_forms_subscriptions_and_anonymous_feedback(office: Office) -> None:
    lan, zalo = office.talks["lan"], office.talks["lan-zalo"]
    zalo.say("/phananh")
    zalo.press("Phản ánh")
    join(lan, zalo)
    assert "sắp gửi" in lan.say(LAMP)  # the form goes on, on either side
    assert zalo.say("/huy")
    an = office.talks["an"]
    for talk in (lan, an):
        talk.say("/phananh")
        talk.press("Góp ý")
    assert "đang khai dở ở đây đã dừng" in join(lan, an)


@pytest.mark.parametrize("own", [True, False])
def test_taking_a_channel_away(office: Office, *, own: bool) -> None:
    lan, zalo = office.talks["lan"], office.talks["lan-zalo"]
    send_feedback(lan)
    join(lan, zalo)
    first = who(lan)
    zalo.say("/lienket")
    assert len(zalo.buttons) == 2
    wanted = next(b["action"] for b in zalo.buttons if ("kênh này" in b["label"]) is own)
    assert "không còn thuộc" in zalo.send(wanted)
    stays, goes = (lan, zalo) if own else (zalo, lan)
    assert who(stays).id == first.id
    assert who(goes).id != first.id
    assert "chưa gửi" in goes.say("/cuatoi")
    assert len(rows(stays, sa.select(cases).where(cases.c.person_id == first.id))) == 1
    stays.say("/lienket")
    assert not stays.buttons


def test_erasing_erases_every_channel(office: Office) -> None:
    lan, zalo = office.talks["lan"], office.talks["lan-zalo"]
    lan.say("cảm ơn")
    zalo.say("cảm ơn")
    join(lan, zalo)
    zalo.say("/dulieu")
    zalo.press("Xóa tất cả")
    zalo.press("Có, xóa tất cả")
    assert rows(lan, sa.select(schema.people)) == []
    erased = sa.select(schema.audit).where(schema.audit.c.act == "person erased")
    assert len(rows(lan, erased)) == 2
