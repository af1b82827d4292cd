"""Updates of any shape: of the Bot API's types, with hostile words and wrong types in each field.

See https://core.telegram.org/bots/api#available-types for the types.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from handlers import BUTTONS, COMMANDS

STAFF, VICTIM = 50, 60
"""Somebody with every role, and somebody whose words nobody else may see."""
CITIZENS = range(100, 400)
GROUPS = range(-20, -1)
MARKUP = (
    "<b>x</b>",
    "<i>nghiêng</i>",
    "<a href='http://x.test'>liên kết</a>",
    "</b><code>mã</code>&amp;",
    "<tg-spoiler>",
    "*đậm* _nghiêng_ [x](http://x.test) `mã`",
)
ODD = (
    *MARKUP,
    "'; DROP TABLE people; --",
    "' OR 1=1) --",
    "{text} {0} %s %(x)s ${x}",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "/start i_x",
    "/start r_procedure_ho-chieu-pho-thong",
    "\0",
    "\ud800",
    "\u202eđảo",
    "a\u0301" * 50,
    "💩" * 40,
    "x" * 5_000,
    "dài " * 3_000,
)
QUESTIONS = ("làm hộ chiếu ở đâu", "lệ phí bao nhiêu", "Đèn đường ở ấp 3 tắt cả tháng nay", "")
WORDS = st.one_of(st.sampled_from(ODD), st.sampled_from(QUESTIONS), st.text(max_size=60))
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)


def mostly(
    often: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any], one_in: int
) -> st.SearchStrategy[Any]:
    """Give the one thing often; `one_of` would give each as often as the other."""
    return st.integers(1, one_in).flatmap(lambda n: seldom if n == one_in // 2 else often)


def _object(must: dict[str, Any], may: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give an object of the Bot API; one in 30 has a field of another type."""
    right = st.fixed_dictionaries(must, optional=may)
    fields = st.sampled_from([*must, *may])
    spoilt = st.builds(lambda told, name, value: {**told, name: value}, right, fields, ANYTHING)
    return mostly(right, spoilt, 30)


COMMAND = st.builds(
    lambda name, rest: f"{name} {rest}".strip(), st.sampled_from(sorted(COMMANDS)), WORDS
)
ACTION = st.builds(
    lambda name, verb, rest: f"{name}:{verb}:{rest}"[:64],
    st.sampled_from(sorted(BUTTONS)),
    st.sampled_from(
        (
            *("show", "list", "erase-yes", "save", "send", "send-anonymous", "kind", "answer"),
            *("assign", "spam", "confirm", "reject", "submit", "accept", "grant", "means", "yes"),
            *("new", "approve", "stop", "look", "open-yes", "hand-to", "redact", "merge", "x"),
        )
    ),
    st.one_of(
        st.sampled_from(
            (
                *("1", "1:fixed", "1:ubnd-cap-xa", "0", "-1", "9" * 30, "phan-anh", "²", "1:0"),
                *("quy-1/2026:so-tu-phap", "procedure:ho-chieu-pho-thong", "plan:IV.3-1", ""),
            )
        ),
        WORDS,
    ),
)
PERSON = _object(
    {"id": st.sampled_from([*CITIZENS, STAFF]), "is_bot": st.just(False), "first_name": WORDS},
    {"language_code": WORDS, "username": WORDS, "last_name": WORDS, "is_premium": st.booleans()},
)
_PRIVATE = _object(
    {"id": st.sampled_from(CITIZENS), "type": st.just("private")}, {"first_name": WORDS}
)
CHAT = mostly(
    _PRIVATE,
    _object(
        {
            "id": st.sampled_from(GROUPS),
            "type": st.sampled_from(["group", "supergroup", "channel"]),
        },
        {"title": WORDS, "is_forum": st.booleans()},
    ),
    4,
)
FILE = _object(
    {"file_id": WORDS, "file_unique_id": WORDS},
    {"file_name": WORDS, "mime_type": WORDS, "file_size": st.integers(0, 2**33)},
)
PHOTO = _object(
    {"file_id": WORDS, "file_unique_id": WORDS, "width": st.integers(), "height": st.integers()}, {}
)
PLACE = _object({"latitude": st.floats(), "longitude": st.floats()}, {"heading": st.integers()})
ENTITY = _object({"type": WORDS, "offset": st.integers(), "length": st.integers()}, {"url": WORDS})
RARELY = mostly(st.none(), ANYTHING, 20)
MESSAGE = _object(
    {
        "message_id": st.integers(1, 10**9),
        "date": st.integers(0, 2**31),
        "chat": CHAT,
        "from": PERSON,
        "text": st.one_of(COMMAND, WORDS, WORDS.map(lambda words: f"@motcua_bot {words}")),
    },
    {
        "caption": WORDS,
        "photo": st.lists(PHOTO, max_size=3),
        "document": FILE,
        "voice": RARELY,
        "location": PLACE,
        "entities": st.lists(ENTITY, max_size=3),
        "reply_to_message": RARELY,
        "contact": RARELY,
        "forward_origin": RARELY,
        "web_app_data": RARELY,
        "new_chat_members": st.lists(PERSON, max_size=2),
    },
)
PRESS = _object(
    {
        "id": WORDS,
        "from": PERSON,
        "chat_instance": WORDS,
        "data": mostly(ACTION, WORDS, 8),
        "message": MESSAGE,
    },
    {"inline_message_id": WORDS, "game_short_name": WORDS},
)
SEARCH = _object({"id": WORDS, "from": PERSON, "query": WORDS, "offset": WORDS}, {})
UPDATE = mostly(
    mostly(
        mostly(
            st.fixed_dictionaries({"message": MESSAGE}),
            st.fixed_dictionaries({"callback_query": PRESS}),
            2,
        ),
        st.fixed_dictionaries({"inline_query": SEARCH}),
        10,
    ),
    st.one_of(
        ANYTHING,
        st.fixed_dictionaries({"my_chat_member": ANYTHING}),
        st.fixed_dictionaries({"edited_message": MESSAGE}),
        st.fixed_dictionaries({"poll": ANYTHING, "unheard_of": ANYTHING}),
    ),
    20,
)


def by(user: int, update: Any) -> Any:
    """Give an update of a citizen another sender: no limit on one person is to end the talk."""
    told = update if isinstance(update, dict) else {}
    press = told.get("callback_query")
    within = press.get("message") if isinstance(press, dict) else told.get("message")
    chat = within.get("chat") if isinstance(within, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else None
    if isinstance(number, int) and number in CITIZENS:
        chat["id"] = user  # type: ignore[index]
    return update
