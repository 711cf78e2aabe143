"""Describe an export in Croissant, the metadata format of MLCommons (version 1.0, JSON-LD).

Data-set search engines and loaders (`mlcroissant`, TensorFlow Datasets) read it:
http://mlcommons.org/croissant/1.0
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Literal

from mezzotint.imaging.formats import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mezzotint.data.export.exported import Exported, ExportedFile
    from mezzotint.data.packed.for_training import Origin

CROISSANT_NAME = "croissant.json"
ExportKind = Literal["parquet", "webdataset"]
Json = dict[str, object]

# The context that the specification gives, appendix 1.
_TERMS = (
    "citeAs column extract field fileProperty fileObject fileSet format includes isLiveDataset"
    " jsonPath key md5 parentField path recordSet references regex repeated replace separator"
    " source subField transform"
).split()
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in _TERMS},
}
_FORMATS = {"parquet": "application/x-parquet", "webdataset": "application/x-tar"}
_PARQUET_COLUMNS = {
    "text": "What the picture shows.",
    "label": "The class it is filed under.",
    "sha256": "SHA-256 of the encoded picture.",
}


def write_croissant(exported: Exported, kind: ExportKind, origin: Origin) -> Path:
    """Write `croissant.json` beside the files of an export.

    Args:
        exported: What `export_parquet` or `export_webdataset` returned.
        kind: Which of the two.
        origin: Name, licence and source of the pictures.

    Returns:
        The path of the file.
    """
    path = exported.path / CROISSANT_NAME
    part = path.with_name(f".{CROISSANT_NAME}.part")
    document = croissant(exported, kind, origin)
    with part.open("w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    return part.replace(path)


def croissant(exported: Exported, kind: ExportKind, origin: Origin) -> Json:
    """Return the Croissant description of an export, as a JSON-LD document."""
    is_parquet = kind == "parquet"
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": origin.name,
        "description": f"{exported.num_images} pictures. Source: {origin.source}.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": origin.licence,
        "url": origin.source if "://" in origin.source else "about:blank",
        "version": "1.0.0",
        "distribution": [
            *(_file_object(file, kind) for file in exported.files),
            *([] if is_parquet else _file_sets(exported.files)),
        ],
        "recordSet": [_table(file) for file in exported.files]
        if is_parquet
        else [_shard_records("pictures"), _shard_records("captions")],
    }


def _file_object(file: ExportedFile, kind: ExportKind) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.size_bytes} B",
        "encodingFormat": _FORMATS[kind],
        "sha256": file.sha256,
    }


def _table(file: ExportedFile) -> Json:
    """Describe the records of one Parquet file: those of one split."""
    name = file.split or "all"

    def field(column: str, data_type: str, about: str, **transform: str) -> Json:
        source: Json = {"fileObject": {"@id": file.name}, "extract": {"column": column}}
        return {
            "@type": "cr:Field",
            "@id": f"{name}/{column}",
            "name": column,
            "description": about,
            "dataType": data_type,
            "source": {**source, **({"transform": transform} if transform else {})},
        }

    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The pictures of {file.name}.",
        "field": [
            field("image", "sc:ImageObject", "The encoded picture.", jsonPath="bytes"),
            *(field(column, "sc:Text", about) for column, about in _PARQUET_COLUMNS.items()),
        ],
    }


def _file_sets(files: Sequence[ExportedFile]) -> list[Json]:
    """Describe what lies in the shards: pictures and, beside them, captions."""
    contained_in = [{"@id": file.name} for file in files]
    # The exporter gives every picture the first ending of its format.
    endings = [f"*{names[0]}" for names in EXTENSIONS.values()]
    return [
        {
            "@type": "cr:FileSet",
            "@id": f"{name}-files",
            "name": f"{name}-files",
            "containedIn": contained_in,
            "encodingFormat": encoding,
            "includes": includes,
        }
        for name, encoding, includes in (
            ("pictures", "image/*", endings),
            ("captions", "text/plain", ["*.txt"]),
        )
    ]


def _shard_records(name: Literal["pictures", "captions"]) -> Json:
    """Describe pictures or captions by key: the name of a member up to its first dot."""
    file_set: Json = {"fileSet": {"@id": f"{name}-files"}}
    key = {
        "@type": "cr:Field",
        "@id": f"{name}/key",
        "name": "key",
        "description": "What picture and caption share.",
        "dataType": "sc:Text",
        "source": {
            **file_set,
            "extract": {"fileProperty": "filename"},
            "transform": {"regex": r"^([^.]+)\..*$"},
        },
    }
    content = {
        "@type": "cr:Field",
        "@id": f"{name}/content",
        "name": "content",
        "description": "The encoded picture." if name == "pictures" else "What it shows.",
        "dataType": "sc:ImageObject" if name == "pictures" else "sc:Text",
        "source": {**file_set, "extract": {"fileProperty": "content"}},
    }
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": [key, content]}
