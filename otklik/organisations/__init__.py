"""Organisations, staff, roles, invitations, settings of the region.

Others may use: `staffing`, `invitations`, `directories`, `region_settings`, `secret_links`, and the models.
"""
