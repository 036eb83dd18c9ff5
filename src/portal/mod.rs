//! The pages, in Norwegian. A page is one file: template struct, form, handlers.

pub mod assets;
pub mod form;
pub mod page;
pub mod site;
pub mod sketch;
pub mod view;
