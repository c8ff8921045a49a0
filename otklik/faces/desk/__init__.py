"""The desk of staff: the queue, the case, alarms, a call written down.

`views/` ask and call gates; `case_page` gathers what the page of a case shows; `next_step` chooses the one main
button; `forms` read what people typed. No rule of the house stands here.
"""
