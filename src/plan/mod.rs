//! The safest way on: from a state in the middle of a procedure to a good end, whatever the environment does.
