"""Generated text to train and calibrate with: benign traffic, invented people, topics, neighbours.

Nothing here comes from a data set: seeds and frames were written for this package, and everything
else is put together from them with a seed. See README.md in this folder.
"""
