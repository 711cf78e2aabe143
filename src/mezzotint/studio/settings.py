"""Settings of a studio: from arguments, MEZZOTINT_* variables and mezzotint.toml, in that order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import PlatformDirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from mezzotint.domain.errors import InputError
from mezzotint.domain.message import Message

SETTINGS_FILE = "mezzotint.toml"
_FOLDERS = PlatformDirs("mezzotint", appauthor=False)


class Settings(BaseSettings):
    """Hold every setting of a studio; each field can be set as MEZZOTINT_<NAME> too."""

    model_config = SettingsConfigDict(
        env_prefix="MEZZOTINT_", toml_file=SETTINGS_FILE, extra="forbid", frozen=True
    )

    models_folder: Path = Field(
        default_factory=lambda: Path(_FOLDERS.user_data_dir) / "models",
        description="Where imported and trained models live.",
    )
    runs_folder: Path = Field(
        default_factory=lambda: Path(_FOLDERS.user_data_dir) / "runs",
        description="Where trainings keep their state, so that they can go on.",
    )
    cache_folder: Path = Field(
        default_factory=lambda: Path(_FOLDERS.user_cache_dir),
        description="Packed training pictures and other things that can be made again.",
    )
    output_folder: Path = Field(
        default=Path("pictures"), description="Where pictures are written; made when needed."
    )
    default_model: str = Field(default="fashion", description="The model used when none is named.")
    format: Literal["png", "webp", "jpeg"] = Field(
        default="png", description="File format of pictures."
    )
    num_images: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="Pictures made for each prompt."
    )
    permutation_cap: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=40, description="Most prompts that {a, b} groups may make without confirmation."
    )
    provider: Literal["cpu", "cuda", "coreml", "directml"] = Field(
        default="cpu", description="What runs the model. Only cpu is exact to the bit."
    )
    num_threads: Annotated[int, Field(ge=0, le=1024)] = Field(
        default=0, description="Pictures computed side by side; 0 means one for each core."
    )
    producer: str = Field(
        default="mezzotint-local",
        pattern=r"^[!#-\[\]-~]*$",
        description="Producer id in the AIGC label: printable ASCII without quotes and blanks.",
    )
    lang: Literal["en", "zh", ""] = Field(
        default="", description="Language of messages; empty means that of the system."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, mezzotint.toml in the working folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: str | int | Path) -> Settings:
    """Read the settings; `overrides` win over environment and file.

    Raises:
        InputError: "settings.invalid" with the name of the first wrong setting.
    """
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]  # pydantic validates
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or SETTINGS_FILE
        raise InputError(
            "settings.invalid",
            Message("Setting '{name}' is wrong: {reason}.", name=name, reason=first["msg"]),
            Message(
                "Correct it in {file} or in the variable MEZZOTINT_{variable}.",
                file=SETTINGS_FILE,
                variable=name.upper(),
            ),
        ) from error
    except ValueError as error:  # tomllib: the file is no TOML
        raise InputError(
            "settings.unreadable",
            Message("{file} is not valid TOML: {reason}.", file=SETTINGS_FILE, reason=str(error)),
        ) from error
