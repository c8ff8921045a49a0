"""The portal: the region's front page, the report in three steps, and the page of one message.

Nobody logs in here and no cookie is set: a form is held by its one-time key, a case by its secret link.
"""
