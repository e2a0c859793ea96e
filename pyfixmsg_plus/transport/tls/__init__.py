"""TLS: certificates and trust from files or text, the handshake, and what the peer's certificate says."""
