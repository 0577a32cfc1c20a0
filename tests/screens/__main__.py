"""python -m tests.screens [NAME…]: photographs the screens whose names begin so, or all; pictures and sheet under var/screens/.

Says what is wrong with each (wider than the window, axe, console, asked elsewhere, unexpected answer) and ends with 1 if anything is.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import yaml

from tests.screens import site

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "var" / "screens"


def main(wanted: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    from tests.screens import camera, sheet

    screens = [camera.Screen(**line) for line in yaml.safe_load((HERE / "screens.yaml").read_text())["screens"]]
    screens = [screen for screen in screens if not wanted or screen.name.startswith(tuple(wanted))]
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    shots = [shot for screen in screens for shot in camera.shots(screen, TARGET)]
    with site.running() as base, sync_playwright() as playwright:
        browser = camera.chromium(playwright)
        for shot in shots:
            who = shot.screen.who  # logged in for each picture: a second factor that is minutes old would be asked for again
            camera.photograph(browser, base, shot, site.cookie_of(who) if who else None)
            for finding in shot.findings:
                print(f"{shot.title}: {finding}", flush=True)
        browser.close()
    sheet.write(shots, TARGET)
    found = sum(len(shot.findings) for shot in shots)
    print(f"{len(screens)} screens, {len(shots)} pictures, {found} found: {TARGET}/index.html")
    return 1 if found or not shots else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="screens-") as folder:
        site.choose_database(folder)
        import django

        django.setup()
        sys.exit(main(sys.argv[1:]))
