"""Feeds: clients of vendors' protocols, each with its simulator beside it."""
