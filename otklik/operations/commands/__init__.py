"""The commands of `otklik`, one file each; they draw, and call the verbs of the rooms."""
