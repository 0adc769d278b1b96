"""Cables written by the tests, a tiny random model, and the model that comes with the program."""

import string
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index.encoder import Encoder, load

CABLE = """{dtg}
FM AMEMBASSY {post}
TO SECSTATE WASHDC PRIORITY

UNCLAS {post} {serial:06d}

E.O. 12958: N/A
TAGS: {tags}
SUBJECT: {subject}

{body}

SMITH
"""

WriteCable = Callable[..., Path]


@pytest.fixture(scope="session")
def cable_text() -> Callable[..., str]:
    def written(
        paragraphs: Sequence[str],
        *,
        serial: int = 1,
        subject: str = "A REPORT",
        post: str = "ASTANA",
        dtg: str = "P 270959Z FEB 09",
        tags: str = "PREL, KZ",
    ) -> str:
        body = "\n\n".join(f"{number}. (U) {text}" for number, text in enumerate(paragraphs, start=1))
        return CABLE.format(serial=serial, subject=subject, post=post, dtg=dtg, tags=tags, body=body)

    return written


@pytest.fixture
def write_cable(tmp_path: Path, cable_text: Callable[..., str]) -> WriteCable:
    """Writes a cable as a file of `tmp_path / "files"`: name, paragraphs, then what is to be unusual."""

    def write(name: str, paragraphs: Sequence[str], **unusual: object) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(cable_text(paragraphs, **unusual), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a random BERT model of 32 dimensions that reads 64 tokens, a letter each."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("tiny")
    letters = string.ascii_lowercase + string.digits + ".,:;!?'\"()-$%/&"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + each for each in letters)]
    torch.manual_seed(7)
    bert = BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
    )
    bert.save_pretrained(folder / "bert")
    numbered = {word: number for number, word in enumerate(vocabulary)}
    BertTokenizer(vocab=numbered, model_max_length=64).save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert"), max_seq_length=64), Pooling(32, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return str(folder / "model")


@pytest.fixture(scope="session")
def tiny_encoder(tiny_model: str) -> Encoder:
    return load(tiny_model, device="cpu", threads=2)


@pytest.fixture(scope="session")
def default_encoder() -> Encoder:
    return load(device="cpu", threads=2)


@pytest.fixture(scope="session")
def bulk_encoder() -> Encoder:
    """The default model as a build uses it."""
    return load(device="cpu", threads=2, bulk=True)
