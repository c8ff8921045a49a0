"""The executor's page by a secret link: what, where, until when, and three ways to answer. Nothing else."""
