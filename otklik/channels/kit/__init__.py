"""What every channel has from us: acceptance once, cursors, leases, retries, limits, health, quarantine, the ledger."""
