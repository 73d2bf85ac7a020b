"""Makes the networks of this folder with Keras, and what Keras answers: python make.py (TensorFlow 2.15).

Each folder is a TensorFlow.js LayersModel (model.json and weights.bin) and expected.json: sequences, and Keras's
probabilities for them. `saved-model` is the first of them as a SavedModel for TensorFlow Serving.
"""
import json
import os
import shutil

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf
from tensorflow.keras import Input, Model, Sequential, layers

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS, SIZE, LENGTH, LABELS = 40, 6, 12, 6
random = np.random.default_rng(7)


def dense_end():
    return [layers.Dense(7, activation="relu"), layers.Dropout(0.2), layers.Dense(LABELS, activation="sigmoid")]


def functional():
    words = Input((LENGTH,), name="words")
    x = layers.Embedding(WORDS, SIZE)(words)
    x = layers.SpatialDropout1D(0.2)(x)
    x = layers.Conv1D(8, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.BatchNormalization()(x)
    return Model(words, layers.Dense(LABELS, activation="sigmoid")(x))


NETWORKS = {
    "classic": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Dropout(0.2),
        layers.Conv1D(10, 5, activation="relu"),
        layers.GlobalMaxPooling1D(),
        *dense_end(),
    ]),
    "same-padding": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Conv1D(9, 4, padding="same", activation="tanh"),
        layers.MaxPooling1D(LENGTH),
        layers.Flatten(),
        *dense_end(),
    ]),
    "word-vectors": lambda: Sequential([
        layers.InputLayer((LENGTH, SIZE)),
        layers.Conv1D(9, 2, activation="sigmoid"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(5, activation="tanh"),
        layers.Dense(LABELS, activation="sigmoid"),
    ]),
    "functional": functional,
    # A maximum over what a negative scale has turned upside down: only right where it is done before the pool.
    "normalised-before-the-pool": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Conv1D(8, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.GlobalMaxPooling1D(),
        layers.Dense(LABELS, activation="sigmoid"),
    ]),
    "no-convolution": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Dense(5, activation="relu"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(LABELS, activation="sigmoid"),
    ]),
    # TensorFlow.js does not run this padding.
    "causal-padding": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Conv1D(8, 3, padding="causal"),
        layers.ReLU(),
        layers.AveragePooling1D(LENGTH),
        layers.Flatten(),
        layers.Dense(LABELS),
        layers.Activation("sigmoid"),
    ]),
    # Not of one convolution: what only a tensor library runs.
    "two-convolutions": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Conv1D(8, 3, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(8, 3, activation="relu", name="second_convolution"),
        layers.GlobalMaxPooling1D(),
        layers.Dense(LABELS, activation="sigmoid"),
    ]),
    # The GRU that TensorFlow.js itself does not run.
    "recurrent": lambda: Sequential([
        layers.Embedding(WORDS, SIZE, input_length=LENGTH),
        layers.Bidirectional(layers.GRU(5, return_sequences=True)),
        layers.GRU(4),
        layers.Dense(LABELS, activation="sigmoid"),
    ]),
}


def randomise(model):
    """Weights as after training: none of them at its first value, scales of either sign, scores far apart."""
    for weight in model.weights:
        values = random.normal(0, 0.7, weight.shape)
        if "moving_variance" in weight.name:
            values = np.abs(values) + 0.2
        weight.assign(values.astype("float32"))


def write_layers_model(model, folder):
    os.makedirs(folder, exist_ok=True)
    specs, data = [], b""
    for weight in model.weights:
        values = weight.numpy().astype("<f4")
        specs.append({"name": weight.name.split(":")[0], "shape": list(values.shape), "dtype": "float32"})
        data += values.tobytes()
    topology = {"keras_version": keras.__version__, "backend": "tensorflow", "model_config": json.loads(model.to_json())}
    del topology["model_config"]["keras_version"], topology["model_config"]["backend"]
    manifest = [{"paths": ["weights.bin"], "weights": specs}]
    with open(f"{folder}/model.json", "w") as file:
        json.dump({"format": "layers-model", "modelTopology": topology, "weightsManifest": manifest}, file)
    with open(f"{folder}/weights.bin", "wb") as file:
        file.write(data)


def sequences_for(model):
    if len(model.input_shape) == 3:
        values = random.normal(0, 1, (12, LENGTH, SIZE))
        values[0] = 0
        values[1, : LENGTH - 3] = 0
        return values.astype("float32").round(4)
    values = random.integers(0, WORDS, (12, LENGTH))
    values[0] = 0
    values[1, : LENGTH - 3] = 0
    values[2, 5:] = 0
    return values.astype("int32")


for name, make in NETWORKS.items():
    folder = f"{HERE}/{name}"
    tf.keras.backend.clear_session()
    model = make()
    randomise(model)
    write_layers_model(model, folder)
    sequences = sequences_for(model)
    answers = model.predict(sequences, verbose=0)
    assert np.ptp(answers) > 0.3, name
    with open(f"{folder}/expected.json", "w") as file:
        flat = sequences.reshape(len(sequences), -1)
        json.dump({"sequences": flat.tolist(), "probabilities": [[round(float(p), 7) for p in row] for row in answers]}, file)
    if name == "classic":
        serving = f"{HERE}/saved-model"
        shutil.rmtree(serving, ignore_errors=True)
        module = tf.Module()
        module.weights = model.weights
        module.serve = tf.function(lambda words: {"probabilities": model(words)},
                                   input_signature=[tf.TensorSpec((None, LENGTH), tf.int32, name="words")])
        tf.saved_model.save(module, serving, signatures=module.serve)
        os.remove(f"{serving}/fingerprint.pb")
