"""What is said of the office on the radio: an officer writes down what came in. See ``channels.handed``."""

from channels.handed import Adapter, Settings, parse

__all__ = ["Adapter", "Settings", "parse"]
