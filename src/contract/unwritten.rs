//! [`Unwritten`]: an answer of the hub as it is, written as JSON only for a caller elsewhere.

use std::any::Any;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value on its way to whoever asked, in the extensions of the hub's response.
///
/// In process the portal takes the value itself: writing a list as JSON and reading it again a
/// moment later costs more than making it.
#[derive(Clone)]
pub struct Unwritten(Arc<dyn Answer>);

trait Answer: Any + Send + Sync {
    fn written(&self) -> serde_json::Result<Vec<u8>>;
}

impl<T: Serialize + Send + Sync + 'static> Answer for T {
    fn written(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

impl Unwritten {
    /// This value.
    pub fn new(value: impl Serialize + Send + Sync + 'static) -> Self {
        Self(Arc::new(value))
    }

    /// The value as JSON.
    ///
    /// # Errors
    ///
    /// When the value cannot be written, as a map with keys that are no text.
    pub fn written(&self) -> serde_json::Result<Vec<u8>> {
        self.0.written()
    }

    /// The value itself where it is of this type, else as this type reads its JSON.
    pub(super) fn read<T: DeserializeOwned + Send + Sync + 'static>(self) -> serde_json::Result<T> {
        let value: Arc<dyn Any + Send + Sync> = self.0.clone();
        let Ok(value) = value.downcast::<T>() else {
            return serde_json::from_slice(&self.written()?);
        };
        drop(self);
        match Arc::into_inner(value) {
            Some(value) => Ok(value),
            None => Err(serde::de::Error::custom("the answer is read twice")),
        }
    }
}
