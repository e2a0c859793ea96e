"""How figures are taken: sample messages, batches that take turns, and what each peer is asked to do."""
