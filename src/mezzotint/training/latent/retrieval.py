"""Does a caption find its picture, among a hundred?"""

from __future__ import annotations

import torch
from torch import Tensor

from mezzotint.losses.contrastive import caption_matches

NUM_CANDIDATES = 100


def recall_at_1(images: Tensor, texts: Tensor, sets: Tensor, captions: Tensor) -> float:
    """Return the share of captions whose nearest picture among 100 is one they describe.

    Pictures are taken in groups of 100, what is left over does not count; fewer are one group.

    Args:
        images: [N, D], unit length.
        texts: [N, D], unit length; row i is a caption of picture i.
        sets: int64 [N, K], every caption of each picture.
        captions: int64 [N], the captions in `texts`.

    Example:
        >>> ids = torch.arange(3)
        >>> recall_at_1(torch.eye(3), torch.eye(3), ids[:, None], ids)
        1.0
    """
    count = len(images) // NUM_CANDIDATES * NUM_CANDIDATES or len(images)
    right = 0
    for rows in torch.arange(count).split(NUM_CANDIDATES):
        nearest = (texts[rows] @ images[rows].T).argmax(dim=1)
        matches = caption_matches(sets[rows], captions[rows])  # [pictures, captions]
        right += int(matches[nearest, torch.arange(len(rows))].sum())
    return right / count
