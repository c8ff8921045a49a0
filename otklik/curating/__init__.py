"""What the curator of the ЦУР keeps: official pages of bodies, samples of answers, the region's own requests.

Others may use: `pages` and `planning` (registry, plan), `page_figures.table` and `gaps` (how pages live), `sampling`,
`checking` (samples and remarks), `asking` (requests), `beside.rows` (the centres of a curator side by side),
`waiting.waiting_of` (what a centre owes the ЦУР), `jobs`.
"""
