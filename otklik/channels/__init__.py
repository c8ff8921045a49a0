"""Accounts, raw messages, deliveries. In part 1: the portal, the phone, and sheets.

Others may use: `accounts.portal_account`, `accounts.phone_account`, and the models.
"""
