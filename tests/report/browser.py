"""Headless Chromium with the network off: opens a page and keeps what it says and asks for."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = (1400, 900)
TABLET = (1024, 768)


@dataclass
class OpenedPage:
    """A page, every message and error it gave, every address it asked for."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, set[str]]:
        """Return the numbers that the page shows, by their place in the summary."""
        rows = self.page.eval_on_selector_all(
            "[data-figure]", "all => all.map(e => [e.dataset.figure, e.dataset.value])"
        )
        found: dict[str, set[str]] = {}
        for place, value in rows:
            found.setdefault(place, set()).add(value)
        return found

    def keep_picture(self, name: str) -> None:
        """Save a screenshot into the folder `PLANNER_SCREENSHOTS` names, if any."""
        folder = os.environ.get("PLANNER_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.settle()
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))

    def settle(self, wait_ms: int = 250) -> None:
        """Wait until what was asked for has been drawn."""
        self.page.evaluate("wait => new Promise(done => setTimeout(done, wait))", wait_ms)


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, `None` without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """
    Start Chromium.

    Where none is installed the test is skipped, saying so; under `CI` it fails, so
    that nobody takes a run without a browser for a run that passed.
    """
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed: the map cannot be opened")
        pytest.skip("no Chromium is installed: the map cannot be opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, path: Path, *, size: tuple[int, int] = DESKTOP, anchor: str = ""
) -> Iterator[OpenedPage]:
    """Open a file with the network off."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
    try:
        context.set_default_timeout(10_000)
        opened = OpenedPage(context.new_page())
        opened.page.on("console", lambda message: opened.messages.append(message.text))
        opened.page.on("pageerror", lambda error: opened.messages.append(f"error: {error}"))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(path.resolve().as_uri() + anchor)
        opened.settle()
        yield opened
    finally:
        context.close()
