"""The counter, where people come in person: an officer writes down what came in. See ``channels.handed``."""

from channels.handed import Adapter, Settings, parse

__all__ = ["Adapter", "Settings", "parse"]
