//! Nothing but tests of runbooks.
