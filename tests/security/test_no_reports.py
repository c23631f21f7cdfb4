"""Nothing is reported to anybody: a library underneath that would is told not to."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "call",
    ["cxtext.annotate('Gut.')", "cxtext.encode('Gut.')", "from cxtext.encoder.runtime import load; load().session()"],
)
def test_onnx_runtime_keeps_no_identifier_and_starts_no_uploader(tmp_path, call):
    # Where it reports, it writes the identifier of a session among temporary files as soon as it is imported.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORT_")}
    done = subprocess.run(
        [sys.executable, "-c", f"import cxtext; {call}; import os; print(os.environ['ORT_DISABLE_TELEMETRY'])"],
        env={**environment, "TMPDIR": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert list(tmp_path.iterdir()) == []
