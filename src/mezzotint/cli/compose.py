"""`mezzotint compose`: adverts, atlases, skies and surfaces from pictures of any origin."""

from __future__ import annotations

from mezzotint.cli.command import N_, TranslatedGroup
from mezzotint.cli.compose_ad import ad
from mezzotint.cli.compose_games import skybox, spritesheet, texture

COMMAND = TranslatedGroup(
    "compose",
    N_("Make adverts, atlases for games, skies and surfaces from any pictures; no model needed."),
    commands=[ad, spritesheet, skybox, texture],
)
