//! `/api/v1`: the hub's only door. JSON in, JSON out; the contract is `docs/api.md`.
