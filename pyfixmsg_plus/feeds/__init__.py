"""Feeds: clients of vendors' protocols, and of services that answer in JSON."""
