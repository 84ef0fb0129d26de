"""The record, the rules and the officers' desk. Knows tickets; knows no platform."""
