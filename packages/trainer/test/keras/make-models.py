"""Makes small Keras models with random weights, and what Keras itself answers to random inputs.

    python make-models.py          # with Keras 2.15 installed, then again with Keras 3

writes models/keras-2/*.h5.gz and *.keras.gz, models/keras-3/*.keras.gz and *.h5.gz, and beside them answers.json: of
each model that can be imported the inputs and the outputs. The names in REFUSED have no answers: they must not be
imported. The files are compressed because HDF5 leaves most of a small file empty.
"""

import gzip
import io
import json
import os
import pathlib
import tempfile
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
from keras import layers as L

MAJOR = int(keras.__version__.split(".")[0])
WORDS, LENGTH, DIMENSIONS, ROWS = 30, 10, 4, 4
OUT = pathlib.Path(__file__).parent / "models" / f"keras-{MAJOR}"


def words(name="words"):
    return keras.Input((LENGTH,), dtype="int32", name=name)


def vectors(name="vectors"):
    return keras.Input((LENGTH, DIMENSIONS), name=name)


def embedding(**options):
    return L.Embedding(WORDS, DIMENSIONS, **options)


def sequential(*layers):
    return keras.Sequential([words(), *layers])


def one_convolution():
    return sequential(
        embedding(), L.SpatialDropout1D(0.2), L.Conv1D(5, 3, activation="relu"), L.GlobalMaxPooling1D(),
        L.Dense(4, activation="relu"), L.Dropout(0.5), L.Dense(6, activation="sigmoid"))


def one_convolution_of_vectors():
    x = given = vectors()
    x = L.Activation("relu")(L.Conv1D(5, 3, padding="same")(x))
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.GlobalMaxPooling1D()(x)))


def three_widths():
    given = words()
    x = embedding()(given)
    parts = [L.GlobalMaxPooling1D()(L.Conv1D(3, width, activation="relu")(x)) for width in (2, 3, 4)]
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.Dropout(0.3)(L.Concatenate()(parts))))


def two_convolutions():
    return sequential(
        embedding(), L.Conv1D(5, 3, activation="relu", padding="same"), L.MaxPooling1D(3, padding="same"),
        L.Conv1D(4, 2, activation="tanh", use_bias=False), L.Flatten(), L.Dense(6, activation="sigmoid"))


def strides_and_means():
    return sequential(
        embedding(), L.Conv1D(4, 3, strides=2, padding="same"), L.AveragePooling1D(2, strides=1, padding="same"),
        L.Conv1D(3, 2, dilation_rate=2), L.MaxPooling1D(2, strides=1), L.GlobalAveragePooling1D(),
        L.Dense(2, activation="softmax"))


def normalised():
    leaky = L.LeakyReLU(alpha=0.1) if MAJOR == 2 else L.LeakyReLU(negative_slope=0.1)
    return sequential(
        embedding(), L.BatchNormalization(), L.Conv1D(4, 2), L.LayerNormalization(), L.ReLU(max_value=1.5),
        L.Dense(4), leaky, L.GlobalAveragePooling1D(), L.BatchNormalization(scale=False),
        L.Dense(6, activation="sigmoid"))


def two_lstms():
    return sequential(
        embedding(), L.LSTM(3, return_sequences=True, dropout=0.2), L.LSTM(2, go_backwards=True, use_bias=False),
        L.Dense(6, activation="sigmoid"))


def masked_lstms():
    return sequential(
        embedding(mask_zero=True), L.Dropout(0.1), L.LSTM(3, return_sequences=True), L.Dense(3, activation="relu"),
        L.LSTM(2, go_backwards=True), L.Dense(6, activation="sigmoid"))


def masked_branches():
    text, title = words("text"), words("title")
    shared = embedding(mask_zero=True, name="shared")
    a = L.LSTM(2)(L.Dropout(0.1)(shared(text)))
    b = L.LSTM(3)(L.LSTM(2, return_sequences=True)(shared(title)))
    return keras.Model([text, title], L.Dense(6, activation="sigmoid")(L.Concatenate()([a, b])))


def masked_convolution():
    return sequential(
        embedding(mask_zero=True), L.Conv1D(3, 2, activation="relu"), L.GlobalMaxPooling1D(),
        L.Dense(6, activation="sigmoid"))


def gru():
    return sequential(
        embedding(mask_zero=True), L.GRU(3, reset_after=False, return_sequences=True),
        L.GRU(2, reset_after=False, use_bias=False), L.Dense(6, activation="sigmoid"))


