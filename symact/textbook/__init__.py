"""What is true of activations, and how that is known: statements, a prover, and a collection of identities."""
