"""How axes of a grid and rows of a batch are read."""

import pytest

from mezzotint.domain.errors import InputError
from mezzotint.verbs.batch import parse_table
from mezzotint.verbs.grid import Axis, cell_text, parse_axis


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("s=0,500", Axis(name="stylize", values=("0", "500"))),
        ("--seed=1..4", Axis(name="seed", values=("1", "2", "3", "4"))),
        ("chaos = 0..100:50", Axis(name="chaos", values=("0", "50", "100"))),
        ("words=bag|boot, red", Axis(name="words", values=("bag", "boot, red"))),
        ("ar=1:1,3:2", Axis(name="aspect", values=("1:1", "3:2"))),
        ("index=0..1", Axis(name="index", values=("0", "1"))),
    ],
)
def test_axes_are_read(text: str, axis: Axis) -> None:
    assert parse_axis(text) == axis
    assert parse_axis(str(axis)) == axis


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("stylize", "grid.axis"),
        ("=1,2", "grid.axis"),
        ("seed=", "grid.axis"),
        ("seed=1,,2", "grid.axis"),
        ("seed=4..1", "grid.axis"),
        ("seed=0..999999999", "grid.axis"),
        ("seed=0..4:0", "grid.axis"),
        ("stilize=1,2", "grid.parameter"),
        ("repeat=1,2", "grid.parameter"),
    ],
)
def test_wrong_axes_are_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_axis(text)
    assert raised.value.code == code


def test_words_stand_in_front_and_parameters_behind() -> None:
    words, chaos = parse_axis("words=bag|boot"), parse_axis("c=1,2")
    assert cell_text("on snow", [(words, "boot"), (chaos, "2")]) == "boot on snow --chaos 2"


def test_csv_with_quotes_blank_lines_and_a_byte_order_mark() -> None:
    table = '\ufeffprompt, seed,num_images\n"bag, red",7,2\n\n  boot ,,\n'
    rows = parse_table(table, "csv")
    assert [(row.number, row.prompt, row.num_images) for row in rows] == [
        (1, "bag, red --seed 7", 2),
        (2, "boot", None),
    ]


def test_jsonl_takes_numbers_and_flags() -> None:
    rows = parse_table('{"prompt": "包", "seed": 7, "tile": true, "raw": false}\n', "jsonl")
    assert rows[0].prompt == "包 --seed 7 --tile"


@pytest.mark.parametrize(
    ("table", "table_format", "code"),
    [
        ("", "csv", "batch.column"),
        ("words\nbag\n", "csv", "batch.column"),
        ("prompt\n", "csv", "batch.empty"),
        ("prompt,size\nbag,9\n", "csv", "batch.column"),
        ("prompt,seed\n,9\n", "csv", "batch.row"),
        ("prompt\nbag,9\n", "csv", "batch.row"),
        ("prompt,num_images\nbag,none\n", "csv", "batch.row"),
        ("{]", "jsonl", "batch.row"),
        ("[1]", "jsonl", "batch.row"),
        ('{"prompt": ["a"]}', "jsonl", "batch.row"),
        ("\n\n", "jsonl", "batch.empty"),
    ],
)
def test_wrong_tables_name_the_row(table: str, table_format: str, code: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_table(table, "csv" if table_format == "csv" else "jsonl")
    assert raised.value.code == code


def test_a_changed_row_has_another_hash() -> None:
    first, second = parse_table("prompt,seed\nbag,1\nbag,2\n", "csv")
    assert first.sha256 != second.sha256
    assert first.sha256 == parse_table("prompt,seed\nbag,1\n", "csv")[0].sha256
