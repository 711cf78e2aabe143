"""The native engine: exact on the CPU, sessions made late and once, clear refusals."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from mezzotint.bundles.graph_notes import EXACT_BATCH
from mezzotint.bundles.read import Bundle, open_bundle
from mezzotint.domain.card import GraphSpec
from mezzotint.domain.errors import BundleError, FailedError, InputError, UnsupportedError
from mezzotint.engines import native as native_module
from mezzotint.engines import sessions as sessions_module
from mezzotint.engines.native import NativeEngine
from mezzotint.engines.opening import open_engine
from mezzotint.engines.protocol import GeneratorInput
from mezzotint.engines.session_cache import SessionCache
from mezzotint.engines.sessions import Session, list_providers, open_session
from mezzotint.engines.settings import EngineSettings, Provider
from toys.bundles import NOISE_DIM, sensitive_generator, toy_generator, write_toy_bundle

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return open_bundle(
        write_toy_bundle(tmp_path / "toy", num_classes=0, generator=sensitive_generator())
    )


def make_inputs(num_images: int) -> list[GeneratorInput]:
    noise = np.random.default_rng(3).standard_normal((num_images, NOISE_DIM), dtype=np.float32)
    return [GeneratorInput(noise=row) for row in noise]


def test_the_same_bytes_for_any_number_of_threads(bundle: Bundle) -> None:
    inputs = make_inputs(20)
    expected = NativeEngine(bundle, EngineSettings(num_threads=1)).generate(inputs)
    for num_threads in (2, 3, 16, 40):
        engine = NativeEngine(bundle, EngineSettings(num_threads=num_threads))
        assert np.array_equal(engine.generate(inputs), expected)


def test_the_same_bytes_in_blocks_of_any_size(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = make_inputs(7)
    expected = NativeEngine(bundle).generate(inputs)
    for num_values in (1, 80, 110):  # a picture has 35
        monkeypatch.setattr(native_module, "_BLOCK_VALUES", num_values)
        assert np.array_equal(NativeEngine(bundle).generate(inputs), expected)


def test_the_same_bytes_in_another_process(bundle: Bundle) -> None:
    code = (
        "import hashlib, sys; from pathlib import Path; import numpy as np;"
        "from mezzotint.bundles.read import open_bundle;"
        "from mezzotint.engines.opening import open_engine;"
        "from mezzotint.engines.protocol import GeneratorInput;"
        "noise = np.random.default_rng(3).standard_normal((9, int(sys.argv[2])), np.float32);"
        "engine = open_engine(open_bundle(Path(sys.argv[1])));"
        "pixels = engine.generate([GeneratorInput(noise=row) for row in noise]);"
        "print(hashlib.sha256(pixels.tobytes()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bundle.path), str(NOISE_DIM)],
        capture_output=True,
        text=True,
        check=True,
    )
    here = open_engine(bundle).generate(make_inputs(9))
    assert done.stdout.strip() == hashlib.sha256(here.tobytes()).hexdigest()
    assert done.stderr == ""


def test_a_batch_would_not_be_exact(bundle: Bundle) -> None:
    # Why pictures are computed alone. If this ever fails, batches may have become exact.
    session = open_session(bundle, bundle.card.graphs[0], "cpu")
    noise = np.stack([one.noise for one in make_inputs(64) if one.noise is not None])
    together = session.run(None, {"noise": noise})[0]
    alone = np.concatenate([session.run(None, {"noise": row[None]})[0] for row in noise])
    assert not np.array_equal(together, alone)


def noted_bundle(folder: Path, *, exact_batch: str, count_rows: bool = False) -> Bundle:
    """Note an exact batch in a toy; with `count_rows` the picture's grey is the batch size."""
    model = toy_generator(num_classes=0) if count_rows else sensitive_generator()
    if count_rows:
        # pixels = rows / 255 * 2 - 1 in place of the painted values
        nodes = model.graph.node
        del nodes[-1]
        nodes.extend(
            [
                helper.make_node("Shape", ["noise"], ["sizes"], end=1),
                helper.make_node("Cast", ["sizes"], ["rows"], to=TensorProto.FLOAT),
                helper.make_node("Mul", ["curve", "zero"], ["nothing"]),
                helper.make_node("Mul", ["rows", "level"], ["grey"]),
                helper.make_node("Sub", ["grey", "one"], ["shifted"]),
                helper.make_node("Add", ["nothing", "shifted"], ["flat_pixels"]),
                helper.make_node("Reshape", ["flat_pixels", "shape"], ["pixels"]),
            ]
        )
        constants = {"zero": 0.0, "level": 2 / 255, "one": 1.0}
        model.graph.initializer.extend(
            numpy_helper.from_array(np.array(value, np.float32), name)
            for name, value in constants.items()
        )
    model.metadata_props.add(key=EXACT_BATCH, value=exact_batch)
    return open_bundle(write_toy_bundle(folder / "noted", num_classes=0, generator=model))


