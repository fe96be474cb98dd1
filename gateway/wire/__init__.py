"""The wire formats of the OpenAI API: reading requests, answers and event streams.

Nothing here knows what is registered, or what becomes of a request.
"""
