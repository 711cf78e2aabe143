"""The committed JSON Schema is that of the dataclasses, and says what open_bundle says."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from mezzotint.bundles.card_json import encode_card
from mezzotint.bundles.schema import card_schema
from toys.bundles import toy_card

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "bundle.schema.json"


def test_the_committed_schema_is_fresh() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == card_schema(), (
        "run: python -m mezzotint.bundles.schema docs/bundle.schema.json"
    )


def test_a_card_fits_the_schema_and_a_wrong_one_does_not() -> None:
    schema = json.loads(card_schema())
    Draft202012Validator.check_schema(schema)
    card = json.loads(encode_card(toy_card()))
    validator: Any = Draft202012Validator(schema)  # its types are incomplete
    assert validator.is_valid(card)
    for field, value in (("surprise", 1), ("height_px", "28"), ("channels", 2)):
        assert not validator.is_valid({**card, field: value})
