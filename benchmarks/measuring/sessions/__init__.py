"""What two processes on one machine do with each other, measured from one of them.

Each contender is a module with two functions, ``serve(task)`` and ``drive(task)``, run by
``python -m measuring.sessions`` in a process of its own.
"""
