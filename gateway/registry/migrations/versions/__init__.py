"""The steps themselves, in the order of their numbers.

They know tables; they know nothing of the rows' meaning.
"""
