"""The report in a real browser: what a reader sees, and that the page asks for nothing."""

import json
import shutil

import pandas as pd
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_report_html import HOSTILE, hostile

from cxtext import Analysis

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium, tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def hostile_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    hostile().to_html(path)
    return path


def show(browser, path, *, width, height=900):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(path.as_uri())


def requested(browser):
    """Addresses that the page asked for, itself included."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}


def boxes(browser):
    return [e.rect for e in browser.find_elements(By.CSS_SELECTOR, "section.list")]


@pytest.mark.parametrize("name", ["rich", "calls", "without_outcome", "tiny", "empty"])
def test_the_page_opens_without_an_error_and_asks_for_nothing_else(browser, name, request, tmp_path):
    path = tmp_path / "report.html"
    request.getfixturevalue(name).to_html(path)
    show(browser, path, width=1280)
    assert browser.get_log("browser") == []
    assert {url for url in requested(browser) if not url.startswith("data:")} == {path.as_uri()}
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return getComputedStyle(document.querySelector('h1')).fontWeight") == "650"


def test_hostile_words_do_nothing_and_are_seen_as_they_are(browser, hostile_path):
    show(browser, hostile_path, width=1280)
    assert browser.get_log("browser") == []
    assert {url for url in requested(browser) if not url.startswith("data:")} == {hostile_path.as_uri()}
    assert browser.execute_script("return document.scripts.length + document.images.length") == 0
    seen = browser.find_element(By.TAG_NAME, "body").text
    assert HOSTILE[0] in seen
    assert HOSTILE[3] in browser.find_element(By.TAG_NAME, "h1").text
    assert browser.find_element(By.ID, "lists").is_displayed(), "a stranger's style does not hide the page"


def test_right_to_left_words_do_not_turn_what_stands_around_them(browser, rich, tmp_path):
    quotes = pd.DataFrame({"topic": [1], "polarity": ["negative"], "document_id": ["a#1"], "text": [HOSTILE[6]]})
    path = tmp_path / "report.html"
    Analysis(topics=rich.topics, drivers=rich.drivers, quotes=quotes, meta=rich.meta).to_html(path)
    show(browser, path, width=1280)
    quote = browser.find_element(By.TAG_NAME, "blockquote")
    assert browser.execute_script("return getComputedStyle(arguments[0]).direction", quote) == "rtl"
    footer = quote.find_element(By.TAG_NAME, "footer")
    assert browser.execute_script("return getComputedStyle(arguments[0]).direction", footer) == "ltr"


def test_the_lists_stand_side_by_side_with_equal_space_on_a_desk(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=1280)
    left, right = boxes(browser)
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert left["width"] == pytest.approx(right["width"], abs=1)
    assert left["y"] < 900, "without scrolling"


def test_the_lists_stand_one_under_the_other_on_a_phone(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=390)
    first, second = boxes(browser)
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"]


def test_cases_stand_beside_their_deadline_on_a_desk_and_above_it_on_a_phone(browser, calls, tmp_path):
    calls.to_html(tmp_path / "report.html")
    for width, beside in ((1280, True), (390, False)):
        show(browser, tmp_path / "report.html", width=width)
        case = browser.find_element(By.CSS_SELECTOR, ".cases li")
        why, facts = case.find_element(By.CSS_SELECTOR, ".case-why").rect, case.find_element(By.TAG_NAME, "dl").rect
        assert (facts["x"] >= why["x"] + why["width"]) is beside
        assert (facts["y"] >= why["y"] + why["height"]) is not beside
    assert browser.find_element(By.CSS_SELECTOR, ".cases mark.signal").text.startswith("Könnten Sie die")


def test_tables_of_conversations_need_no_scrolling_on_a_phone(browser, calls, tmp_path):
    calls.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=390)
    for table in browser.find_elements(By.CSS_SELECTOR, ".talks .compared"):
        assert browser.execute_script("return arguments[0].scrollWidth <= arguments[0].clientWidth", table)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser, calls, hostile_path, tmp_path, width):
    calls.to_html(tmp_path / "report.html")
    for path in (tmp_path / "report.html", hostile_path):
        show(browser, path, width=width)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_more_quotes_open_by_keyboard(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=1280)
    details = browser.find_element(By.CSS_SELECTOR, ".driver details")
    hidden = details.find_element(By.TAG_NAME, "blockquote")
    assert not hidden.is_displayed()
    for _ in range(20):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if browser.switch_to.active_element.tag_name == "summary":
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert hidden.is_displayed()


def test_text_has_enough_contrast(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=1280)
    lowest = browser.execute_script(
        """
        const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
        const parse = s => s.match(/[\\d.]+/g).map(Number);
        let lowest = 99;
        for (const e of document.querySelectorAll('body *')) {
          if (!e.offsetParent || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
          let back = e;
          while (back && parse(getComputedStyle(back).backgroundColor)[3] === 0) back = back.parentElement;
          const b = light(back ? parse(getComputedStyle(back).backgroundColor) : [255, 255, 255]);
          const t = light(parse(getComputedStyle(e).color).slice(0, 3));
          lowest = Math.min(lowest, (Math.max(b, t) + .05) / (Math.min(b, t) + .05));
        }
        return lowest;
        """
    )
    assert lowest >= 4.5


def test_the_first_page_fits_on_one_sheet_of_paper(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=1280)
    # What comes before the section that starts a new sheet must fit into A4 between the margins (96 dots an inch).
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        metrics = {"width": 688, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        height = browser.find_element(By.CSS_SELECTOR, "section.detail.first").rect["y"]
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert height <= (297 - 23) / 25.4 * 96


def test_a_point_of_the_map_shows_its_quotes_by_mouse_and_by_keyboard(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html", language="en")
    show(browser, tmp_path / "report.html", width=1280)
    points = browser.find_elements(By.CSS_SELECTOR, ".map .hit")
    assert len(points) == 10
    tips = [p.find_element(By.CSS_SELECTOR, ".tip") for p in points]
    assert not any(t.is_displayed() for t in tips)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", points[1])
    assert tips[1].is_displayed()
    assert "hilfsbereit" in tips[1].text
    ActionChains(browser).move_to_element(points[0]).perform()
    assert tips[0].is_displayed()
    assert browser.get_log("browser") == []


def test_a_point_of_the_map_leads_to_its_row(browser, rich, tmp_path):
    rich.to_html(tmp_path / "report.html", language="en")
    show(browser, tmp_path / "report.html", width=1280)
    points = browser.find_elements(By.CSS_SELECTOR, ".map .hit")
    rows = [browser.find_element(By.CSS_SELECTOR, p.get_attribute("hash")) for p in points]
    assert "Punctuality" in rows[0].text
    assert [r.find_element(By.TAG_NAME, "td").text for r in rows] == [str(i) for i in range(1, 11)]


@pytest.mark.parametrize("width", [390, 1280])
def test_points_stand_where_the_drawing_has_them_and_tips_on_the_page(browser, rich, tmp_path, width):
    rich.to_html(tmp_path / "report.html")
    show(browser, tmp_path / "report.html", width=width)
    drawing = browser.find_element(By.CSS_SELECTOR, ".map > svg").rect
    for point in browser.find_elements(By.CSS_SELECTOR, ".map .hit"):
        assert drawing["x"] <= point.rect["x"] + 15 <= drawing["x"] + drawing["width"]
        assert drawing["y"] <= point.rect["y"] + 15 <= drawing["y"] + drawing["height"]
        browser.execute_script("arguments[0].focus()", point)
        tip = point.find_element(By.CSS_SELECTOR, ".tip").rect
        assert tip["x"] >= 0
        assert tip["x"] + tip["width"] <= width
