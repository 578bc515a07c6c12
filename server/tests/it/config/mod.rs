//! Settings, and what they make at first start.

mod command;
mod credential;
mod data_folder;
mod settings;
mod shared_state;
