"""The page. The only place that imports gradio; loaded by `serve` alone."""
