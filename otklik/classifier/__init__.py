"""Classifier: the themes of residents' matters, in versions, with help and «не путать с».

Pure, without Django: `reading` (read_classifier, shipped, ClassifierSpec, ThemeSpec, GroupSpec,
ExecutorKindSpec, NotToConfuseSpec, ClassifierError). With the database: `loading` (load, load_shipped,
current, ClassifierMissing) and `models` (ClassifierVersion, ThemeGroup, Theme, NotToConfuse). The shipped
words lie in `shipped/default/`; a region's own list is a folder of the same five files.
"""
