"""What people bring with them: the names that other libraries have for things.

`table` is the one place that says what becomes of such a name. What has one meaning
just works, under both names; what means something else, or nothing, here is answered by
a sentence that says what to write. `keywords` and `attributes` do this where a name is
met.
"""
