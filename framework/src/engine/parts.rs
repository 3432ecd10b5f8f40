//! What later layers keep with an engine.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// One value of each type that was asked for; there are few.
#[derive(Default)]
pub(super) struct Parts(RwLock<Vec<Arc<dyn Any + Send + Sync>>>);

impl Parts {
    /// The value of that type; made when it is asked for first.
    pub(super) fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        if let Some(part) = find(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return part;
        }
        let mut parts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        find(&parts).unwrap_or_else(|| {
            let part = Arc::new(T::default());
            parts.push(part.clone());
            part
        })
    }
}

fn find<T: Any + Send + Sync>(parts: &[Arc<dyn Any + Send + Sync>]) -> Option<Arc<T>> {
    parts.iter().find(|it| it.is::<T>()).and_then(|it| it.clone().downcast().ok())
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
