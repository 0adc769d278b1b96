import numpy as np
import pytest

from benchmarks.shared_context import Shared
from index.windows import Window

CONTEXT = "KAZAKHSTAN: MIGRANTS. ASTANA. February 2009\n"
TEXTS = ["The ministry deported 17,000 migrants.", "Wheat fell by a third. The minister said so."]
SPANS = [[(0, 38)], [(0, 22), (23, 44)]]


def cut(text: str) -> list[Window]:
    return [Window(text=CONTEXT + text, shift=len(CONTEXT), start=0, end=len(text), tokens=20)]


@pytest.mark.parametrize("which", ["both", "own", "sentences"])
def test_who_else_stands_behind_a_context_changes_nothing(which: str) -> None:
    shared = Shared()
    together = shared.encode_paragraphs([cut(text) for text in TEXTS], SPANS)
    assert shared.ordinary > shared.tokens
    for text, spans, found in zip(TEXTS, SPANS, together, strict=True):
        (alone,) = shared.encode_paragraphs([cut(text)], [spans])
        np.testing.assert_allclose(getattr(found, which), getattr(alone, which), atol=1e-5)
        assert len(getattr(found, which)) == (len(spans) if which == "sentences" else 1)