def test_a_noted_batch_is_always_full(tmp_path: Path) -> None:
    engine = NativeEngine(noted_bundle(tmp_path, exact_batch="16", count_rows=True))
    for num_images in (1, 16, 21):
        assert np.unique(engine.generate(make_inputs(num_images))).tolist() == [16]


@pytest.mark.parametrize("note", ["", "0", "-3", "1000", "65", "many", "3.5", "²"])
def test_a_senseless_note_is_skipped(tmp_path: Path, note: str) -> None:
    engine = NativeEngine(noted_bundle(tmp_path, exact_batch=note, count_rows=True))
    assert np.unique(engine.generate(make_inputs(3))).tolist() == [1]


def test_the_same_bytes_at_every_place_of_a_noted_batch(tmp_path: Path) -> None:
    bundle = noted_bundle(tmp_path, exact_batch="16")
    inputs = make_inputs(37)
    expected = NativeEngine(bundle, EngineSettings(num_threads=1)).generate(inputs)
    engine = NativeEngine(bundle, EngineSettings(num_threads=3))
    assert np.array_equal(engine.generate(inputs), expected)
    assert np.array_equal(engine.generate(inputs[::-1])[::-1], expected)
    assert np.array_equal(np.concatenate([engine.generate([one]) for one in inputs]), expected)


def test_it_says_what_computes(bundle: Bundle) -> None:
    engine = NativeEngine(bundle)
    assert engine.description == f"native onnxruntime {onnxruntime.__version__} CPU"
    assert engine.is_exact
    elsewhere = NativeEngine(bundle, EngineSettings(provider="cuda"))
    assert not elsewhere.is_exact
    assert elsewhere.description.endswith("CUDA (same within rounding)")


def test_a_session_is_made_late_and_once(bundle: Bundle) -> None:
    cache = SessionCache()
    engines = [NativeEngine(bundle, sessions=cache) for _ in range(2)]
    engines[0].generate([])
    graph = bundle.card.graphs[0]
    assert len(cache) == 0
    for engine in engines:
        engine.generate(make_inputs(2))
    assert len(cache) == 1
    assert cache.get(bundle, graph, "cpu") is cache.get(bundle, graph, "cpu")


def test_the_session_unused_for_longest_goes_first(bundle: Bundle) -> None:
    cache = SessionCache(max_sessions=2)
    graph = bundle.card.graphs[0]
    bundles = [replace(bundle, sha256=digit * 64) for digit in "abc"]
    first = cache.get(bundles[0], graph, "cpu")
    second = cache.get(bundles[1], graph, "cpu")
    assert cache.get(bundles[0], graph, "cpu") is first
    cache.get(bundles[2], graph, "cpu")
    assert len(cache) == 2
    assert cache.get(bundles[0], graph, "cpu") is first
    assert cache.get(bundles[1], graph, "cpu") is not second


def test_a_provider_that_is_not_there_is_refused_with_what_is(bundle: Bundle) -> None:
    assert "cpu" in list_providers()
    missing: Provider = "coreml" if "directml" in list_providers() else "directml"  # never both
    engine = NativeEngine(bundle, EngineSettings(provider=missing))
    with pytest.raises(InputError) as caught:
        engine.generate(make_inputs(1))
    assert caught.value.code == "engine.provider"
    assert "cpu" in str(caught.value.message)


