"""What each trait of core.answer.support weighs. Fitted by `python -m benchmarks.quality.grounding DATA` on the cmu and
topicalchat parts of BEGIN (Dziri and others 2022); not edited by hand."""

WEIGHTS = {
    "covered": 1.9591,
    "rare covered": 0.4295,
    "all covered": 3.8410,
    "pairs": 1.3996,
    "triples": -1.7701,
    "run": 2.3637,
    "least covered": -0.7220,
    "gap": -0.8626,
    "strange": -0.5649,
    "names": -1.4014,
    "figures": -0.5881,
    "denied": 0.4015,
    "asked": -3.0628,
    "self": -0.9152,
    "you": -0.5309,
    "feeling": -1.0505,
    "length": 0.2608,
    "drawn": 1.4367,
    "openers": 0.5521,
    "sentences": -1.0841,
    "constant": -5.0677,
}
ENOUGH = 0.506  # support from here on counts as borne out
