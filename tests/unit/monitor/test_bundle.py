"""The page is served as files that hold no data, under a policy that lets it load nothing else."""

import json
import re
from typing import Any

import pytest

from pyfixmsg_plus.monitor import page_file, page_files
from tests.architecture.source import ROOT
from tools.generators.page_types import typescript


def test_the_page_asks_for_nothing_but_its_own_files() -> None:
    page = page_file("/")
    assert page is not None
    asked = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert asked
    assert all(page_file(path) is not None for path in asked)


def test_the_page_holds_no_inline_script_or_style_which_its_policy_would_stop() -> None:
    page = page_file("/")
    assert page is not None
    text = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert " style=" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_files_whose_names_change_with_their_content_are_kept_and_the_page_is_asked_for_anew() -> None:
    kept = {file.path: file.headers["Cache-Control"] for file in page_files()}
    assert kept.pop("/") == "no-cache"
    assert kept
    assert all("immutable" in told for told in kept.values())


@pytest.mark.parametrize("path", ["", "/nothing", "/../views.py", "/assets/../index.html", "/assets", "/index.html"])
def test_nothing_else_is_served(path: str) -> None:
    assert page_file(path) is None


def lock() -> dict[str, Any]:
    packages: dict[str, Any] = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return packages


def test_what_the_page_holds_of_others_is_named_with_its_licence() -> None:
    held = {name.rpartition("/")[2]: told["license"] for name, told in lock().items() if name and not told.get("dev")}
    assert held == {"react": "MIT", "react-dom": "MIT", "scheduler": "MIT"}
    assert "React, React DOM and Scheduler" in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_list_of_packages_names_no_registry_and_holds_every_sum() -> None:
    packages = [told for name, told in lock().items() if name]
    assert packages
    assert not [told for told in packages if "resolved" in told]
    assert all(told["integrity"].startswith("sha512-") for told in packages)


def test_every_file_has_its_type() -> None:
    assert {file.media_type.partition(";")[0] for file in page_files()} == {
        "text/html", "text/css", "text/javascript", "image/svg+xml",
    }  # fmt: skip


def test_the_types_of_the_page_are_those_of_the_service() -> None:
    written = (ROOT / "web" / "src" / "stream" / "views.ts").read_text(encoding="utf-8")
    assert written == typescript(), "renew it: python -m tools.generators.page_types > web/src/stream/views.ts"
