"""What training exports is what the engine computes: one tiny run, all its graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from mezzotint.bundles.read import open_bundle
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import StyleInput
from mezzotint.prompt import parse
from mezzotint.training.export import About, export_bundle
from mezzotint.training.latent.graphs import halved
from mezzotint.training.latent.model import LatentModel
from mezzotint.training.latent.tokens import encode, from_json
from mezzotint.verbs.canvas import known_picture, with_ground
from mezzotint.verbs.filling import FillRequest, fill
from mezzotint.verbs.imagine import ImagineRequest, imagine
from mezzotint.verbs.latent_styles import StylePlan, make_styles
from toys.latent_training import make_sprites, train_toys

if TYPE_CHECKING:
    from mezzotint.engines.protocol import Engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

TEXTS = ["red ball", "Green BAR!", "绿色条", "a red ball, 红色球 and more " * 9, ""]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exported:
    """Hold a trained model and the engine of what it was exported to."""

    model: LatentModel
    engine: Engine


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("run")
    num_threads = torch.get_num_threads()
    result = train_toys(folder)
    torch.set_num_threads(num_threads)
    model = result.learner
    assert isinstance(model, LatentModel)
    about = About(
        name="toys",
        title={"en": "Toys"},
        description={"en": "Toys."},
        licence="CC0-1.0",
        command="",
    )
    bundle = folder / "toys"
    words, files = model.vocabulary, model.extra_files
    export_bundle(result, make_sprites(), bundle, about, words=words, extra_files=files)
    return Exported(model=model, engine=open_engine(open_bundle(bundle)))


def test_words_are_read_as_they_were_learnt(exported: Exported) -> None:
    tokens = encode(from_json(exported.model.extra_files["tokenizer.json"]), TEXTS)
    words = exported.model.words
    assert words is not None
    assert isinstance(words.text, torch.nn.Module)
    with torch.no_grad():
        expected = halved(words.text)(tokens).numpy()
    assert np.abs(exported.engine.embed_text(TEXTS) - expected).max() < 1e-4


def test_sprites_pass_the_codec_unchanged(exported: Exported) -> None:
    pixels = make_sprites().pixels
    latents = exported.engine.encode(pixels)
    assert exported.engine.layout().is_lossless
    assert np.array_equal(exported.engine.decode(latents), pixels)


def test_guidance_is_a_line(exported: Exported) -> None:
    layout = exported.engine.layout()
    (asked,) = exported.engine.embed_text(["red ball"])
    noise = np.ones(layout.noise_dim, np.float32)
    none, one, two = exported.engine.style(
        [StyleInput(noise=noise, embedding=asked, guidance=guidance) for guidance in (0, 1, 2)]
    )
    assert np.abs((two - one) - (one - none)).max() < 1e-4


@pytest.mark.parametrize("text", ["red ball", "红色 --ar 3:2", "bar --tile --ar 2:1", "bar --q 2"])
def test_prompts_become_pictures(exported: Exported, text: str) -> None:
    request = ImagineRequest(prompt=parse(text).prompts[0], seed=3, picture_indices=range(3))
    result = imagine(exported.engine, request)
    assert len({picture.tobytes() for picture in result.pictures}) == 3
    alone = ImagineRequest(prompt=request.prompt, seed=3, picture_indices=[1])
    assert np.array_equal(imagine(exported.engine, alone).pictures[0], result.pictures[1])


def test_what_is_known_stays(exported: Exported) -> None:
    engine = exported.engine
    pixels = make_sprites().pixels[0]
    styles = make_styles(
        engine,
        StylePlan(embedding=engine.embed_text(["red"])[0]),
        [np.ones(engine.layout().noise_dim, np.float32)],
    )
    canvas = with_ground(known_picture(pixels), right_px=pixels.shape[1])
    request = FillRequest(canvas=canvas, styles=styles, seed=1, picture_indices=[0])
    (filled,) = fill(engine, request)
    assert np.array_equal(filled[:, : pixels.shape[1]], pixels)
