import numpy as np
import pytest

from mezzotint.metrics.picture_similarity import codec_metrics, max_scales, ms_ssim, psnr, ssim


def pictures(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_a_picture_equals_itself() -> None:
    same = pictures(0, 2, 24, 40, 3)
    assert np.isinf(psnr(same, same)).all()
    assert np.allclose(ssim(same, same), 1)
    assert np.allclose(ms_ssim(same, same, num_scales=2), 1)


def test_each_pair_is_measured_alone() -> None:
    first, second = pictures(0, 3, 24, 40, 3), pictures(1, 3, 24, 40, 3)
    for measure in (psnr, ssim, lambda a, b: ms_ssim(a, b, num_scales=2)):
        together = measure(first, second)
        apart = [measure(first[i : i + 1], second[i : i + 1])[0] for i in range(3)]
        assert np.allclose(together, apart)
        assert np.allclose(measure(second, first), together)


def test_more_noise_is_less_alike() -> None:
    clean = np.full((1, 64, 48, 1), 128.0) + 60 * np.sin(np.arange(48) / 4)[None, None, :, None]
    noise = np.random.default_rng(0).standard_normal(clean.shape)
    for measure in (psnr, ssim, lambda a, b: ms_ssim(a, b, num_scales=3)):
        values = [measure(clean, clean + strength * noise)[0] for strength in (1, 5, 25)]
        assert values == sorted(values, reverse=True)


def test_inverted_structure_counts_as_no_similarity() -> None:
    clean = pictures(0, 1, 44, 44, 1)
    assert ms_ssim(clean, 255 - clean, num_scales=2) == 0


def test_too_small_a_picture_is_refused() -> None:
    small = pictures(0, 1, 28, 28, 1)
    assert max_scales(28, 28) == 2
    with pytest.raises(ValueError, match="28x28 px is too small for 5 scales"):
        ms_ssim(small, small)


def test_card_entries_name_the_number_of_scales() -> None:
    first, second = pictures(0, 3, 28, 36, 1), pictures(1, 3, 28, 36, 1)
    metrics = {metric.name: metric for metric in codec_metrics(first, second)}
    assert list(metrics) == ["PSNR (dB)", "SSIM", "MS-SSIM (2 scales)"]
    assert metrics["SSIM"].value == pytest.approx(ssim(first, second).mean())
    assert {metric.num_samples for metric in metrics.values()} == {3}
    tiny = pictures(0, 1, 8, 8, 1)
    assert [metric.name for metric in codec_metrics(tiny, tiny // 2)] == ["PSNR (dB)"]


def test_pictures_that_come_back_as_they_were_have_a_finite_mean() -> None:
    pictures = np.random.default_rng(3).integers(0, 256, (2, 16, 16, 3), np.uint8)
    (ratio, *_) = codec_metrics(pictures, pictures)
    assert ratio.value == 100.0


def test_colours_that_nobody_sees_are_no_loss() -> None:
    shown = np.random.default_rng(0).integers(0, 256, (3, 24, 32, 4), dtype=np.uint8)
    shown[:, :12, :, 3] = 0
    other = shown.copy()
    other[:, :12, :, :3] = 7
    assert codec_metrics(shown, other) == codec_metrics(shown, shown)
    other[:, 12:, :, :3] = 7
    assert codec_metrics(shown, other)[0].value < codec_metrics(shown, shown)[0].value
