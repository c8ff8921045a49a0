"""The page of the region: figures of every municipality, down to the very cases."""
