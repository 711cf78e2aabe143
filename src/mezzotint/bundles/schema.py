"""The JSON Schema of `card.json`, generated from the dataclasses of `domain.card`.

`python -m mezzotint.bundles.schema docs/bundle.schema.json` writes the committed file again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def card_schema() -> str:
    """Return the JSON Schema (draft 2020-12) of the card as text.

    Example:
        >>> '"additionalProperties": false' in card_schema()
        True
    """
    from pydantic import TypeAdapter

    from mezzotint.domain.card import FORMAT_VERSION, Card

    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(Card).json_schema(),
        "title": f"Mezzotint bundle card, format {FORMAT_VERSION}",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(card_schema(), encoding="utf-8")
