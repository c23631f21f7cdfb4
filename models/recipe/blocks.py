"""The 4-bit blocks that the base model comes in, and in which the word embeddings ship.

Per 32 weights one float16 scale and 16 bytes: byte j holds weight j in its low nibble and weight j + 16 in its high
one; value = (nibble - 8) * scale (the format Q4_0 of ggml).
"""

import numpy as np

BLOCK = 32


def read_blocks(raw: np.ndarray, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Split raw bytes into nibbles uint8 (rows, columns / 2) and scales float16 (rows, columns / 32)."""
    blocks = raw.reshape(rows, columns // BLOCK, 2 + BLOCK // 2)
    scales = blocks[:, :, :2].copy().view(np.float16)[:, :, 0]
    return blocks[:, :, 2:].reshape(rows, columns // 2).copy(), scales


def pack(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise float32 (rows, columns) to nibbles and scales."""
    rows, columns = values.shape
    blocks = values.reshape(rows, columns // BLOCK, BLOCK)
    strongest = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[:, :, None], 2)[:, :, 0]
    scales = (strongest / -8).astype(np.float16)
    divisor = np.where(scales == 0, 1, scales).astype(np.float32)
    whole = np.clip(np.rint(blocks / divisor[:, :, None]) + 8, 0, 15).astype(np.uint8)
    packed = whole[:, :, : BLOCK // 2] | (whole[:, :, BLOCK // 2 :] << 4)
    return packed.reshape(rows, columns // 2), scales


def unpack(nibbles: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Restore float32 (rows, columns)."""
    rows, blocks = scales.shape
    packed = nibbles.reshape(rows, blocks, BLOCK // 2)
    values = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float32) - 8
    return (values * scales[:, :, None].astype(np.float32)).reshape(rows, blocks * BLOCK)
