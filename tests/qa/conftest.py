"""Tiny random models that the tests make themselves; no weights are fetched."""

import string
from collections.abc import Callable
from pathlib import Path

import pytest

Save = Callable[..., str]


@pytest.fixture
def save_bert(tmp_path: Path) -> Save:
    """Saves a random BERT of 32 dimensions, a letter a token, under a name: transformers class, labels, tokens."""
    import torch
    import transformers

    letters = string.ascii_letters + string.digits + ".,?"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + each for each in letters)]

    def save(name: str, kind: str, *, labels: int = 2, tokens: int = 64) -> str:
        folder = tmp_path / name
        config = transformers.BertConfig(
            vocab_size=len(pieces),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=tokens,
            id2label={number: str(number) for number in range(labels)},
        )
        torch.manual_seed(7)
        model = getattr(transformers, kind)(config)
        with torch.no_grad():  # of the size that training gives; else all logits are nearly the same
            for parameter in model.parameters():
                parameter.mul_(8)
        model.save_pretrained(folder)
        vocabulary = {piece: number for number, piece in enumerate(pieces)}
        transformers.BertTokenizer(
            vocab=vocabulary, do_lower_case=False, model_max_length=tokens
        ).save_pretrained(folder)
        return str(folder)

    return save
