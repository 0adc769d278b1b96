"""What the qa room raises on purpose."""

from pathlib import Path

from corpus.errors import CableQAError


class EmptyQuestion(CableQAError):
    """There is nothing to answer."""

    def __init__(self) -> None:
        super().__init__(
            'The question holds no word. Ask in plain words: cable-qa ask "how many migrants were deported in 2008"'
        )


class BadQuestions(CableQAError):
    """A line of a file of questions cannot be taken."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(
            f"{file}, line {line}: {reason}. A line is an object such as "
            '{"question": "How many were deported?", "gold": [{"cable": "09ASTANA368", "paragraph": "7"}]}'
        )
        self.file, self.line, self.reason = file, line, reason


class EvaluationNotInstalled(CableQAError):
    """The library that only the evaluation needs is not there."""

    def __init__(self) -> None:
        super().__init__(
            "The evaluation needs the packages ir-measures and scipy. Install them: pip install ir-measures scipy"
        )


class BadArgument(CableQAError):
    """What a program passed to `ask`, `search` or `read_cable` cannot be taken; the sentence says why."""


class McpNotInstalled(CableQAError):
    """The library that only `cable-qa serve --mcp` needs is not there."""

    def __init__(self) -> None:
        super().__init__("MCP needs a package of that name: pip install 'mcp>=2'")


class BadUser(CableQAError):
    """A person cannot be added, found or taken out; the sentence says why."""


class BadUsersFile(CableQAError):
    """The file of people cannot be used, so nobody is let in by it."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file} cannot be used for passwords: {reason}. Add a person: cable-qa user add NAME --users {file}"
        )
        self.file, self.reason = file, reason


class OpenToOthers(CableQAError):
    """A server that others reach wants passwords, or to be told that it needs none."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} can be reached by others, who could read the cables. Say who may: cable-qa user add NAME "
            "--users FILE, then cable-qa serve --users FILE. Or let in everybody: --no-password"
        )
        self.host = host


class Busy(CableQAError):
    """As many questions are being answered, and wait, as may."""

    def __init__(self) -> None:
        super().__init__("The server is busy with other questions. Please try again in a moment.")
