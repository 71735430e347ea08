"""When the largest thing of a page is painted, and how much of it moves after that, in a real browser: `python -m bench.paint ADDRESS E-MAIL PASSWORD [CUSTOMER]`.

ADDRESS is where a demo company is served. Needs Chromium (CHROMIUM says where). Prints the lines of docs/performance.md.
"""

import os
import sys
from statistics import median

from playwright.sync_api import Page, sync_playwright

LOADS = 7
PAINTED = """() => new Promise(told => new PerformanceObserver(list => told(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""
# Between 0 and 1: how much of what is in sight moved, and how far, without anybody having done anything.
SHIFTED = """() => new Promise(told => { let sum = 0
    new PerformanceObserver(list => list.getEntries().forEach(one => one.hadRecentInput || (sum += one.value)))
        .observe({type: "layout-shift", buffered: true}); setTimeout(() => told(sum), 500) })"""
SCRIPTS = """() => performance.getEntriesByType("resource").filter(one => one.initiatorType === "script" || one.name.endsWith(".js"))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def main() -> int:
    address, who, password, *more = sys.argv[1:]
    customer = more[0] if more else "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        # A service worker would hide how much was sent.
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, service_workers="block")
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        for what, path in (("my day", "/"), ("customers", "/customers/"), ("a customer", f"/customers/{customer}/")):
            loads = [load(page, f"{address}{path}") for _ in range(LOADS)]
            painted, shifts = zip(*loads, strict=True)
            sent = page.evaluate(SCRIPTS) / 1000
            print(
                f"| {what} | {median(painted):,.0f} ms (at worst {max(painted):,.0f}) "
                f"| {median(shifts):.3f} (at worst {max(shifts):.3f}) | {sent:.0f} kB |"
            )
        chromium.close()
    return 0


def load(page: Page, address: str) -> tuple[float, float]:
    """When the largest thing was painted (ms), and the share that moved."""
    response = page.goto(address, wait_until="load")
    if not response or not response.ok:
        message = f"{address} was not shown"
        raise RuntimeError(message)
    return float(page.evaluate(PAINTED)), float(page.evaluate(SHIFTED))


if __name__ == "__main__":
    raise SystemExit(main())
