"""The order in which withdrawals should be decided, explained: points for age, amount and risk."""

import math
from collections.abc import Sequence

import numpy as np

from api.domains.review.policy import Policy
from api.domains.review.risk import Column

LARGE = 50_000_000  # rupiah: from here on the amount counts in full
_SMALL = 50_000
_FULL_AGE = 1.5  # times the target: from here on the age counts in full


def priority(nominal: Sequence[int], waited: Sequence[int], risk: Column, policy: Policy) -> dict[str, Column]:
    """Points (0 to 100 together) of withdrawals by part, each to a tenth and at most its weight of the policy.

    Age by `waited`, working seconds, against the target; amount by its logarithm between Rp50.000 and LARGE; risk by
    its points.
    """
    weights = policy.queue.weights
    share = np.array(waited, dtype=float) / policy.queue.target.total_seconds()
    size = np.log(np.maximum(np.array(nominal, dtype=float), _SMALL) / _SMALL) / math.log(LARGE / _SMALL)
    return {
        "age": np.round(weights.age * np.minimum(share / _FULL_AGE, 1.0), 1),
        "amount": np.round(weights.amount * np.minimum(size, 1.0), 1),
        "risk": np.round(weights.risk * risk / 100, 1),
    }
