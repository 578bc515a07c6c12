//! What waits for a task of its own while a page is taken over.

use std::cell::RefCell;
use std::collections::VecDeque;

type Job = Box<dyn FnOnce()>;

#[derive(Default)]
struct Waiting {
    parts: VecDeque<Job>,
    rest: VecDeque<Job>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Leaves a part of the page for a turn of its own.
pub fn later(part: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.parts.push_back(Box::new(part)));
}

/// Leaves something for a turn behind all parts. An effect may change what a part shows, and taking over does not look at
/// what is there: it has to be what the server drew.
pub fn last(job: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.rest.push_back(Box::new(job)));
}

/// Whose turn it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Part,
    Rest,
}

/// Gives the next its turn. None when nothing waits.
pub fn next() -> Option<Turn> {
    let (turn, job) = WAITING.with_borrow_mut(|waiting| {
        let part = waiting.parts.pop_front().map(|job| (Turn::Part, job));
        part.or_else(|| waiting.rest.pop_front().map(|job| (Turn::Rest, job)))
    })?;
    job();
    Some(turn)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn parts_have_their_turns_in_order_and_everything_else_comes_behind_them() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let note = |what: &'static str| {
            let seen = Rc::clone(&seen);
            move || seen.borrow_mut().push(what)
        };
        let (first, second, inner) = (note("first"), note("second"), note("inner"));
        last(note("effect"));
        later(move || {
            first();
            later(inner);
        });
        later(second);
        last(note("another"));
        assert!(seen.borrow().is_empty());
        assert_eq!(next(), Some(Turn::Part));
        assert_eq!(*seen.borrow(), ["first"]);
        let turns: Vec<_> = std::iter::from_fn(next).collect();
        assert_eq!(turns, [Turn::Part, Turn::Part, Turn::Rest, Turn::Rest]);
        assert_eq!(*seen.borrow(), ["first", "second", "inner", "effect", "another"]);
    }
}
