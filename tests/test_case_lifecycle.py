"""Citizens, handlers, a coordinator and people who cheat do what they like: no figure flatters."""

from __future__ import annotations

import datetime as dt
import functools
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.case_clock import tick_cases
from bot.library import Library, open_library
from content.whole import HERE
from db import case_log
from handlers.cases.codes import read_code
from handlers.cases.figures import figures
from handlers.cases.story import Story, tell
from tests.case_lives import CLOCK
from tests.conftest import ROOT
from tests.office import Office
from tests.talk import Talk
from tests.test_outbox_any_order import new_database

__all__ = ["TestLifecycle"]
BODY, OTHER = "ubnd-cap-xa", "so-xay-dung"
CITIZENS = ("an", "be", "vo-danh")
STAFF = ("hoa", "xau", "binh")
"""A handler, one of the same body who cheats, and the coordinator."""
VERBS = ("start", "answer", "ask", "note", "extend", "hand", "merge", "spam", "redact", "assign")
OUTCOMES = ("fixed", "explained", "not-ours", "not-fixed")
REASONED = ("handed-on", "extended", "spam", "answered", "rejected")
"""Acts that say nothing without words."""
FOR_CITIZENS = ("confirmed", "rejected", "rated", "withdrawn", "told", "received")


@functools.cache
def library() -> Library:
    return open_library(HERE, ROOT / "data")


