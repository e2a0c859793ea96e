"""The page in a real browser, on real FIX sessions: what a person sees and does, and what is proved by it."""

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.not_run import not_run
from tests.services.page_stand import SESSION
from tests.unit.engine.pair import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# What never comes in a test that works; a loaded machine may stall.
DEADLINE_MS = 20_000


class Running:
    """The stand in a process of its own."""

    def __init__(self) -> None:
        self.port, fix_port = free_port(), free_port()
        command = [sys.executable, "-m", "tests.services.page_stand", str(self.port), str(fix_port), "0.25"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[2]
        )
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()

    def does(self, what: str) -> None:
        url = f"http://127.0.0.1:{self.port}/stand/{what}"
        with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=30) as answer:
            assert answer.status == 200

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        not_run("chromium is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        not_run("playwright is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def stand(browser: Any) -> Iterator[Running]:
    running = Running()
    yield running
    running.close()


@pytest.fixture
def page(browser: Any, stand: Running) -> Iterator[Any]:
    """Signed in as maker by the printed link; a fault of the page's own fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(DEADLINE_MS)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    opened.goto(stand.link, wait_until="domcontentloaded")
    opened.wait_for_selector("tr[data-basket=TECH_LEADERS]")
    yield opened
    context.close()
    assert faults == []


def place(page: Any, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def user(page: Any, name: str) -> None:
    page.get_by_role("group", name="User").get_by_role("button", name=name).click()


def status_of(page: Any, code: str, status: str) -> None:
    page.wait_for_selector(f'tr[data-basket={code}] .pill[data-code="{status}"]')


def test_levels_move_and_the_link_leaves_the_address(page: Any) -> None:
    assert "code=" not in page.url
    level = page.locator("tr[data-basket=TECH_LEADERS] .level")
    before = level.inner_text()
    moved = "before => document.querySelector('tr[data-basket=TECH_LEADERS] .level').innerText !== before"
    page.wait_for_function(moved, arg=before)
    assert page.locator("tr[data-symbol=AAPL]").count() + page.locator("tr[data-symbol=EURUSD]").count() == 1
    assert page.locator(".title .simulated").is_visible()


def test_a_link_signs_in_once(page: Any, stand: Running, browser: Any) -> None:
    context = browser.new_context()
    second = context.new_page()
    second.goto(stand.link, wait_until="domcontentloaded")
    second.get_by_role("alert").wait_for(timeout=DEADLINE_MS)
    assert "has been used" in second.get_by_role("alert").inner_text()
    context.close()


def test_a_reload_stays_signed_in(page: Any) -> None:
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector("tr[data-basket=TECH_LEADERS]")


def test_a_basket_goes_its_way_through_four_eyes(page: Any) -> None:
    page.get_by_role("button", name="New basket").click()
    page.locator("input[name=basketCode]").fill("new_one")
    page.locator("input[name=basketName]").fill("A new one")
    page.get_by_role("button", name="Add a name").click()
    page.get_by_label("Symbol 3").fill("SPY")
    assert page.get_by_role("button", name="Create draft").is_enabled()
    page.get_by_label("Weight 3 in percent").fill("1")
    assert page.get_by_role("button", name="Create draft").is_disabled()
    page.get_by_role("button", name="Equal weights").click()
    page.get_by_role("button", name="Create draft").click()
    status_of(page, "NEW_ONE", "DRAFT")
    page.locator("[data-event=TRIGGER_BACKTEST]").click()
    status_of(page, "NEW_ONE", "BACKTESTED")
    page.locator("[data-event=SUBMIT_FOR_APPROVAL]").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    status_of(page, "NEW_ONE", "PENDING_APPROVAL")
    page.locator("[data-event=WITHDRAW_SUBMISSION]").wait_for()
    assert page.locator("[data-event=APPROVE]").count() == 0
    user(page, "approver")
    page.locator("[data-event=APPROVE]").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    status_of(page, "NEW_ONE", "APPROVED")
    user(page, "operator")
    page.locator("[data-event=start]").click()
    status_of(page, "NEW_ONE", "ACTIVE")
    page.wait_for_function("() => /^9|^1/.test(document.querySelector('tr[data-basket=NEW_ONE] .level').innerText)")


def test_a_refusal_is_told_at_its_field(page: Any) -> None:
    page.get_by_role("button", name="New basket").click()
    page.locator("input[name=basketCode]").fill("BAD_NAMES")
    page.locator("input[name=basketName]").fill("Bad names")
    page.get_by_label("Symbol 2").fill("NOWHERE")
    page.get_by_role("button", name="Create draft").click()
    page.get_by_text("is not known").wait_for()
    assert page.get_by_role("dialog").get_by_role("alert").inner_text() == "The basket has faults."


def test_a_rejection_asks_why(page: Any) -> None:
    page.get_by_role("button", name="New basket").click()
    page.locator("input[name=basketCode]").fill("TO_REJECT")
    page.locator("input[name=basketName]").fill("To reject")
    page.get_by_role("button", name="Create draft").click()
    page.locator("[data-event=TRIGGER_BACKTEST]").click()
    page.locator("[data-event=SUBMIT_FOR_APPROVAL]").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    status_of(page, "TO_REJECT", "PENDING_APPROVAL")
    user(page, "approver")
    page.locator("[data-event=REJECT]").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="Reject").is_disabled()
    dialog.get_by_role("textbox").fill("too narrow")
    dialog.get_by_role("button", name="Reject").click()
    status_of(page, "TO_REJECT", "REJECTED")
    page.get_by_text("too narrow").wait_for()


def test_a_killed_peer_turns_its_session_red_and_its_return_green(page: Any, stand: Running) -> None:
    place(page, "FIX sessions")
    row = f'tr[data-session="{SESSION}"]'
    page.wait_for_selector(f"{row} .pill.good")
    stand.does("kill")
    page.wait_for_selector(f"{row}.bad .pill.bad")
    page.locator(".count.bad").first.wait_for()
    page.locator(".sequence .event.error").first.wait_for()
    stand.does("revive")
    page.wait_for_selector(f"{row}:not(.bad) .pill.good")


def test_a_gap_and_its_resend_are_seen(page: Any, stand: Running) -> None:
    place(page, "FIX sessions")
    page.wait_for_selector(f'tr[data-session="{SESSION}"] .pill.good')
    stand.does("gap")
    page.locator(".sequence .event.warning", has_text="gap opened").wait_for()
    page.locator(".sequence .arrow.out", has_text="ResendRequest").wait_for()
    page.locator(".sequence .arrow.in", has_text="SequenceReset").wait_for()
    page.locator(".sequence .event", has_text="gap closed").wait_for()


def test_a_message_is_explained_by_the_service(page: Any) -> None:
    place(page, "Messages")
    page.get_by_role("searchbox").fill("35=X out TECH_LEADERS")
    page.locator("table.messages .as-link").first.click()
    row = page.locator("table.fields tr", has_text="MDUpdateAction")
    row.wait_for()
    assert row.inner_text().split() == ["279", "MDUpdateAction", "1", "Change"]


def test_the_filter_shows_what_it_names_alone(page: Any) -> None:
    place(page, "Messages")
    page.get_by_role("searchbox").fill("35=A in")
    page.wait_for_function("() => document.querySelectorAll('table.messages tbody tr').length === 1")
    page.get_by_role("searchbox").fill("35=A in nothing")
    page.get_by_text("No message is of this kind.").wait_for()


def test_a_logout_asks_for_the_name_of_the_session(page: Any) -> None:
    user(page, "operator")
    place(page, "FIX sessions")
    page.get_by_role("button", name="Log out …").click()
    dialog = page.get_by_role("dialog")
    go = dialog.get_by_role("button", name="Log out")
    dialog.get_by_role("textbox").fill("something else")
    assert go.is_disabled()
    dialog.get_by_role("textbox").fill(SESSION)
    go.click()
    page.locator(".sequence .arrow.out", has_text="Logout").first.wait_for()


def test_a_maker_is_not_offered_what_an_operator_may_do(page: Any) -> None:
    place(page, "FIX sessions")
    page.get_by_text("an operator may log it out or reset it").wait_for()
    assert page.get_by_role("button", name="Reset …").count() == 0


def held(page: Any) -> Any:
    return json.loads(page.evaluate("JSON.stringify(window.fixplus.held())"))


def test_after_its_socket_was_cut_the_page_holds_the_same_state_as_a_new_page(
    page: Any, stand: Running, browser: Any
) -> None:
    stand.does("freeze")
    before = held(page)["epoch"]
    stand.does("cut")
    page.locator(".link.lost").wait_for()
    page.get_by_text("What is shown is of").wait_for()
    page.locator(".link.live").wait_for()
    stand.does("link")
    context = browser.new_context()
    fresh = context.new_page()
    fresh.goto(f"http://127.0.0.1:{stand.port}/#code=again", wait_until="domcontentloaded")
    fresh.wait_for_selector("tr[data-basket=TECH_LEADERS]", timeout=DEADLINE_MS)
    seq = held(fresh)["seq"]
    page.wait_for_function("seq => window.fixplus.held().seq >= seq", arg=seq)
    fresh.wait_for_function("seq => window.fixplus.held().seq >= seq", arg=held(page)["seq"], timeout=DEADLINE_MS)
    one, other = held(page), held(fresh)
    assert one["epoch"] == before
    assert (one["seq"], one["state"]) == (other["seq"], other["state"])
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_window(page: Any, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    for name in ("Baskets", "FIX sessions", "Messages", "Vendors and sources", "Latency"):
        place(page, name)
        page.locator(".panel").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_rows_do_not_move_while_numbers_change(page: Any) -> None:
    row = page.locator("tr[data-basket=TECH_LEADERS]")
    before = row.bounding_box()
    first = held(page)["seq"]
    page.wait_for_function("first => window.fixplus.held().seq > first + 100", arg=first)
    assert row.bounding_box() == before


def test_the_whole_page_can_be_walked_by_keyboard(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_role("button", name="New basket").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.name") == "basketCode"
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == "New basket"
