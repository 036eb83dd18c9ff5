//! The formats of the field: codes, numbers, money and dates. Pure.
//!
//! Every type here is made by parsing and holds only right values, in one
//! standard form. Parsing forgives what people type (spaces, dots, `kr`);
//! an error's `Display` is the Norwegian sentence shown at the field.

mod check_digit;
mod text;

pub mod account_number;
pub mod collation;
pub mod company_code;
pub mod dates;
pub mod kid;
pub mod money;
pub mod national_identity_number;
pub mod organisation_number;
pub mod registration_number;
pub mod share;

pub use account_number::AccountNumber;
pub use collation::norwegian_order;
pub use company_code::CompanyCode;
pub use kid::Kid;
pub use money::Ore;
pub use national_identity_number::NationalIdentityNumber;
pub use organisation_number::OrganisationNumber;
pub use registration_number::RegistrationNumber;
pub use share::Share;
