//! What the hub does by itself.