def both_ways():
    return sequential(
        embedding(mask_zero=True), L.Bidirectional(L.LSTM(2, return_sequences=True)),
        L.Bidirectional(L.GRU(3, reset_after=False), merge_mode="sum"), L.Dense(6, activation="sigmoid"))


def both_ways_and_maxima():
    return sequential(
        embedding(), L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="ave"), L.GlobalMaxPooling1D(),
        L.Dense(6, activation="sigmoid"))


def masking():
    x = given = vectors()
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.LSTM(3)(L.Masking(mask_value=0.0)(x))))


def several_inputs():
    text, title = words("text"), words("title")
    numbers = keras.Input((3,), name="numbers")
    shared = embedding(name="shared")
    a = L.GlobalMaxPooling1D()(shared(text))
    b = L.GlobalAveragePooling1D()(shared(title))
    c = L.Dense(DIMENSIONS, activation="tanh")(numbers)
    x = L.Add()([a, b, c])
    x = L.Concatenate(axis=1)([L.Reshape((2, 2))(x), L.Reshape((-1, 2))(L.Concatenate()([a, c]))])
    return keras.Model([text, title, numbers], L.Dense(6, activation="sigmoid")(L.Flatten()(x)))


def two_outputs():
    given = words()
    x = L.Flatten()(L.GlobalMaxPooling1D()(embedding()(given)))
    return keras.Model(given, [L.Dense(1, activation="sigmoid", name="toxic")(x), L.Dense(5, name="rest")(x)])


def activations():
    names = ["elu", "selu", "softplus", "softsign", "gelu", "mish", "swish" if MAJOR == 2 else "silu"]
    names += ["hard_sigmoid"] if MAJOR == 2 else ["relu6", "log_softmax"]
    given = words()
    x = L.Flatten()(embedding()(given))
    parts = [L.Activation(name)(L.Dense(2)(x)) for name in names]
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.Concatenate()(parts)))


def default_gru():
    return sequential(embedding(), L.GRU(2), L.Dense(6, activation="sigmoid"))


def stacked_grus():
    return sequential(
        embedding(mask_zero=True), L.GRU(3, return_sequences=True, recurrent_activation="tanh"),
        L.GRU(4, return_sequences=True, go_backwards=True, use_bias=False, activation="softsign"),
        L.GRU(2, dropout=0.1), L.Dense(6, activation="sigmoid"))


def grus_both_ways():
    return sequential(
        embedding(mask_zero=True), L.Bidirectional(L.GRU(3, return_sequences=True)),
        L.Bidirectional(L.GRU(2), merge_mode="mul"), L.Dense(6, activation="sigmoid"))


def pooled_grus():
    """What many made for the comments of Wikipedia."""
    given = words()
    x = L.SpatialDropout1D(0.2)(embedding()(given))
    x = L.Bidirectional(L.GRU(4, return_sequences=True, dropout=0.1, recurrent_dropout=0.1))(x)
    x = L.Conv1D(3, 3, padding="valid", kernel_initializer="glorot_uniform")(x)
    pools = [L.GlobalAveragePooling1D()(x), L.GlobalMaxPooling1D()(x)]
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.Concatenate()(pools)))


def deep_pyramid():
    """Convolutions with a way round each pair, and half as many places after it."""
    given = words()
    x = L.Conv1D(4, 3, padding="same")(embedding()(given))
    for _ in range(2):
        way_round = x
        for _ in range(2):
            x = L.Conv1D(4, 3, padding="same")(L.Activation("relu")(x))
        x = L.MaxPooling1D(3, strides=2, padding="same")(L.Add()([x, way_round]))
    return keras.Model(given, L.Dense(6, activation="sigmoid")(L.Flatten()(x)))


def merges():
    """A gate on a convolution, and what else joins two inputs number by number."""
    given = words()
    x = L.GaussianNoise(0.1)(embedding()(given))
    gate = L.Conv1D(4, 3, padding="same", activation="sigmoid")(x)
    x = L.Multiply()([L.Conv1D(4, 3, padding="same")(x), gate])
    x = L.ELU()(L.Average()([L.Maximum()([x, gate]), L.Minimum()([x, gate])]))
    x = L.AlphaDropout(0.1)(L.GaussianDropout(0.1)(L.GlobalMaxPooling1D()(x)))
    return keras.Model(given, L.Softmax()(L.Dense(6)(x)))


def simple_recurrences():
    return sequential(
        embedding(mask_zero=True), L.Bidirectional(L.SimpleRNN(3, return_sequences=True)),
        L.SimpleRNN(2, activation="sigmoid", use_bias=False), L.Dense(6, activation="sigmoid"))


