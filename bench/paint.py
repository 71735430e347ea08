"""When the largest thing of a page is painted, in a real browser: `python -m bench.paint ADDRESS E-MAIL PASSWORD [CUSTOMER]`.

ADDRESS is where a demo company is served. Needs Chromium (CHROMIUM says where). Prints the lines of docs/performance.md.
"""

import os
import sys
from statistics import median

from playwright.sync_api import Page, sync_playwright

LOADS = 7
PAINTED = """() => new Promise(told => new PerformanceObserver(list => told(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""
SCRIPTS = """() => performance.getEntriesByType("resource").filter(one => one.initiatorType === "script" || one.name.endsWith(".js"))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def main() -> int:
    address, who, password, *more = sys.argv[1:]
    customer = more[0] if more else "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        for what, path in (("my day", "/"), ("customers", "/customers/"), ("a customer", f"/customers/{customer}/")):
            painted = [load(page, f"{address}{path}") for _ in range(LOADS)]
            sent = page.evaluate(SCRIPTS) / 1000
            print(f"| {what} | {median(painted):,.0f} ms (at worst {max(painted):,.0f}) | {sent:.0f} kB |")
        chromium.close()
    return 0


def load(page: Page, address: str) -> float:
    page.goto(address, wait_until="load")
    return float(page.evaluate(PAINTED))


if __name__ == "__main__":
    raise SystemExit(main())
