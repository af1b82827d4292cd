"""What a person does on the chat page, in words the tests can be read in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Route, expect

API = "**/api/chat*"
QUESTION = "chế độ thai sản cần giấy tờ gì"
PHONE = {"viewport": {"width": 360, "height": 740}}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


class Chat:
    """One person's tab; it also notes every error, policy violation and foreign request."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.log = page.get_by_role("log")
        self.answers = self.log.locator("article.bot")
        self.mine = self.log.locator("article.mine")
        self.box = page.get_by_role("textbox")
        self.retry = self.log.get_by_role("button", name="Thử lại")
        self.expected: tuple[str, ...] = ()
        self._seen: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._seen.append(f"error: {error}"))
        page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        # Violations of the content security policy are told here as well.
        if message.type in ("error", "warning"):
            self._seen.append(f"{message.type}: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self._seen.append(f"request: {request.url}")

    def problems(self) -> list[str]:
        """Give what went wrong, without what the test said it would cause."""
        return [p for p in self._seen if not any(words in p for words in self.expected)]

    def ask(self, text: str) -> None:
        """Type a question, send it with Enter, and wait for the answer."""
        expect(self.answers).not_to_have_count(0)  # First the greeting.
        before = self.answers.count()
        self.type(text)
        expect(self.answers).to_have_count(before + 1)

    def type(self, text: str) -> None:
        """Type and press Enter."""
        self.box.fill(text)
        self.box.press("Enter")

    def stored(self) -> list[dict[str, Any]]:
        """Give the conversation as the server keeps it."""
        answer = self.page.context.request.get(f"{self.url}/api/chat")
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def times_stored(self, text: str) -> int:
        """Count how often the server keeps what the person wrote."""
        return sum(m["mine"] and m["text"] == text for m in self.stored())

    def barriers(self) -> list[str]:
        """Give what axe finds against WCAG 2.2 A and AA on the page as it is now."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]

    def overflow(self) -> int:
        """Give how many pixels the page is wider than the screen."""
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(width))


OpenChat = Callable[..., Chat]


def bubble(number: int, text: str, **more: Any) -> dict[str, Any]:
    """Give a bubble as the server sends it."""
    return {"id": number, "at": "2026-11-25T01:00:00+00:00", "mine": False, "text": text, **more}


def answer_with(page: Page, *bubbles: dict[str, Any]) -> None:
    """Let the next message be answered with these bubbles."""
    page.route(API, lambda r: r.fulfill(json={"lang": "vi", "messages": bubbles}), times=1)


def lose_next(page: Page) -> None:
    """Lose the next message on its way."""
    page.route(API, lambda r: r.abort(), times=1)


def hold_next(page: Page) -> list[Route]:
    """Hold the next request back; it appears in the list, to be continued."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(API, hold, times=1)
    return held