def test_a_silent_fall_back_to_the_cpu_is_refused(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ONNX Runtime built for CUDA on a machine without it: it only logs and takes the CPU.
    monkeypatch.setattr(sessions_module, "list_providers", lambda: ("cpu", "coreml"))

    def cpu_alone(_provider: Provider) -> list[str]:
        return ["CPUExecutionProvider"]

    monkeypatch.setattr(sessions_module, "_provider_list", cpu_alone)
    with pytest.raises(InputError) as caught:
        NativeEngine(bundle, EngineSettings(provider="coreml")).generate(make_inputs(1))
    assert caught.value.code == "engine.provider"


def test_batches_of_other_providers_give_the_same_pictures(tmp_path: Path) -> None:
    bundle = open_bundle(write_toy_bundle(tmp_path / "toy", num_classes=0, channels=3))
    expected = NativeEngine(bundle).generate(make_inputs(7))

    def open_on_cpu(bundle: Bundle, graph: GraphSpec, _provider: Provider) -> Session:
        return open_session(bundle, graph, "cpu")

    for batch_nimg in (1, 3, 16):
        settings = EngineSettings(provider="cuda", batch_nimg=batch_nimg)
        pixels = NativeEngine(bundle, settings, sessions=SessionCache(opener=open_on_cpu)).generate(
            make_inputs(7)
        )
        assert np.abs(pixels.astype(int) - expected.astype(int)).max() <= 1


def test_a_graph_that_is_not_what_the_card_says(tmp_path: Path) -> None:
    folder = write_toy_bundle(tmp_path / "toy", generator=toy_generator(channels=3))
    with pytest.raises(BundleError) as caught:
        NativeEngine(open_bundle(folder)).generate(
            [
                GeneratorInput(
                    noise=np.zeros(NOISE_DIM, np.float32), class_weights=np.zeros(3, np.float32)
                )
            ]
        )
    assert caught.value.code == "bundle.graph"


def test_a_graph_that_cannot_be_loaded(tmp_path: Path) -> None:
    model = sensitive_generator()
    model.graph.node[0].op_type = "NoSuchOperation"
    folder = write_toy_bundle(tmp_path / "toy", num_classes=0, generator=model)
    with pytest.raises(BundleError) as caught:
        NativeEngine(open_bundle(folder)).generate(make_inputs(1))
    assert caught.value.code == "bundle.graph"
    assert "NoSuchOperation" in str(caught.value)


@pytest.mark.parametrize("num_threads", [1, 2])
def test_a_computation_that_fails(tmp_path: Path, num_threads: int) -> None:
    model = sensitive_generator()
    for tensor in model.graph.initializer:
        if tensor.name == "shape":
            tensor.raw_data = np.array([-1, 1, 5, 8], np.int64).tobytes()
    folder = write_toy_bundle(tmp_path / "toy", num_classes=0, generator=model)
    engine = NativeEngine(open_bundle(folder), EngineSettings(num_threads=num_threads))
    with pytest.raises(FailedError) as caught:
        engine.generate(make_inputs(5))
    assert caught.value.code == "engine.failed"


def test_values_that_are_not_numbers_never_become_a_picture(bundle: Bundle) -> None:
    noise = np.full(NOISE_DIM, np.nan, np.float32)
    with pytest.raises(FailedError) as caught:
        NativeEngine(bundle).generate([GeneratorInput(noise=noise)])
    assert caught.value.code == "engine.failed"


def test_an_input_of_the_future_is_refused(tmp_path: Path) -> None:
    bundle = open_bundle(write_toy_bundle(tmp_path / "toy"))
    graph = bundle.card.graphs[0]
    depth = replace(graph.inputs[0], name="depth")
    card = replace(bundle.card, graphs=(replace(graph, inputs=(*graph.inputs, depth)),))
    with pytest.raises(UnsupportedError) as caught:
        NativeEngine(replace(bundle, card=card)).generate(make_inputs(1))
    assert caught.value.code == "engine.new_input"


def test_a_file_that_changed_since_it_was_checked_is_not_loaded(bundle: Bundle) -> None:
    (bundle.path / "generator.onnx").write_bytes(b"other")
    with pytest.raises(BundleError) as caught:
        NativeEngine(bundle).generate(make_inputs(1))
    assert caught.value.code in {"bundle.size", "bundle.hash"}
