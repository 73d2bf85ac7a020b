"""Writes what Keras makes of some texts, for the tokenizer's test.

    python -m venv .keras && .keras/bin/pip install tensorflow-cpu==2.15.0
    .keras/bin/python packages/core/test/keras/make-tokenizer-vectors.py
"""

import gzip
import json
import os
import random
import sys
import unicodedata
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer, text_to_word_sequence, tokenizer_from_json

random.seed(31)

WORDS = """the a to of and in is it you that for on with this be are as was have not at but we they from by an will can
your all has would what there if more when who about one their so do its no just like out up how some them other our
don't it's can't I'm we'll who's o'clock rock'n'roll 'tis dogs' garden rain train bus road town city river bridge music
film book picture camera phone server table chair window kitchen bread cheese soup tea coffee apple lemon salt recipe
café naïve façade Zürich São Ångström crème brûlée smörgåsbord Łódź İstanbul Iğdır DIYARBAKIR ıspanak Straße STRASSE
ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΑΣ ΣΑ ΑΣ'Σ ΑΣ. ὈΔΥΣΣΕΎΣ Привет МОСКВА Київ שלום עולם مرحبا بالعالم سلام नमस्ते สวัสดี 你好 世界 東京 こんにちは 안녕하세요
C++ C# .NET node.js e-mail well-known semi;colon under_score snake_case_name path/to/file back\\slash 50% $9.99 #tag
@name a@b.c <b>bold</b> [x] {y} |z| ~w~ ^v^ `code` "quoted" (paren) 3.14 1,000,000 12:30 2024-05-01 x=y&z=1 ?! ... --
""".split()
# By characters alike, and those that Python and Unicode know special rules for.
ODD = (
    list("İıIiſKÅΩΣσςẞßŉǰΐᾳᾼᾘῼDžLjǅﬁﬀ")
    + ["\u0307", "\u0301", "\u0345", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u202e", "\u061c"]
    + ["\u00a0", "\u2028", "\u2029", "\u0085", "\u3000", "\u1680", "\r", "\v", "\f", "\0", "\x1c", "\x7f", "\t", "\n", " "]
    + ["’", "‘", "“", "”", "—", "–", "…", "«", "»", "·", ":", ".", "'", "_", "-"]
    + ["😀", "👨‍👩‍👧", "🇩🇪", "👍🏽", "𝓕𝓸𝓸", "𐐀𐐁", "𐐨", "𝔸", "🅰", "𞤀𞤁", "\U0001f600\U0001f601", "e\u0301", "i\u0307\u0301"]
)
HAND = [
    "", " ", "  ", "\t\n", "!!!", "a", "A", "-", "a-b", " a ", "a  b", "a\tb\nc", "a\u00a0b", "a\r\nb", "a\vb\fc", "It's", "''", "'",
    "C*#%`SUCKER BEFORE YOU PISS AROUND ON MY WORK", "ΑΣ", "ΑΣ Β", "ΑΣΒ", "ΑΣ.Β", "ΑΣ'", "ΑΣ'Β", "ΑΣ\u0301", "ΑΣ\u0301Β", "Σ", "1Σ", "ΑΣ1",
    "ΣΣΣ", "ΑΣ:::::Σ", "ΑΣ\u00adΣ", ".Σ.", "Σ".join("Α'.\u00ad:" * 5), "İ", "İİİ", "İx", "xİ", "aİ bİİ c", "İ-İ,İ", "I\u0307", "ıI",
    "ab", "aab", "aaab", "abab", "a!b", "aa!b", "!ab", "ab!", "--", "---", "a--b", "a-b--c---d----e", "a,b,,c", ",,", "a, b ,c",
    "\ud800", "a\udfffb", "\udc00 \ud83d", "😀a😀b😀", "😀😀", "é😀e\u0301", "constructor __proto__ toString hasOwnProperty",
    "x" * 3000, "- " * 2000, "a-" * 2000, "ab" * 2000, "Σ" * 2000, "İ" * 1500, "😀" * 1000, "a." * 500 + "Σ" + ".'" * 500,
]


def plain():
    words = random.choices(WORDS, k=random.randint(1, 14))
    words = [random.choice([str, str, str.upper, str.title, str.swapcase])(word) for word in words]
    ends = random.choices(["", "", "", ",", ".", "!", "?!", "...", ";", "-", "--", "\t", "\n", '"'], k=len(words))
    gaps = random.choices([" ", " ", " ", "  ", "", "\n", "\u00a0", " , "], k=len(words))
    return "".join(word + end + gap for word, end, gap in zip(words, ends, gaps))


# Assigned ones alone: what a later Unicode adds, another runtime may know letters for. U+0295 has changed its kind.
ASSIGNED = [
    chr(at) for at in range(sys.maxunicode + 1) if unicodedata.category(chr(at)) not in ("Cn", "Cs", "Co") and at != 0x295
]
CASED = [character for character in ASSIGNED if character.lower() != character or character.upper() != character]


def anything():
    pools = [ASSIGNED, CASED, ODD, WORDS, list(" -,!abAB\t'"), ["Σ", "İ"]]
    weights = random.choice([[1, 1, 1, 1, 2, 0], [0, 2, 2, 0, 1, 1], [4, 0, 0, 0, 1, 0], [0, 0, 3, 1, 3, 2]])
    return "".join(random.choice(random.choices(pools, weights)[0]) for _ in range(random.randint(1, 50)))


texts = HAND + ODD + [plain() for _ in range(420)] + [anything() for _ in range(280)]
texts += [" ".join(plain() for _ in range(40)), "".join(anything() for _ in range(20))]
texts += [random.choices(WORDS + ODD + ["", "two words", "A-B"], k=random.randint(0, 8)) for _ in range(40)]
texts = list({json.dumps(text): text for text in texts}.values())

DEFAULT = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
OPTIONS = [
    {},
    {"num_words": 60},
    {"oov_token": "<OOV>"},
    {"num_words": 60, "oov_token": "<OOV>"},
    {"num_words": 1, "oov_token": "the"},
    {"num_words": 0, "lower": False},
    {"char_level": True},
    {"char_level": True, "lower": False, "num_words": 30, "oov_token": "\u2047"},
    {"filters": ""},
    {"filters": "😀é\u0307 ", "split": "😀"},
    {"filters": DEFAULT + "’“”—…\u00a0\u200b", "num_words": 100},
    {"split": ","},
    {"split": "\n", "lower": False},
    {"split": "--"},
    {"filters": "-!", "split": "ab", "oov_token": "oov"},
    {"filters": "a!", "split": "aa", "lower": False},
    {"filters": "i\u0307", "split": "😀 x"},
]


def words_of(tokenizer, text):
    if isinstance(text, list):
        return [word.lower() if tokenizer.lower else word for word in text]
    if tokenizer.char_level:
        return list(text.lower() if tokenizer.lower else text)
    return text_to_word_sequence(text, tokenizer.filters, tokenizer.lower, tokenizer.split)


tokenizers = []
for options in OPTIONS:
    tokenizer = Tokenizer(**options)
    tokenizer.fit_on_texts(texts[::8])
    # The counts are most of the file, and one tokenizer with them shows what a file looks like.
    if tokenizers:
        tokenizer.word_counts, tokenizer.word_docs = {}, {}
        tokenizer.index_docs, tokenizer.index_word = {}, {}
    tokenizers.append(tokenizer)
# An index that a person wrote: with the 0, with gaps, with two words of one index.
own = Tokenizer(num_words=1000, oov_token="?")
own.word_index = {"the": 0, "a": 999, "to": 1000, "of": 2**31 - 1, "?": 5000, "you": 7, "and": 7}
tokenizers.append(own)
kept = [tokenizer.to_json() for tokenizer in tokenizers]
tokenizers = [tokenizer_from_json(text) for text in kept]

paddings = []
for _ in range(120):
    sequences = [[random.randint(0, 9) for _ in range(random.randint(0, 12))] for _ in range(random.randint(1, 4))]
    options = {}
    if random.random() < 0.8:
        options["maxlen"] = random.randint(1, 14)
    if random.random() < 0.7:
        options["padding"] = random.choice(["pre", "post"])
    if random.random() < 0.7:
        options["truncating"] = random.choice(["pre", "post"])
    if random.random() < 0.3:
        options["value"] = random.choice([-1, 7, 2**31 - 1, -(2**31)])
    paddings.append({"sequences": sequences, "options": options, "padded": pad_sequences(sequences, **options).tolist()})



def line(text):
    words = [words_of(tokenizer, text) for tokenizer in tokenizers]
    distinct = [own for at, own in enumerate(words) if own not in words[:at]]
    return json.dumps(
        {
            "text": text,
            "words": distinct,
            "wordsOf": [distinct.index(own) for own in words],
            "sequences": [tokenizer.texts_to_sequences([text])[0] for tokenizer in tokenizers],
        }
    )


lines = [line(text) for text in texts]
made_with = {"keras": keras.__version__, "unicode": unicodedata.unidata_version}
vectors = (
    f'{{"madeWith": {json.dumps(made_with)},\n"tokenizers": {json.dumps(kept)},\n'
    f'"paddings": {json.dumps(paddings)},\n"texts": [\n' + ",\n".join(lines) + "\n]}\n"
)
(Path(__file__).parent / "tokenizer-vectors.json.gz").write_bytes(gzip.compress(vectors.encode(), 9, mtime=0))
print(len(texts), "texts,", len(tokenizers), "tokenizers")
