"""The office's telephone: an officer writes down what came in. See ``channels.handed``."""

from channels.handed import Adapter, Settings, parse

__all__ = ["Adapter", "Settings", "parse"]
