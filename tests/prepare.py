"""What the tests need besides Python packages: a browser, the real Fashion-MNIST, servers. Installs what is missing."""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

LATEX = ("texlive-latex-extra", "texlive-pictures", "texlive-fonts-recommended")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
POSTGRESQL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, or of the one that Playwright has installed."""
    if path := next(filter(None, map(shutil.which, BROWSERS)), None):
        return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_postgresql() -> Path | None:
    """Return the folder of `initdb` and `postgres`, which Debian keeps off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [Path(each) for place in POSTGRESQL for each in sorted(glob.glob(place), reverse=True)]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def ensure_browser() -> None:
    if find_browser():
        return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode == 0
    if not done and not install_debian_package("chromium"):
        sys.exit("The browser tests need Chromium: install it, or run `playwright install chromium`.")


def ensure_fashion_mnist() -> None:
    from cnnviz.errors import DataError
    from cnnviz.training.data import load_dataset

    try:
        load_dataset("fashion-mnist")
    except DataError as error:
        if not install_debian_package("dataset-fashion-mnist"):
            sys.exit(f"The tests need the real Fashion-MNIST: {error}")
        load_dataset("fashion-mnist")


def ensure_pdflatex() -> None:
    """Install LaTeX for continuous integration; elsewhere the tests that need it are left out where it is missing."""
    if os.environ.get("CI") and not shutil.which("pdflatex"):
        install_debian_package("--no-install-recommends", *LATEX)


def ensure_postgresql() -> None:
    """Install a PostgreSQL server for continuous integration, as LaTeX is; the tests start it themselves."""
    if os.environ.get("CI") and find_postgresql() is None:
        install_debian_package("--no-install-recommends", "postgresql")


def install_debian_package(*packages: str) -> bool:
    """Install packages where this is Debian and we may; return whether that worked."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    commands = (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", *packages])
    return all(subprocess.run(command, check=False).returncode == 0 for command in commands)


if __name__ == "__main__":
    ensure_browser()
    ensure_fashion_mnist()
    ensure_pdflatex()
    ensure_postgresql()
