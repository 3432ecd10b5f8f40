//! Caches within bounds.

use std::hash::Hash;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// The most bytes that the entries of one cache may take.
pub(crate) const MOST_BYTES: u64 = 16 << 20;
/// The bytes that each entry counts at least, so that there can be only so many.
pub(crate) const BYTES_OF_EACH: u64 = 2 << 10;
/// In how many parts each is split, which have a lock and a share of the bytes of their own, whatever the machine: the largest entry that
/// is kept has to fit into one.
const PARTS: usize = 4;

/// A cache of at most [`MOST_BYTES`], which `bytes` counts; what is asked for seldom goes first.
pub(crate) fn bounded<K, V, B>(bytes: B) -> Cache<K, V, B>
where
    K: Eq + Hash,
    V: Clone,
    B: Weighter<K, V> + Clone,
{
    let most = usize::try_from(MOST_BYTES / BYTES_OF_EACH).unwrap_or(usize::MAX);
    let options =
        OptionsBuilder::new().estimated_items_capacity(most).weight_capacity(MOST_BYTES).shards(PARTS).build();
    let (hash, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
    match options {
        Ok(options) => Cache::with_options(options, bytes, hash, lifecycle),
        // They lack nothing.
        Err(_) => Cache::with(most, MOST_BYTES, bytes, hash, lifecycle),
    }
}
