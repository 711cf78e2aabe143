"""Sizes past which a file is refused: a hostile archive must not fill memory or disk."""

MAX_PICTURE_BYTES = 1 << 30  # one encoded picture; a 16-bit TIFF of 150 megapixels fits
MAX_TABLE_BYTES = 1 << 30  # one metadata table
MAX_CAPTION_BYTES = 1 << 16  # one sidecar text
# An archive inside an archive is unpacked to disk first: at most this much, or this many times
# its compressed size, whichever is more. Pictures are compressed already and gain little.
MAX_UNPACKED_BYTES = 1 << 30
MAX_UNPACKED_RATIO = 50
# A member of an archive that is larger than this and shrank further than that is a bomb.
MAX_UNSUSPECTED_BYTES = 64 << 20
MAX_MEMBER_RATIO = 100
