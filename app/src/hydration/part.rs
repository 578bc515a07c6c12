//! A view whose element waits for its turn.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{AddAnyAttr, AnyView, IntoAny, Mountable, Owner, Render, RenderHtml};
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Position, PositionState};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Node};

use super::turns;

type View = Box<dyn FnOnce() -> AnyView + Send>;

/// See the other one of this name: the server's.
pub(crate) fn part(view: impl FnOnce() -> AnyView + Send + 'static) -> Part {
    Part(Box::new(view))
}

pub(crate) struct Part(View);

/// What became of a part.
enum Stage {
    /// As the server drew it.
    Waiting(Element),
    There(AnyViewState),
}

pub(crate) struct PartState(Rc<RefCell<Stage>>);

impl PartState {
    fn new(stage: Stage) -> Self {
        Self(Rc::new(RefCell::new(stage)))
    }
}

impl Render for Part {
    type State = PartState;

    fn build(self) -> PartState {
        PartState::new(Stage::There((self.0)().build()))
    }

    fn rebuild(self, state: &mut PartState) {
        let view = (self.0)();
        let mut now = state.0.borrow_mut();
        match &mut *now {
            Stage::There(before) => view.rebuild(before),
            // What the server drew is old before its turn has come. Effects wait behind all parts, so that none should ask for it.
            Stage::Waiting(root) => {
                let mut fresh = view.build();
                root.insert_before_this(&mut fresh);
                root.unmount();
                *now = Stage::There(fresh);
            }
        }
    }
}

impl RenderHtml for Part {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> PartState {
        match position.get() {
            Position::FirstChild => cursor.child(),
            Position::Current => {}
            _ => cursor.sibling(),
        }
        position.set(Position::NextChild);
        let root: Element = cursor.current().unchecked_into();
        let state = PartState::new(Stage::Waiting(root.clone()));
        let part = Rc::downgrade(&state.0);
        let owner = Owner::current();
        turns::later(move || {
            // The page may be gone, or the part drawn anew.
            if let Some(part) = part.upgrade()
                && matches!(*part.borrow(), Stage::Waiting(_))
            {
                let hydrate = || (self.0)().hydrate_from_position::<true>(&root, Position::Current);
                let there = match owner {
                    Some(owner) => owner.with(hydrate),
                    None => hydrate(),
                };
                *part.borrow_mut() = Stage::There(there);
            }
        });
        state
    }

    fn into_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {
        unreachable!("the server draws no parts");
    }
}

impl AddAnyAttr for Part {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, attr: A) -> Self
    where
        Self::Output<A>: RenderHtml,
    {
        let attr = attr.into_cloneable_owned();
        part(move || (self.0)().add_any_attr(attr).into_any())
    }
}

impl Mountable for PartState {
    fn unmount(&mut self) {
        match &mut *self.0.borrow_mut() {
            Stage::Waiting(root) => root.unmount(),
            Stage::There(view) => view.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match &mut *self.0.borrow_mut() {
            Stage::Waiting(root) => root.mount(parent, marker),
            Stage::There(view) => view.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match &*self.0.borrow() {
            Stage::Waiting(root) => root.insert_before_this(child),
            Stage::There(view) => view.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match &*self.0.borrow() {
            Stage::Waiting(root) => vec![root.clone()],
            Stage::There(view) => view.elements(),
        }
    }
}
