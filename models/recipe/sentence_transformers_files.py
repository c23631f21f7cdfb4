"""What sentence-transformers needs to load an encoder folder: one file that names a class of cxtext.

The class runs the same ONNX file, so that there is no second copy of the weights. The manifest does not list this file:
cxtext does not read it, and sentence-transformers writes its own when it saves a model.
"""

import json
from pathlib import Path

from cxtext.encoder.foreign import MODULE


def write_modules(folder: Path) -> None:
    """Write ``modules.json`` beside the weights."""
    modules = [{"idx": 0, "name": "0", "path": "", "type": MODULE}]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")
