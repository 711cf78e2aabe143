"""How large a bundle may be, so that a hostile one cannot fill the memory or the disk."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class BundleLimits:
    """Bound what reading and unpacking a bundle may cost."""

    max_card_bytes: int = 8 * MIB
    max_file_bytes: int = 512 * MIB  # any one file
    max_total_bytes: int = 2048 * MIB  # all files together
    max_files: int = 64
    max_ratio: int = 100  # unpacked size : packed size, of files above `ratio_free_bytes`
    ratio_free_bytes: int = 16 * MIB  # so small that its ratio does not matter


DEFAULT_LIMITS = BundleLimits()
