"""Live pages: one listener of the database in each web process, and streams that only say «changed».

Others may use: `streams.answer` (the view's answer), and for tests `hub`.
"""
