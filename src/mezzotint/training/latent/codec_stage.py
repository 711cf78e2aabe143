"""From pictures to a codec and the set encoded; a codec that another model brings may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezzotint.domain.message import Message
from mezzotint.training.latent.auto_encoder import AutoEncoder, encode_all, measure_psnr
from mezzotint.training.latent.codec import Codec, Encoded, picture_codec
from mezzotint.training.latent.codec_files import averaged_codec, read_latents, write_latents
from mezzotint.training.latent.material import Material, prepare_material
from mezzotint.training.latent.parent import MIN_PSNR_DB, Parent, begin_from
from mezzotint.training.latent.stage_folder import Mark, StageFolder
from mezzotint.training.learner import Learner

if TYPE_CHECKING:
    from pathlib import Path

    from mezzotint.training.latent.stage_run import Circumstances


def measure_codec(
    learner: Learner, material: Material, around: Circumstances, folder: Path
) -> dict[str, float]:
    """Encode the set into the stage's folder, and measure the codec on held-out pictures.

    Where none are held out, it is measured on the pictures themselves.
    """
    codec = averaged_codec(learner)
    write_latents(folder, encode_all(codec, material))
    if around.held_out is not None:
        material = prepare_material(around.held_out, around.device)
    psnr = measure_psnr(codec, material)
    around.progress.say(Message("The codec reconstructs with {psnr} dB.", psnr=round(psnr, 2)))
    return {"psnr_db": psnr, "num_samples": material.num_images}


def adopt_codec(
    parent: Parent, learner: Learner, material: Material, around: Circumstances
) -> None:
    """Finish the stage with the parent's codec, if that shows these pictures well enough.

    Args:
        parent: Whose codec it is.
        learner: Of the stage, as made; the parent's weights are put into it.
        material: The set.
        around: Where the stage's folder is, and whom to tell.
    """
    folder = StageFolder(around.folder / "codec")
    if begin_from(parent, "codec", learner) < 1:
        return
    psnr = measure_psnr(averaged_codec(learner), material)
    figures = {"psnr": round(psnr, 2), "least": MIN_PSNR_DB, "name": parent.name}
    if psnr < MIN_PSNR_DB:
        around.progress.say(
            Message(
                "The codec of {name} shows your pictures with {psnr} dB, fewer than {least}: it "
                "learns on.",
                **figures,
            )
        )
        return
    around.progress.say(
        Message(
            "The codec of {name} shows your pictures with {psnr} dB; {least} are enough, so it is "
            "used as it is.",
            **figures,
        )
    )
    folder.path.mkdir(parents=True, exist_ok=True)
    measured = measure_codec(learner, material, around, folder.path)
    folder.finish(learner.modules, Mark(minutes=None, images=None, figures=measured))


def codec_of_stage(codec: AutoEncoder, folder: Path, material: Material) -> Codec:
    """Return a finished stage's codec with the set encoded, from the folder where it is there."""
    latents = read_latents(folder, material.num_images)
    if latents is None:  # the stage was carried here without them
        latents = encode_all(codec, material)
    encoded = Encoded(latents=latents.to(material.device), material=material)
    return picture_codec(codec.encoder, codec.decoder, codec.factor, encoded)
