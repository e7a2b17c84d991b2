"""The wheel is what was tested: build it, install it in a fresh environment, audit the packaged samples."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
READS = """
from auditor import assets
from auditor.rules.recipe import shipped
assert "_assets" in str(assets.samples()), assets.samples()
assert "full" in shipped()
print(assets.samples())
"""


def test_the_wheel_runs_alone(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True, system_site_packages=False)
    python = tmp_path / "env" / "bin" / "python"
    # the libraries of this environment serve the new one; only the auditor itself is installed there
    site = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    target = next((tmp_path / "env" / "lib").glob("python*")) / "site-packages"
    (target / "libraries.pth").write_text(f"{site}\n")
    install = [python, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--ignore-installed", wheel]
    subprocess.run(install, check=True)
    done = subprocess.run([python, "-I", "-c", READS], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    command = [tmp_path / "env" / "bin" / "auditor", "scan", done.stdout.strip(), "-o", out, "-r", "quick"]
    scan = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert scan.returncode == 1, scan.stderr
    assert "coverage 100 %" in scan.stdout
    assert (out / "report.html").stat().st_size > 10_000
