"""The service's REST interface: what comes in is read and judged, what goes out has one form."""
