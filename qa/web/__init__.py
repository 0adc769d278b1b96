"""The page. The only place that imports gradio; loaded by `serve` alone."""

from qa.web.server import PortTaken, serve

__all__ = ["PortTaken", "serve"]
