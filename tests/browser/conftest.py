import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "report"))


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs a headless Chromium")
