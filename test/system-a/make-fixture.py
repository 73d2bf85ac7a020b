"""Makes `fixture/` with Keras: the networks, the word index, the vectors, and Keras's own answers.

    python -m venv .keras && .keras/bin/pip install tensorflow-cpu==2.15.0
    .keras/bin/python test/system-a/make-fixture.py && npm run format

The words are those of `words.json`, filled up with words that mean nothing; the vectors are random; the networks
learn which words make which label from sentences that are drawn from those words.
"""

import gzip
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer, text_to_word_sequence

HERE = Path(__file__).parent
OUT = HERE / "fixture"
LABELS = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
LENGTH = 100
DIMENSIONS = 50
WORDS = 1600
# The network with the embedding inside knows the most frequent words alone, as `Tokenizer(num_words)` has it.
NUM_WORDS = 300

tf.keras.utils.set_random_seed(20)
tf.config.experimental.enable_op_determinism()
random = np.random.default_rng(20)
lists = {name: words.split() for name, words in json.loads((HERE / "words.json").read_text()).items()}
sentences = (HERE / "sentences.txt").read_text(encoding="utf-8").split("\n")[:-1]


def filler():
    """A word that means nothing, such as `bralotiv`."""
    onsets = "b br c ch d dr f fl g gr h j k l m n p pl qu r s st t tr v w z".split()
    vowels = "a e i o u ai ea ou".split()
    ends = ["", "", "n", "r", "s", "t", "v", "ck", "nd"]
    return "".join(
        random.choice(onsets) + random.choice(vowels) + random.choice(ends)
        for _ in range(random.integers(2, 4))
    )


def comment(fillers):
    """A comment and its six labels."""
    weights = 1 / np.arange(5, 5 + len(lists["plain"]))
    count = int(random.integers(1, 14))
    words = list(random.choice(lists["plain"], count, p=weights / weights.sum()))
    words += list(random.choice(fillers, random.integers(0, 4)))
    words += list(random.choice(lists["group"], random.integers(0, 2)))
    random.shuffle(words)
    labels = np.zeros(len(LABELS), "float32")
    if random.random() < 0.6:
        kinds = [kind for kind in ("obscene", "insult", "threat", "identity_hate") if random.random() < 0.4]
        for kind in kinds:
            put = list(random.choice(lists[kind], random.integers(1, 3)))
            if kind == "threat" and random.random() < 0.5:
                put = ["i", "will", *put, "you"]
            if kind == "identity_hate":
                put.append(random.choice(lists["group"]))
            at = int(random.integers(0, len(words) + 1))
            words[at:at] = put
            labels[LABELS.index(kind)] = 1
        labels[0] = float(bool(kinds))
        labels[1] = float(len(kinds) > 2)
    return " ".join(words), labels


fillers = sorted({filler() for _ in range(4000)})
random.shuffle(fillers)
comments, labels = map(list, zip(*(comment(fillers[:1400]) for _ in range(16000))))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(comments)
word_index = {word: index for word, index in tokenizer.word_index.items() if index <= WORDS}
tokenizer.word_index = word_index

# Two decimals, so that the text form is exact and small.
vectors = {word: np.round(random.normal(0, 0.4, DIMENSIONS), 2) for word in word_index}
# A vector file never has all the words of an index, and always others.
missing = [word for word in word_index if word in fillers][::40]
for word in missing:
    del vectors[word]
sentences.append(f"{missing[0]} idiot {missing[1]} {fillers[0]}")
for word in fillers[1400:1450]:
    vectors[word] = np.round(random.normal(0, 0.4, DIMENSIONS), 2)
matrix = np.zeros((len(word_index) + 1, DIMENSIONS), "float32")
for word, index in word_index.items():
    if word in vectors:
        matrix[index] = vectors[word].astype("float32")


def sequences(texts, num_words=None):
    tokenizer.num_words = num_words
    return tokenizer.texts_to_sequences(texts)


def padded(texts, num_words=None):
    return pad_sequences(sequences(texts, num_words), maxlen=LENGTH)


def head():
    return [layers.GlobalMaxPooling1D(), layers.Dropout(0.1), layers.Dense(24, activation="relu"), layers.Dense(6, activation="sigmoid")]


networks = {
    # Word vectors in, one convolution.
    "vectors": tf.keras.Sequential(
        [layers.Input((LENGTH, DIMENSIONS)), layers.Dropout(0.1), layers.Conv1D(32, 3, activation="relu"), *head()]
    ),
    # Word indexes in, the embedding inside, one convolution.
    "indexes": tf.keras.Sequential(
        [
            layers.Input((LENGTH,)),
            layers.Embedding(NUM_WORDS, DIMENSIONS, weights=[matrix[:NUM_WORDS]], trainable=False),
            layers.Conv1D(32, 3, padding="same", activation="relu"),
            *head(),
        ]
    ),
    # Word vectors in, two convolutions with pooling between them, as most tutorials have it.
    "deep": tf.keras.Sequential(
        [
            layers.Input((LENGTH, DIMENSIONS)),
            layers.Conv1D(24, 5, activation="relu"),
            layers.MaxPooling1D(5),
            layers.Conv1D(24, 5, activation="relu"),
            *head(),
        ]
    ),
}
inputs = {
    "vectors": lambda texts: matrix[padded(texts)],
    "indexes": lambda texts: padded(texts, NUM_WORDS),
    "deep": lambda texts: matrix[padded(texts)],
}

OUT.mkdir(exist_ok=True)
scores = {}
for name, network in networks.items():
    network.compile("adam", "binary_crossentropy")
    network.fit(inputs[name](comments), np.array(labels), batch_size=32, epochs=12, verbose=0)
    # What a training run leaves has the optimizer's state in it; one of them keeps it.
    network.save(OUT / f"{name}.h5", include_optimizer=name == "vectors")
    loaded = tf.keras.models.load_model(OUT / f"{name}.h5")
    scores[name] = loaded.predict(inputs[name](sentences), verbose=0)

expected = [
    {
        "text": text,
        "words": text_to_word_sequence(text),
        "sequence": sequences([text])[0],
        "padded": padded([text])[0].tolist(),
        "sequenceOfNumWords": sequences([text], NUM_WORDS)[0],
        "scores": {name: [float(f"{score:.7g}") for score in scores[name][row]] for name in networks},
    }
    for row, text in enumerate(sentences)
]
lines = "".join(f"{word} {' '.join(f'{value:.2f}' for value in vector)}\n" for word, vector in vectors.items())
(OUT / "glove.txt.gz").write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
(OUT / "word_index.json").write_text(json.dumps(word_index))
(OUT / "expected.json").write_text(
    "{"
    + f'"keras": "{keras.__version__}", "labels": {json.dumps(LABELS)}, '
    + f'"length": {LENGTH}, "dimensions": {DIMENSIONS}, "numWords": {NUM_WORDS}, "sentences": [\n'
    + ",\n".join(json.dumps(line, ensure_ascii=False) for line in expected)
    + "\n]}\n",
    encoding="utf-8",
)
