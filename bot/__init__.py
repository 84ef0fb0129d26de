"""The clerk who answers at every door, and the running program that holds doors and records together."""
