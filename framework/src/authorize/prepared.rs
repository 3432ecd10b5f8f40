//! What was prepared for many actors: found by its key, and by what the policies answer the actor who asks.
//!
//! A key is looked up by its hash and then compared; so are the answers. Were one actor given what was prepared for another's policies,
//! another's rows would be read.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::{Answers, ReadPolicies};
use crate::cache::{BYTES_OF_EACH, bounded};
use crate::query::PreparedCounts;

/// What was prepared lately, within bounds: what is asked for seldom goes first.
pub(crate) struct PreparedForAnswers<K, V> {
    cache: Cache<K, Variants<V>, Bytes>,
    hits: AtomicU64,
    misses: AtomicU64,
    /// Keys that were kept so far.
    kept: AtomicU64,
    /// Variants that made room for others of their key.
    dropped: AtomicU64,
}

/// What was prepared under one key, for each of the answers that it was asked with lately.
type Variants<V> = Arc<Vec<(Answers, Arc<V>)>>;

/// How many bytes something takes, roughly.
pub(crate) trait Weigh {
    /// At least those of its texts and trees.
    fn bytes(&self) -> usize;
}

/// The most variants of one key; the oldest goes.
const MOST_VARIANTS: usize = 16;

impl<K: Eq + Hash, V: Weigh> PreparedForAnswers<K, V> {
    /// What was prepared under that key for somebody to whom the policies give the same answers, but for values; else what `prepare` makes, which
    /// is kept under its key with what the policies told meanwhile.
    ///
    /// # Errors
    /// Those of `prepare`; then nothing is kept.
    pub(crate) fn get_or_prepare<Q, E>(
        &self,
        key: &Q,
        policies: &ReadPolicies<'_>,
        prepare: impl FnOnce() -> Result<(K, V), E>,
    ) -> Result<Arc<V>, E>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        if let Some(prepared) = self.get(key, policies) {
            return Ok(prepared);
        }
        let (key, value) = prepare()?;
        let value = Arc::new(value);
        self.keep(key, policies.answers(), value.clone());
        Ok(value)
    }

    /// How it was used so far.
    pub(crate) fn counts(&self) -> PreparedCounts {
        let gone = self.kept.load(Ordering::Relaxed).saturating_sub(self.cache.len() as u64);
        PreparedCounts {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            evictions: gone + self.dropped.load(Ordering::Relaxed),
        }
    }

    fn get<Q>(&self, key: &Q, policies: &ReadPolicies<'_>) -> Option<Arc<V>>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let found = self.cache.get(key);
        let found = found.and_then(|it| it.iter().find(|(it, _)| policies.gives(it)).map(|(_, it)| it.clone()));
        let count = if found.is_some() { &self.hits } else { &self.misses };
        count.fetch_add(1, Ordering::Relaxed);
        found
    }

    fn keep(&self, key: K, answers: Answers, value: Arc<V>) {
        let before = self.cache.peek(&key);
        if before.is_none() {
            self.kept.fetch_add(1, Ordering::Relaxed);
        }
        // Several requests may have prepared the same at once.
        let others: Vec<_> = before.iter().flat_map(|it| it.iter()).filter(|(it, _)| *it != answers).cloned().collect();
        let dropped = (others.len() + 1).saturating_sub(MOST_VARIANTS);
        self.dropped.fetch_add(dropped as u64, Ordering::Relaxed);
        let variants = others.into_iter().skip(dropped).chain([(answers, value)]);
        self.cache.insert(key, Arc::new(variants.collect()));
    }
}

impl<K: Eq + Hash, V: Weigh> Default for PreparedForAnswers<K, V> {
    fn default() -> Self {
        let count = || AtomicU64::new(0);
        Self { cache: bounded(Bytes), hits: count(), misses: count(), kept: count(), dropped: count() }
    }
}

/// What an entry takes of the bounds.
#[derive(Clone)]
struct Bytes;

impl<K, V: Weigh> Weighter<K, Variants<V>> for Bytes {
    fn weight(&self, _: &K, variants: &Variants<V>) -> u64 {
        variants.iter().map(|(answers, it)| BYTES_OF_EACH + (answers.bytes() + it.bytes()) as u64).sum()
    }
}
