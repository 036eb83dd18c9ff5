//! The formats of the field: codes, numbers, money and dates. Pure.

pub mod company_code;

pub use company_code::CompanyCode;
