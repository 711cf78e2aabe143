"""What teaches a discriminator that a picture must be what its caption says."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus


# E softplus(-(D(x, t) - D(x, t'))), t' the caption of another picture: the matching-aware pair of
# Reed et al. 2016 (section 4.2) in relativistic form       (Jolicoeur-Martineau 2018, Eq. 5)
def mismatched_caption(matched: Tensor, mismatched: Tensor, is_wrong: Tensor) -> Tensor:
    """Return D's loss for telling a picture's own caption from another's.

    Args:
        matched: D(x, t), [N].
        mismatched: D(x, t'), [N], of the same pictures.
        is_wrong: [N], 1 where t' does not describe x; the others do not count.

    Example:
        >>> import torch
        >>> logits = torch.tensor([9.0, 0.0])
        >>> round(mismatched_caption(logits, -logits, torch.tensor([1.0, 0.0])).item(), 4)
        0.0
    """
    is_wrong = is_wrong.to(matched.dtype)
    each = softplus(mismatched - matched) * is_wrong
    return each.sum() / is_wrong.sum().clamp(min=1)
