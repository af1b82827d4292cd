"""The people of the crash test: they press what they see or say something, each time with a number.

Citizens ask, send feedback in four steps and say whether it helped; handlers answer; focal people
submit reports. Everybody does what the last message they got allows, whatever was lost meanwhile.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from db import people, roles
from db.engine import open_engine, upgrade
from db.roles import Role
from tests.botapi.running import BotApi

CITIZENS = range(100, 156)
STAFF = {
    90: Role("handler", "ubnd-cap-xa"),
    91: Role("handler", "ubnd-cap-xa"),
    92: Role("handler", "so-xay-dung"),
    93: Role("handler", "so-xay-dung"),
    94: Role("focal", "so-tu-phap"),
    95: Role("focal", "so-tu-phap"),
    96: Role("focal", "so-tai-chinh"),
    97: Role("focal", "so-tai-chinh"),
}
AT_ONCE = 20
PATIENT = 5
SHOWS = ("sendMessage", "editMessageText", "sendDocument")
SAYS = {
    "citizen": (
        *("làm hộ chiếu ở đâu", "cảm ơn", "ly hôn thì sao", "/dulieu", "đổi căn cước mấy ngày"),
        "/phananh",
    ),
    "handler": ("/hopthu",),
    "focal": ("/baocao",),
}
KINDS = ("Phản ánh", "Kiến nghị", "Góp ý")
PRESSES = {
    "citizen": (
        *("Các bước", "Lệ phí", "Giấy tờ", "👍", "👎", "Lưu thành tệp"),
        *(*KINDS, "Đã xong", "Chưa xong", "★★★"),
    ),
    "handler": ("Mở", "•", "Nhận xử lý", "Trả lời", "đã ", "giải thích"),
    "focal": ("Báo cáo", "Đã nộp", "Bấm nhầm", "Thêm số văn bản"),
}
SEND = ("Tôi đồng ý", "Gửi ẩn danh")
FEEDBACK = (
    "Đèn đường trước nhà tôi ở ấp 3 tắt cả tháng nay",
    "Rác ở đầu hẻm không ai dọn đã một tuần",
    "Ổ gà trên đường tỉnh 825 sâu lắm, xe máy hay té",
)
WORDS = {
    "Còn gì chưa xong?": ("Vẫn y như cũ",),
    "gõ câu trả lời": ("Đã cho người đến sửa",),
    "số và ngày văn bản": ("{number}/BC-STP",),
}
"""What somebody says to words the bot asks with."""
CODE = re.compile(r"Mã của anh/chị: ([\d ]{14})")
SAID = re.compile(r"\(n(\d+)\)")


@dataclass
class Town:
    """Everybody, and what they did: updates by person, and what was said by its number."""

    api: BotApi
    chance: random.Random
    updates: list[tuple[int, int]] = field(default_factory=list)
    said: dict[int, int] = field(default_factory=dict)
    """Who said what carries the number."""
    steps: Counter[str] = field(default_factory=Counter)
    waits: dict[int, int] = field(default_factory=dict)
    """Who waits for an answer, and for how many rounds yet: then they write again."""
    writing: dict[int, frozenset[str]] = field(default_factory=dict)
    """Who is in the middle of a feedback, and which codes they had when they began."""
    answers: int = 0
    _looked: int = 0

    def talk(self) -> int:
        """Let people do something, so that twenty wait for an answer or more; gives how many."""
        self.look()
        self.waits = {user: left - 1 for user, left in self.waits.items() if left}
        staff = [user for user in STAFF if user not in self.waits and self.chance.random() < 0.5]
        free = [user for user in CITIZENS if user not in self.waits]
        for user in (*staff, *self.chance.sample(free, min(len(free), AT_ONCE - len(staff)))):
            self.updates.append((user, self._does(user)))
            self.waits[user] = PATIENT
        return len(self.waits)

    def look(self) -> int:
        """See what was written since the last look; gives how much that is in all."""
        calls = self.api.state.calls
        for call in calls[self._looked :]:
            if call.method in SHOWS:
                self.answers += 1
                self.waits.pop(int(call["chat_id"]), None)
        self._looked = len(calls)
        return self.answers

    def _does(self, user: int) -> int:
        kind = STAFF[user].role if user in STAFF else "citizen"
        bots = self.api.chat(user).bots
        if self.writing.get(user) == self.codes(user):
            return self._writes_on(user)
        shown = bots[-1:]
        asked = [words for one in shown for ask, words in WORDS.items() if ask in one.text]
        if asked and self.chance.random() < 0.8:
            return self._says(user, self.chance.choice(asked[0]))
        labels = [label for one in shown for row in one.rows for label, _ in row]
        wanted = [label for label in labels if label.startswith(PRESSES[kind])]
        if wanted and self.chance.random() < 0.8:
            return self._presses(user, self.chance.choice(wanted))
        return self._says(user, self.chance.choice(SAYS[kind]))

    def _writes_on(self, user: int) -> int:
        """Bring a feedback to its end: who begins another one instead throws the words away."""
        shown = self.api.chat(user).bots
        if any(label.startswith(SEND) for one in shown for row in one.rows for label, _ in row):
            return self._presses(user, self.chance.choice(SEND))
        return self._says(user, self.chance.choice(FEEDBACK))

    def codes(self, user: int) -> frozenset[str]:
        """Give the codes of feedback somebody was told."""
        texts = (shown.text for shown in self.api.chat(user).bots)
        return frozenset(found.replace(" ", "") for text in texts for found in CODE.findall(text))

    def _presses(self, user: int, label: str) -> int:
        self.steps[label.split(maxsplit=1)[0]] += 1
        if label.startswith(KINDS):
            self.writing[user] = self.codes(user)
        return self.api.press(user, label)

    def _says(self, user: int, words: str) -> int:
        number = len(self.said) + 1
        self.said[number] = user
        self.steps[words.split(maxsplit=1)[0]] += 1
        return self.api.say(user, f"{words.format(number=number)} (n{number})")


async def open_office(database: str) -> None:
    """Make the database, and give the staff their roles."""
    engine = open_engine(database)
    await upgrade(engine)
    now = dt.datetime.now(dt.UTC)
    async with engine.begin() as conn:
        for user, role in STAFF.items():
            person = await people.find_or_add(conn, "telegram", str(user), lang="vi", now=now)
            await roles.grant(conn, person, role, by=None, now=now)
    await engine.dispose()
