"""What the qa room raises on purpose."""

from corpus.errors import CableQAError


class EmptyQuestion(CableQAError):
    """There is nothing to answer."""

    def __init__(self) -> None:
        super().__init__(
            'The question is empty. Ask in plain words: cable-qa ask "how many migrants were deported in 2008"'
        )
