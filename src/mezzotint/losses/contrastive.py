"""Pulling pictures and their captions together, other pairs apart: InfoNCE with several positives.

In a set of captioned pictures many share a caption. Counting such a pair as a negative would punish
what is right, so each row's target spreads evenly over all its positives.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import log_softmax


def caption_matches(caption_sets: Tensor, captions: Tensor) -> Tensor:
    """Return which captions describe which pictures, bool [N, M].

    Args:
        caption_sets: int64 [N, K], every caption of each picture; below 0 = none.
        captions: int64 [M], the captions at hand; below 0 = none, which matches nothing.

    Example:
        >>> import torch
        >>> caption_matches(torch.tensor([[3, 4], [5, -1]]), torch.tensor([4, 3, -1])).tolist()
        [[True, True, False], [False, False, False]]
    """
    same = (caption_sets[:, None, :] == captions[None, :, None]).any(dim=2)
    return same & (captions >= 0)[None, :]


# L = -1/N sum_i sum_j T_ij / |T_i| log softmax_j(s <a_i, b_j>)
#                         (van den Oord et al. 2018, Eq. 4; several positives: Khosla et al. 2020)
def contrastive_loss(anchors: Tensor, others: Tensor, matches: Tensor, scale: Tensor) -> Tensor:
    """Return InfoNCE from anchors to others; rows without a positive do not count.

    Args:
        anchors: [N, D], unit length.
        others: [M, D], unit length.
        matches: bool [N, M], which others are right for which anchor.
        scale: s above, the inverse temperature.
    """
    log_share = log_softmax(scale * anchors @ others.T, dim=1)
    targets = matches.to(log_share.dtype)
    counts = targets.sum(dim=1)
    each = -(targets * log_share).sum(dim=1) / counts.clamp(min=1)
    has_positive = (counts > 0).to(log_share.dtype)
    return (each * has_positive).sum() / has_positive.sum().clamp(min=1)


def symmetric_contrastive_loss(
    images: Tensor, texts: Tensor, matches: Tensor, scale: Tensor
) -> Tensor:
    """Return the mean of InfoNCE in both directions (Radford et al. 2021, Figure 3)."""
    forward = contrastive_loss(images, texts, matches, scale)
    return (forward + contrastive_loss(texts, images, matches.T, scale)) / 2
