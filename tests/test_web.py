"""The web interface takes any bytes and answers with a sentence; the page is well guarded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import webchat
from bot.channels.webchat_limits import MOST_NEW, counted
from bot.library import Library
from bot.web import make_app
from tests.talk import Talk


@pytest.fixture(scope="module")
def talk(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Give a service with a database for the whole module."""
    with Talk(library, tmp_path_factory.mktemp("web")) as talk:
        yield talk


class Browser:
    """A browser without a window: speaks HTTP to the application and keeps its cookies."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        app = make_app(talk.service, webchat.routes(talk.service))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://testserver"
        )

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.talk.wait(self.client.aclose())

    def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return self.talk.wait(self.client.get(path))

    def post(self, path: str, **body: Any) -> httpx.Response:
        """Send something."""
        return self.talk.wait(self.client.post(path, **body))


@pytest.fixture
def web(talk: Talk) -> Iterator[Browser]:
    """Give a browser without cookies."""
    with Browser(talk) as browser:
        yield browser


def say(web: Browser, text: str, number: str = "", action: str = "") -> dict[str, object]:
    """Send a message as the page does."""
    number = number or f"number-{abs(hash(text)) % 10**9:09d}"
    answer = web.post("/api/chat", json={"id": number, "text": text, "action": action})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_a_conversation_survives_a_reload(web: Browser) -> None:
    say(web, "làm hộ chiếu ở đâu")
    again = web.get("/api/chat").json()["messages"]
    assert [bubble["mine"] for bubble in again] == [True, False]


def test_another_person_sees_nothing_of_it(talk: Talk, web: Browser) -> None:
    say(web, "làm hộ chiếu ở đâu")
    with Browser(talk) as other:
        assert other.get("/api/chat").json()["messages"] == []


def test_the_same_message_sent_again_counts_once(web: Browser) -> None:
    first = say(web, "cảm ơn", "once-and-only-once")
    again = say(web, "cảm ơn", "once-and-only-once")
    assert again["messages"] == first["messages"]


def test_words_of_people_come_back_as_words(web: Browser) -> None:
    said = "<script>alert(1)</script> & <b>làm hộ chiếu</b>"
    bubbles = say(web, said)["messages"]
    assert isinstance(bubbles, list)
    assert bubbles[0]["text"] == said


@settings(max_examples=150)
@given(body=st.binary(max_size=3_000), json_type=st.booleans())
def test_any_bytes_get_a_sentence(talk: Talk, body: bytes, *, json_type: bool) -> None:
    kind = "application/json" if json_type else "text/plain"
    with Browser(talk) as web:
        answer = web.post("/api/chat", content=body, headers={"content-type": kind})
    assert answer.status_code in (200, 400, 413, 415)
    assert "error" in answer.json() or "messages" in answer.json()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=150)
@given(number=JSON, text=JSON, action=JSON)
def test_any_json_gets_a_sentence(talk: Talk, number: object, text: object, action: object) -> None:
    body = json.dumps({"id": number, "text": text, "action": action})
    with Browser(talk) as web:
        headers = {"content-type": "application/json"}
        answer = web.post("/api/chat", content=body.encode(), headers=headers)
    assert answer.status_code in (200, 400, 413)
    assert "error" in answer.json() or "messages" in answer.json()


def test_too_much_is_refused_in_words(web: Browser) -> None:
    body = {"id": "long-message-1", "text": "a" * 20_000}
    assert web.post("/api/chat", json=body).status_code == 413
    assert web.post("/api/chat", json={**body, "text": "a" * 200_000}).status_code == 413


def test_every_response_is_guarded(web: Browser) -> None:
    for path in ("/", "/static/chat.js", "/api/chat", "/nowhere", "/static/../settings.py"):
        headers = web.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_only_the_files_of_the_page_are_served(web: Browser) -> None:
    assert web.get("/static/chat.js").status_code == 200
    for name in ("secret.txt", "%2e%2e%2fweb.py", "chat.html"):
        assert web.get(f"/static/{name}").status_code == 404


def test_the_conversation_is_kept_under_a_digest(talk: Talk, web: Browser, tmp_path: Path) -> None:
    del tmp_path
    say(web, "xin chào")
    token = web.client.cookies[webchat.COOKIE]
    raw = Path(str(talk.engine.url.database)).parent
    kept = b"".join(path.read_bytes() for path in raw.glob("talk.db*"))
    assert token.encode() not in kept


def test_health_is_told(web: Browser) -> None:
    assert web.get("/healthz").json() == {"alive": True}
    assert web.get("/readyz").json()["ready"] is True


def test_one_address_of_the_internet_is_held_to_a_measure(talk: Talk) -> None:
    app = make_app(talk.service, webchat.routes(talk.service))

    def statuses(address: str, count: int) -> Counter[int]:
        async def write() -> Counter[int]:
            found: Counter[int] = Counter()
            for at in range(count):
                way = httpx.ASGITransport(app, client=(address, 9))
                async with httpx.AsyncClient(transport=way, base_url="http://testserver") as new:
                    message = {"id": f"new-person-{at}", "text": "cảm ơn"}
                    found[(await new.post("/api/chat", json=message)).status_code] += 1
            return found

        return talk.wait(write())

    assert statuses("8.8.4.4", MOST_NEW + 2) == {200: MOST_NEW, 429: 2}
    assert statuses("8.8.4.5", 1) == {200: 1}


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("1.1.1.1", "1.1.1.1"),
        ("::ffff:1.1.1.1", "1.1.1.1"),
        ("2606:4700::1", "2606:4700::/64"),
        ("2606:4700::2:3", "2606:4700::/64"),
        ("127.0.0.1", ""),
        ("192.168.1.7", ""),
        ("::1", ""),
        ("testclient", ""),
    ],
)
def test_only_addresses_of_the_internet_are_counted(host: str, address: str) -> None:
    assert counted(host) == address
