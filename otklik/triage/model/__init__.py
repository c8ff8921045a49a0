"""The theme model: sparse features of words and letters, linear in them, without any library but numpy.

Two models in one another. The *base* knows only the classifier and the seed sentences and works on the first
day; the *trained* one learns a region's own history, seen through the base's eyes. Both are plain arrays in a
signed file, read without copying, so that workers share one copy.
"""
