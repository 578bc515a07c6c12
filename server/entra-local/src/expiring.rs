//! A bounded map whose entries expire: everything the stand-in remembers between two requests lives in one of these.

use std::collections::{HashMap, VecDeque};

use time::{Duration, OffsetDateTime};

#[derive(Debug)]
pub(crate) struct Expiring<V> {
    entries: HashMap<String, (V, OffsetDateTime)>,
    /// Keys in the order of insertion, so that the oldest goes first when the map is full.
    order: VecDeque<String>,
    life: Duration,
    capacity: usize,
}

impl<V> Expiring<V> {
    pub(crate) fn new(life: Duration, capacity: usize) -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new(), life, capacity }
    }

    /// Stores `value` for the map's life, dropping what has expired and, when the map is full, what is oldest.
    pub(crate) fn insert(&mut self, key: String, value: V, now: OffsetDateTime) {
        self.entries.retain(|_, (_, expires)| *expires > now);
        let entries = &self.entries;
        self.order.retain(|known| entries.contains_key(known) && *known != key);
        while self.order.len() >= self.capacity {
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
        self.order.push_back(key.clone());
        self.entries.insert(key, (value, now + self.life));
    }

    pub(crate) fn get_mut(&mut self, key: &str, now: OffsetDateTime) -> Option<&mut V> {
        self.entries.get_mut(key).filter(|(_, expires)| *expires > now).map(|(value, _)| value)
    }

    /// Removes the entry and returns it if it was still alive.
    pub(crate) fn take(&mut self, key: &str, now: OffsetDateTime) -> Option<V> {
        self.entries.remove(key).filter(|(_, expires)| *expires > now).map(|(value, _)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn an_entry_is_gone_when_its_life_is_over() {
        let mut map = Expiring::new(Duration::seconds(10), 5);
        map.insert("a".to_owned(), 1, START);
        assert_eq!(map.get_mut("a", START + Duration::seconds(9)), Some(&mut 1));
        assert_eq!(map.get_mut("a", START + Duration::seconds(10)), None);
        assert_eq!(map.take("a", START + Duration::seconds(10)), None);
    }

    #[test]
    fn taking_twice_yields_once() {
        let mut map = Expiring::new(Duration::seconds(10), 5);
        map.insert("a".to_owned(), 1, START);
        assert_eq!(map.take("a", START), Some(1));
        assert_eq!(map.take("a", START), None);
    }

    #[test]
    fn a_full_map_drops_its_oldest_entry() {
        let mut map = Expiring::new(Duration::seconds(10), 2);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            map.insert(key.to_owned(), value, START);
        }
        assert_eq!(map.take("a", START), None);
        assert_eq!((map.take("b", START), map.take("c", START)), (Some(2), Some(3)));
    }
}
