//! Parts that several pages share.

mod account;
mod announcement;
mod avatar;
mod badge;
mod calm;
mod failure;
mod field;
mod focus;
mod local_times;
mod menu;
mod problem;
mod profile;
pub(crate) mod time;
pub(crate) mod top_bar;

pub(crate) use announcement::announcement;
pub(crate) use badge::{Lock, SeverityBadge, StatusPill, severity_class};
pub(crate) use calm::Calm;
pub(crate) use failure::{Failure, RoleHelp, loaded, loaded_for};
pub(crate) use field::{Picks, SelectField, TextArea, TextField, Tick};
pub(crate) use focus::FocusOnArrival;
pub(crate) use local_times::localise_times;
pub(crate) use menu::close_when_left;
pub(crate) use problem::Problem;
pub(crate) use time::{Style, Time};
pub(crate) use top_bar::{DevelopmentBanner, TopBar};
