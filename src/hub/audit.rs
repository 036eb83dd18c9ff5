//! Checking the event chains: the first broken link of each, named.
