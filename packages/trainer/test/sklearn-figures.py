"""Prints the figures that evaluation-metrics.test.ts holds ours to. Needs scikit-learn; made with 1.9.1."""
import json

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve


def example(rows, seed, levels):
    """Scores and labels from a linear congruential generator that the test repeats."""
    numbers = []
    for _ in range(2 * rows):
        seed = (seed * 1103515245 + 12345) % 2147483648
        numbers.append(seed / 2147483648)
    labels = np.array([1 if number < 0.3 else 0 for number in numbers[:rows]])
    scores = [int((0.6 * number + 0.4 * label * number) * levels) / levels for number, label in zip(numbers[rows:], labels)]
    return np.array(scores), labels


def calibration_error(scores, labels, weights):
    scores, labels = np.repeat(scores, weights), np.repeat(labels, weights)
    order = np.argsort(scores, kind="stable")
    bins = zip(np.array_split(scores[order], 15), np.array_split(labels[order], 15))
    return sum(abs(score.mean() - label.mean()) * len(score) for score, label in bins) / len(scores)


for rows, seed, levels in [(150, 1, 10**6), (300, 7, 10**6), (1000, 3, 20)]:
    scores, labels = example(rows, seed, levels)
    for weights in [np.ones(rows, int), np.arange(rows) * 7 % 4]:
        rates, recalls, _ = roc_curve(labels, scores, drop_intermediate=False, sample_weight=weights)
        figures = {
            "auc": roc_auc_score(labels, scores, sample_weight=weights),
            "averagePrecision": average_precision_score(labels, scores, sample_weight=weights),
            "recallAt1": recalls[rates <= 0.01].max(),
            "recallAt5": recalls[rates <= 0.05].max(),
        }
        # With many equal scores the bins of array_split depend on the order of the rows.
        if levels > 20:
            figures["calibrationError"] = calibration_error(scores, labels, weights)
        print(json.dumps({"rows": rows, "seed": seed, "levels": levels, "weighted": bool(weights[0] == 0), **figures}))
