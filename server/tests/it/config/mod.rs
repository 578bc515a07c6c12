//! Settings, and what they make at first start.

mod command;
mod data_folder;
mod settings;
