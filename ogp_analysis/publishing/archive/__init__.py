"""A replication archive: what others need to make the outputs again, with the README that journals ask for."""
