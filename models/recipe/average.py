"""Average the weights of states of one training (Izmailov et al. 2018, stochastic weight averaging).

python -m models.recipe.average models/work/short/least.pt models/work/short/model.pt --out models/work/mean
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor


def average(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Give the mean of every weight; what is no floating-point number is that of the first state."""
    first = states[0]
    return {
        name: torch.stack([s[name] for s in states]).mean(0) if value.is_floating_point() else value
        for name, value in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help="files of one network's weights")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(average([torch.load(path, weights_only=True) for path in options.weights]), options.out / "model.pt")
    shutil.copy(options.weights[0].parent / "config.json", options.out / "config.json")


if __name__ == "__main__":
    main()