class Lifecycle(RuleBasedStateMachine):
    """The whole life of feedback, through the same handlers people reach."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        (Path(self.folder.name) / "talk.db").write_bytes(new_database())
        self.office = Office(library(), Path(self.folder.name)).__enter__()
        self.office.set("2026-03-02", "09:00")
        for user in CITIZENS:
            self.office.person(user).service.seal = lambda address: f"sealed:{address.user}"
        for user in ("hoa", "xau"):
            self.office.person(user, "handler", BODY)
        self.office.person("binh", "coordinator")
        self.codes: list[tuple[str, str]] = []
        """Who sent what: the citizen and the code."""
        self.said_settled: set[str] = set()
        self.stars: dict[str, int] = {}

    def teardown(self) -> None:
        """Close what was opened."""
        self.office.__exit__(None, None, None)
        self.folder.cleanup()

    def raw(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(Path(self.folder.name) / "talk.db") as raw:
            return raw.execute(query, values).fetchall()

    def talk(self, user: str) -> Talk:
        """Give somebody's conversation, a while after the last: nobody types that fast."""
        self.office.now += dt.timedelta(minutes=2)
        return self.office.talks[user]

    def state_of(self, code: str) -> str:
        return str(self.raw("SELECT state FROM cases WHERE code = ?", code)[0][0])

    @rule(user=st.sampled_from(CITIZENS))
    def sends(self, user: str) -> None:
        talk = self.talk(user)
        talk.say("/phananh")
        if not talk.buttons:
            return
        talk.press("Phản ánh")
        talk.say(f"Đèn đường ở ấp {len(self.codes)} tắt cả tháng nay, xin sửa giúp bà con.")
        receipt = talk.press("Gửi ẩn danh" if user == "vo-danh" else "Tôi đồng ý")
        code = read_code(receipt.partition("Mã của anh/chị:")[2][:16])
        assert code, receipt
        self.codes.append((user, code))
        (number, agency) = self.raw("SELECT id, agency FROM cases WHERE code = ?", code)[0]
        if not agency:
            self.office.talks["binh"].send(f"case:assign:{number}:{BODY}")

    @precondition(lambda self: self.codes)
    @rule(
        user=st.sampled_from(STAFF),
        verb=st.sampled_from(VERBS),
        more=st.sampled_from((*OUTCOMES, BODY, OTHER, "")),
        at=st.integers(0, 9),
        words=st.sampled_from(("Đã xong.", "Sở Xây dựng: không phải việc của xã", "", "code")),
    )
    def staff_act(self, user: str, verb: str, more: str, at: int, words: str) -> None:
        """Press any button of staff, offered or made up, and type something after it."""
        talk = self.talk(user)
        number = at % len(self.codes) + 1
        talk.send(f"case:{verb}:{number}:{more}".removesuffix(":"))
        if words:
            talk.say(self.codes[0][1] if words == "code" else words)
        talk.say("/huy")

    @precondition(lambda self: self.codes)
    @rule(at=st.integers(0, 9), outcome=st.sampled_from(OUTCOMES), stars=st.integers(0, 5))
    def is_answered_and_perhaps_rated_and_sent_back(
        self, at: int, outcome: str, stars: int
    ) -> None:
        """A whole turn of the life, which single presses would seldom find."""
        number = at % len(self.codes) + 1
        self.staff_act("hoa", "start", "", number - 1, "")
        self.staff_act("hoa", "answer", outcome, number - 1, "Đã xong.")
        if stars:
            self.citizen_acts("rate", number - 1, stars)
            self.citizen_acts("reject", number - 1, 0)

    @precondition(lambda self: self.codes)
    @rule(
        verb=st.sampled_from(("confirm", "reject", "rate", "withdraw", "more")),
        at=st.integers(0, 9),
        stars=st.integers(0, 6),
    )
    def citizen_acts(self, verb: str, at: int, stars: int) -> None:
        """The citizen a feedback is of says something on it."""
        user, code = self.codes[at % len(self.codes)]
        before = self.state_of(code)
        talk = self.talk(user)
        talk.send(f"mine:{verb}:{code}:{stars}" if verb == "rate" else f"mine:{verb}:{code}")
        if verb in ("reject", "more"):
            talk.say("Vẫn chưa xong đâu ạ.")
        after = self.state_of(code)
        if verb == "confirm" and before in ("done", "silent"):
            assert after == "confirmed"
            self.said_settled.add(code)
        if verb == "reject" and before in ("done", "silent"):
            assert after == "assigned"
            self.stars.pop(code, None)
        if verb == "rate" and before in ("done", "silent", "confirmed") and 1 <= stars <= 5:
            self.stars[code] = stars

    @precondition(lambda self: self.codes)
    @rule(
        user=st.sampled_from((*CITIZENS, *STAFF)),
        verb=st.sampled_from(("confirm", "rate", "withdraw", "reject")),
        at=st.integers(0, 9),
    )
    def somebody_cheats(self, user: str, verb: str, at: int) -> None:
        """Somebody speaks for another citizen, by a code they should not know."""
        owner, code = self.codes[at % len(self.codes)]
        if owner in (user, "vo-danh"):  # whoever holds the code of an anonymous one is its owner
            return
        before = self.raw("SELECT count(*) FROM case_events")
        self.talk(user).send(f"mine:{verb}:{code}:5")
        assert self.raw("SELECT count(*) FROM case_events") == before

    @rule(days=st.integers(1, 12))
    def time_goes_by(self, days: int) -> None:
        self.office.now += dt.timedelta(days=days)
        talk = self.office.talks["an"]
        talk.wait(tick_cases(talk.service))

    def stories(self) -> list[Story]:
        talk = self.office.talks["an"]

        async def read() -> list[Story]:
            async with talk.engine.begin() as conn:
                assert [line async for line in case_log.problems(conn)] == []
                found = [tell(acts, CLOCK) async for acts in case_log.steps(conn)]
            return [story for story in found if story]

        return talk.wait(read())

    @invariant()
    def figures_say_only_what_citizens_said(self) -> None:
        told = self.stories()
        found = figures(told, today=self.office.now.date(), target=0.8)
        assert found["received"] == len(self.codes)
        codes = dict(self.raw("SELECT id, code FROM cases"))
        confirmed = {codes[story.id] for story in told if story.state == "confirmed"}
        assert confirmed <= self.said_settled
        rated = {codes[s.id]: s.rating for s in told if s.rating is not None}
        assert rated == {code: self.stars[code] for code in rated}
        assert found["satisfaction"]["satisfied"] <= sum(n >= 4 for n in self.stars.values())

    @invariant()
    def lists_follow_from_the_log(self) -> None:
        for story in self.stories():
            row = self.raw("SELECT state, outcome, agency, due FROM cases WHERE id = ?", story.id)
            told = (story.state, story.outcome, story.agency, story.due.isoformat())
            assert row == [told]

    @invariant()
    def every_act_has_an_actor_a_time_and_its_reason(self) -> None:
        acts = self.raw(
            "SELECT e.kind, e.role, e.actor, e.at, t.text FROM case_events e"
            " LEFT JOIN case_texts t ON t.event_id = e.id"
        )
        for kind, role, actor, at, text in acts:
            assert at
            assert role in ("citizen", "handler", "coordinator", "system")
            assert actor is not None or role in ("citizen", "system")
            assert (kind in FOR_CITIZENS) == (role == "citizen")
            assert text or kind not in REASONED


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