def masked_mean():
    return sequential(embedding(mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(6, activation="sigmoid"))


def mask_lost_before_lstm():
    return sequential(embedding(mask_zero=True), L.Conv1D(3, 2), L.LSTM(2), L.Dense(6, activation="sigmoid"))


def causal():
    return sequential(embedding(), L.Conv1D(3, 2, padding="causal"), L.GlobalMaxPooling1D(), L.Dense(6))


def lambda_layer():
    return sequential(embedding(), L.Lambda(lambda x: x * 2), L.GlobalMaxPooling1D(), L.Dense(6))


@keras.saving.register_keras_serializable("own")
class Doubled(L.Layer):
    def call(self, x):
        return x * 2


def custom_layer():
    return sequential(embedding(), Doubled(), L.GlobalMaxPooling1D(), L.Dense(6))


def model_in_a_model():
    inner = keras.Sequential([keras.Input((LENGTH, DIMENSIONS)), L.Conv1D(3, 2), L.GlobalMaxPooling1D()])
    return sequential(embedding(), inner, L.Dense(6))


IMPORTED = [
    one_convolution, one_convolution_of_vectors, three_widths, two_convolutions, strides_and_means, normalised,
    two_lstms, masked_lstms, masked_branches, masked_convolution, gru, both_ways, both_ways_and_maxima, masking, several_inputs,
    two_outputs, activations, default_gru, stacked_grus, grus_both_ways, pooled_grus, deep_pyramid,
    merges, simple_recurrences,
]
REFUSED = [
    masked_mean, mask_lost_before_lstm, causal, lambda_layer, custom_layer, model_in_a_model,
]


def fill(model, random):
    """Random weights that every part of a layer shows in: no zero biases, no variances of one."""
    for weight in model.weights:
        values = random.normal(0, 0.5, weight.shape)
        if "variance" in weight.name:
            values = random.uniform(0.3, 2, weight.shape)
        if "seed" not in weight.name:
            weight.assign(values.astype("float32"))


def example(tensor, random):
    shape = (ROWS, *tensor.shape[1:])
    if "int" in str(tensor.dtype):
        rows = random.integers(0, WORDS, shape)
        # Padding before and after, and a text without a single known word.
        rows[0, :6], rows[1, 4:], rows[2] = 0, 0, 0
        return rows.astype("int32")
    rows = random.normal(0, 1, shape).astype("float32")
    rows[0, : shape[1] // 2] = 0
    return rows


def plain(array):
    array = np.asarray(array)
    short = (lambda value: value) if array.dtype == "int32" else (lambda value: float(f"{value:.9g}"))
    return {"shape": list(array.shape), "values": [short(value) for value in array.ravel().tolist()]}


def save(model, path):
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / path.name
        model.save(made)
        content = made.read_bytes() if path.suffix == ".h5" else undated(made)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def undated(archive):
    """Keras's archive as it is, but for the dates in it: made twice, it is the same."""
    copy = io.BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "metadata.json":
                content = json.dumps({**json.loads(content), "date_saved": "2024-01-01@00:00:00"}).encode()
            target.writestr(zipfile.ZipInfo(name), content)
    return copy.getvalue()


def endings(make):
    """Each Keras's own format for all, the other one where layers keep their weights differently."""
    own, other = ("h5", "keras") if MAJOR == 2 else ("keras", "h5")
    both = [
        one_convolution, three_widths, normalised, two_lstms, masked_branches, both_ways, several_inputs, default_gru,
        grus_both_ways,
    ]
    return [own, other] if make in both else [own]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    answers = {}
    for number, make in enumerate(IMPORTED + REFUSED):
        keras.backend.clear_session()
        name = make.__name__.replace("_", "-")
        random = np.random.default_rng(number)
        model = make()
        inputs = [example(tensor, random) for tensor in model.inputs]
        model.compile(optimizer="adam", loss="binary_crossentropy")
        if make is one_convolution:
            # So that there are weights of an optimizer in the file, which must not be taken for the model's.
            model.fit(inputs[0], np.zeros((ROWS, 6)), verbose=0)
        fill(model, random)
        for ending in endings(make):
            save(model, OUT / f"{name}.{ending}")
        if make in REFUSED:
            continue
        outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
        answers[name] = {
            "inputs": [plain(array) for array in inputs],
            "outputs": [plain(array) for array in (outputs if isinstance(outputs, list) else [outputs])],
        }
    (OUT / "answers.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
