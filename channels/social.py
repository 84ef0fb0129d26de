"""Social media without a door of its own: an officer writes down what came in. See ``channels.handed``."""

from channels.handed import Adapter, Settings, parse

__all__ = ["Adapter", "Settings", "parse"]
