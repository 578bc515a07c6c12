//! Incidents and their timelines: one file per question or change, and the parts they share.

mod append;
mod counter;
mod create;
mod delete;
mod entries;
mod export;
mod find;
mod import;
mod links;
mod list;
mod page;
mod row;
mod sight;
mod store;
mod timeline;
mod update;
