"""Отклик: the working place of a network of citizen-feedback centres."""
