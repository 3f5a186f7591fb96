"""
Pictures of a map page for people to look at: Chinese, English, a centre opened, tablet, print.

python -m scripts.screenshot out/map.html pictures/
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.report.browser import DESKTOP, TABLET, open_browser, open_page

SHOTS = {
    "1-desktop-zh": (DESKTOP, "#lang=zh", ""),
    "2-centre-zh": (DESKTOP, "#lang=zh", "planner.choose('centre', {centre}, {{fly: true}})"),
    "3-proposals-en": (DESKTOP, "#lang=en&state=with_proposals", "{press}('proposals')"),
    "4-tablet-en": (TABLET, "#lang=en", ""),
    "5-portrait-zh": ((768, 1024), "#lang=zh", ""),
    "6-centres-zh": (DESKTOP, "#lang=zh&state=existing", "{press}('centres')"),
    "7-areas-zh": (DESKTOP, "#lang=zh", "{theme}('area')"),
}
PRESS = "(tab => document.querySelector(`[data-tab=${tab}]`).click())"
THEME = "(name => document.querySelector(`#layers input[value=${name}]`)?.click())"


def main() -> None:
    """Take every picture, and print the page as A3."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--centre", type=int, default=0, help="which centre to open")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name, (size, anchor, script) in SHOTS.items():
            with open_page(browser, asked.page, size=size, anchor=anchor) as opened:
                if script:
                    opened.page.evaluate(
                        script.format(centre=asked.centre, press=PRESS, theme=THEME)
                    )
                    opened.settle()
                opened.settle()
                opened.page.screenshot(path=str(asked.folder / f"{name}.png"))
                print(name, *opened.messages, sep="\n  ")
        with open_page(browser, asked.page, anchor="#lang=zh") as opened:
            opened.page.set_viewport_size({"width": 1589, "height": 1123})
            opened.page.emulate_media(media="print")
            opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
            opened.settle()
            opened.page.screenshot(path=str(asked.folder / "8-print-zh.png"))
            opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
            opened.page.emulate_media(media="screen")
            opened.page.pdf(path=str(asked.folder / "9-print-zh.pdf"), prefer_css_page_size=True)
            print("print", *opened.messages, sep="\n  ")


if __name__ == "__main__":
    main()
