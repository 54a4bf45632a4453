"""The documentation site in a browser, and the problems that stop its build."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import statewright
from tests.docs.examples import ROOT
from tests.emulators.devtools import BrowserPage

pytestmark = pytest.mark.e2e

SITE_PYTHON = ROOT / ".venv" / "docs" / "bin" / "python"
PAGES = ("index", "guide/running", "howto/diagrams", "reference/rules", "reference/names", "search")
RESULTS = "Array.from(document.querySelectorAll('#search-results li > a'), link => link.href)"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
TOGGLE = "document.querySelector('button.theme-toggle')"


def found(browser: BrowserPage, site: str, words: str) -> list[str]:
    """Return the addresses that the search box of the start page finds, best first."""
    browser.open(f"{site}/index.html")
    box = "document.querySelector('.sidebar-search')"
    browser.evaluate(f"{box}.value = {json.dumps(words)}; {box}.form.submit()")
    browser.wait_for("document.querySelector('.search-summary')?.textContent.includes('found')")
    return [address.removeprefix(f"{site}/") for address in browser.evaluate(RESULTS)]


def test_a_rule_is_found_by_its_code(browser: BrowserPage, site: str) -> None:
    """The first result is the section about the rule."""
    assert found(browser, site, "SW303")[0] == "reference/rules.html#sw303"


def test_a_word_is_found_on_the_pages_that_explain_it(browser: BrowserPage, site: str) -> None:
    """The results include the guide and the reference."""
    pages = {address.partition("#")[0] for address in found(browser, site, "guard")}
    assert {"guide/guards.html", "reference/language.html"} <= pages


def test_pages_are_listed_before_attributes_with_the_same_name(browser: BrowserPage, site: str) -> None:
    """A reader who looks for guards does not want a member of an enumeration."""
    results = found(browser, site, "guard")
    attribute = next(address for address in results if address.startswith("reference/names.html#"))
    assert results.index("reference/language.html") < results.index(attribute)


def test_a_public_name_is_found(browser: BrowserPage, site: str) -> None:
    """The first result is its entry in the API reference."""
    assert found(browser, site, "read_aggregate")[0] == "reference/names.html#statewright.read_aggregate"


def test_every_public_name_has_an_entry(browser: BrowserPage, site: str) -> None:
    """Its signature and docstring can be linked to."""
    browser.open(f"{site}/reference/names.html")
    entries = browser.evaluate("Array.from(document.querySelectorAll('dt[id]'), entry => entry.id)")
    assert {f"statewright.{name}" for name in statewright.__all__} <= set(entries)


def test_the_button_switches_between_themes(browser: BrowserPage, site: str) -> None:
    """Its three states are the theme of the system, a light one and a dark one."""
    browser.open(f"{site}/index.html")
    looks = [
        browser.evaluate(f"{TOGGLE}.click(); [document.body.dataset.theme, {BACKGROUND}]") for _ in "123"
    ]
    colours = dict(looks)
    assert colours.keys() == {"auto", "light", "dark"}
    assert colours["light"] != colours["dark"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_without_errors_and_from_one_host(browser: BrowserPage, site: str, page: str) -> None:
    """No script fails, no file is missing, and no request goes to another host."""
    browser.requests.clear()
    browser.open(f"{site}/{page}.html")
    assert browser.complaints == []
    assert f"{site}/{page}.html" in browser.requests
    assert [one for one in browser.requests if not one.startswith((f"{site}/", "data:"))] == []


def test_the_copy_button_copies_only_the_commands(browser: BrowserPage, site: str) -> None:
    """It leaves out prompts and output."""
    browser.open(f"{site}/index.html")
    browser.evaluate(
        "copied = []; document.execCommand = () => copied.push(document.activeElement.value);"
        "document.querySelectorAll('.highlight-console .copybtn').forEach(button => button.click())"
    )
    lines = "\n".join(browser.evaluate("copied")).splitlines()
    assert lines != []
    assert [line for line in lines if not line.startswith("statewright ")] == []


def build(folder: Path, page: str) -> tuple[int, str]:
    """Build a site that has only this page; return the exit code and the warnings."""
    settings = f"import sys; sys.path.insert(0, {str(ROOT / 'docs')!r}); from conf import *"
    (folder / "conf.py").write_text(f"{settings}\nnavigation = {{}}\n")
    (folder / "_static").symlink_to(ROOT / "docs" / "_static")
    (folder / "index.md").write_text(page)
    sphinx = (SITE_PYTHON, "-m", "sphinx", "--quiet", "--fail-on-warning", "--builder", "dummy")
    done = subprocess.run((*sphinx, folder, folder / "out"), capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.usefixtures("site")
def test_a_page_without_faults_is_built(tmp_path: Path) -> None:
    """This shows that the test of faulty pages fails for the intended reasons."""
    assert build(tmp_path, "# Page\n\n[a section](#page)\n") == (0, "")


@pytest.mark.usefixtures("site")
def test_broken_links_and_outdated_pictures_stop_the_build(tmp_path: Path) -> None:
    """Each warning has the line number."""
    picture = "```mermaid\nstateDiagram-v2\n```"
    code, warnings = build(tmp_path, f"# Page\n\n[file](missing.md)\n\n[section](#nowhere)\n\n{picture}\n")
    assert code == 1
    assert re.findall(
        r"index.md:(\d+): WARNING: .*(missing\.md|nowhere|no machine of this page)", warnings
    ) == [
        ("7", "no machine of this page"),
        ("3", "missing.md"),
        ("5", "nowhere"),
    ]
