"""Policy: which rules hold, and which dates follow from them. Dates are computed here; clock rows belong to `cases`.

Pure, without Django: `calendar` (Calendar, WorkingHours), `regulation` (Policy, Limit), `reckoning` (reckon,
ClockPlan), `pauses` (resume), `reading` (shipped files), `wording` (Russian sentences). With the database:
`loading` (load_shipped, policy_for, calendar_for). The command line is `cli`.
"""
