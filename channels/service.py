"""Another complaint service, of the city or the state: an officer writes down what came in. See ``channels.handed``."""

from channels.handed import Adapter, Settings, parse

__all__ = ["Adapter", "Settings", "parse"]
