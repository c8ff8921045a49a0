"""The portal: the front page, the report in three steps, the page of one message; problems and figures for everybody.

Nobody logs in here: a form is held by its one-time key, a case by its secret link. The only cookie is set by pressing
«У меня так же», so that the same browser is counted once.
"""
